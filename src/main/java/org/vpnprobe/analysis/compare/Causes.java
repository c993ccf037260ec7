package org.vpnprobe.analysis.compare;

import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether two causes contradict each other. A cause goes as deep as that run's evidence: the same
 * mechanism may be {@code tls.reset.other} in one run and {@code tls.reset.sni} in the next.
 */
final class Causes {
  private static final String OTHER = ".other";

  /** Nothing came back, and no more was found out; what that may turn out to be (causes). */
  private static final Map<String, Pattern> SILENCE =
      Map.of(
          "udp.timeout",
          Pattern.compile("ip\\.blackhole|udp\\.(all|port)_blocked|vpn\\..*\\.drop\\.handshake"),
          "tcp.timeout",
          Pattern.compile("ip\\.blackhole|tcp\\.port_blocked|allowlist\\.destination"));

  private Causes() {}

  /** True when one of them may be the other, found out less deeply. */
  static boolean agree(@Nullable String a, @Nullable String b) {
    return a == null || b == null || a.equals(b) || shallower(a, b) || shallower(b, a);
  }

  /** The one that says more, the second when they contradict each other. */
  static @Nullable String deeper(@Nullable String a, @Nullable String b) {
    return b == null || (a != null && shallower(b, a)) ? a : b;
  }

  private static boolean shallower(String a, String b) {
    String trunk = a.endsWith(OTHER) ? a.substring(0, a.length() - OTHER.length()) : a;
    Pattern silence = SILENCE.get(a);
    return (b.startsWith(trunk + ".") && !a.equals(b))
        || (silence != null && silence.matcher(b).matches());
  }
}
