package org.vpnprobe.protocol;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.TlsStream;
import org.vpnprobe.layer.tor.RelayEd25519;
import org.vpnprobe.layer.tor.RelayFingerprint;
import org.vpnprobe.layer.tor.RelayIdentity;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;

/**
 * The link handshake with the OR port of a Tor relay or a bridge without disguise. What each depth
 * takes:
 *
 * <ul>
 *   <li>{@code handshake}: a VERSIONS cell with a version of ours, and certificates that can be
 *       read;
 *   <li>{@code authenticated}: the chain from the relay's identities to its TLS certificate holds,
 *       and they are the ones that were named. Anybody can make a chain for himself, so without a
 *       name it proves no more than {@code handshake}.
 * </ul>
 */
public final class Tor implements Protocol<Tor.TorSettings> {
  /**
   * @param fingerprint the relay's RSA identity: 40 hexadecimal digits
   * @param ed25519Id its Ed25519 identity: 43 characters of base64
   */
  public record TorSettings(
      @Nullable RelayFingerprint fingerprint, @Nullable RelayEd25519 ed25519Id)
      implements Settings {
    TorRelay relay() {
      return new TorRelay(fingerprint, ed25519Id);
    }
  }

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  @Override
  public String name() {
    return "tor";
  }

  @Override
  public String summary() {
    return "Tor OR port: link handshake, certificate chain to the relay's identity";
  }

  @Override
  public About about() {
    return new About(
        "handshake",
        "authenticated",
        "TCP, one TLS handshake, VERSIONS and NETINFO cells: about 20 packets",
        "a connection without a circuit; relays count connections of one address",
        "tor-spec (Negotiating and initializing channels); cert-spec",
        """
        - name: bridge
          protocol: tor
          address: 192.0.2.10:9001
          fingerprint: 0123456789ABCDEF0123456789ABCDEF01234567
        """);
  }

  @Override
  public Class<TorSettings> settings() {
    return TorSettings.class;
  }

  @Override
  public int defaultPort() {
    return 9001;
  }

  @Override
  public Facts facts(TorSettings settings) {
    return Facts.answering(
        Transport.TCP,
        settings.relay().isKnown() ? Depth.AUTHENTICATED : Depth.HANDSHAKE,
        DEADLINE,
        Tcp.REPEATS);
  }

  @Override
  public Session open(TorSettings settings, Trial trial) throws StepFailed {
    ByteStream wire = trial.path().tcp(trial.server());
    trial.reached(Depth.PORT, "TCP connection opened");
    if (trial.goal() == Depth.PORT) {
      return wire::close;
    }
    TlsStream tls = trial.step(StepName.TLS, () -> TorRelay.tls(wire, trial));
    boolean done = false;
    try {
      RelayIdentity relay =
          trial.step(StepName.HANDSHAKE, () -> TorRelay.handshake(tls, trial, Depth.HANDSHAKE));
      if (settings.relay().expect(relay, trial)) {
        trial.reached(
            Depth.AUTHENTICATED, "the named relay's certificates hold for the TLS certificate");
      }
      done = true;
      return tls::close;
    } finally {
      if (!done) {
        tls.close();
      }
    }
  }
}
