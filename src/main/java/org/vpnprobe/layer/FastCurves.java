package org.vpnprobe.layer;

import java.security.Provider;
import java.security.Security;
import java.util.List;
import java.util.Map;

/**
 * X25519 and the check of ECDSA signatures on P-256, by Bouncy Castle's arithmetic in place of
 * Java's own: of a TLS handshake these were more than half the CPU time. Java's TLS takes its
 * algorithms from the providers of the process alone, so this one has to be registered. What goes
 * over the wire is the same, and whatever is not offered here (other curves, signing) Java goes on
 * doing itself: a provider that refuses a key is followed by the next.
 */
final class FastCurves extends Provider {
  private static final long serialVersionUID = 1L;
  private static final String NAME = "vpnprobe-curves";

  private FastCurves() {
    super(NAME, "1", "X25519 and the check of ECDSA P-256, by Bouncy Castle");
    for (String name : List.of("XDH", "X25519")) {
      offer("KeyPairGenerator", name, X25519Keys.Generator.class);
      offer("KeyAgreement", name, X25519Keys.Agreement.class);
    }
    offer("Signature", P256Check.NAME, P256Check.class);
  }

  private void offer(String type, String algorithm, Class<?> implementation) {
    putService(new Offered(this, type, algorithm, implementation));
  }

  /** Made without reflection. */
  private static final class Offered extends Service {
    Offered(Provider provider, String type, String algorithm, Class<?> implementation) {
      super(provider, type, algorithm, implementation.getName(), List.of(), Map.of());
    }

    @Override
    public Object newInstance(Object parameter) {
      return switch (getType()) {
        case "KeyPairGenerator" -> new X25519Keys.Generator();
        case "KeyAgreement" -> new X25519Keys.Agreement();
        default -> new P256Check();
      };
    }
  }

  /** Puts it before Java's own, once in a process. */
  static void register() {
    if (Security.getProvider(NAME) == null) {
      Security.insertProviderAt(new FastCurves(), 1);
    }
  }
}
