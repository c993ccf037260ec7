package org.vpnprobe.protocol.openvpn;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.About;
import org.vpnprobe.protocol.Facts;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Trial;

/**
 * OpenVPN over UDP and TCP. What each depth takes:
 *
 * <ul>
 *   <li>{@code handshake}: a reset reply that names our session id, and verifies under the static
 *       key where there is one;
 *   <li>{@code authenticated}: the server's certificate is verified and, when we have credentials,
 *       the server has pushed us its options. Without {@code ca} and {@code pin} the static key
 *       alone: that proves the secret of the group of users, not one server;
 *   <li>{@code tunnel}: the caller's business, through {@link Session#tunnel()}.
 * </ul>
 */
public final class OpenVpn implements Protocol<OpenVpnSettings> {
  /** Three sends of the client's timer (at 0, 2, 6 and 14 s) and time for the rest. */
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private static final List<Duration> REPEATS =
      List.of(Duration.ofSeconds(2), Duration.ofSeconds(6), Duration.ofSeconds(14));

  private final boolean modern;

  public OpenVpn() {
    this(true);
  }

  /**
   * @param modern false behaves like a client before 2.6: data keys by the old derivation, goodbye
   *     on the data channel
   */
  OpenVpn(boolean modern) {
    this.modern = modern;
  }

  @Override
  public String name() {
    return "openvpn";
  }

  @Override
  public String summary() {
    return "OpenVPN over UDP or TCP: plain, tls-auth, tls-crypt, tls-crypt-v2;"
        + " client certificate, user name and password";
  }

  @Override
  public About about() {
    return new About(
        "handshake; authenticated for the server's certificate; nothing with tls-auth or tls-crypt",
        "tunnel",
        "hard reset, TLS in the control channel, key exchange, push request: about 20 packets",
        "log lines; a session and an inner address until the goodbye; wrong passwords may count towards a lockout",
        "OpenVPN protocol (openvpn-rfc draft, doxygen of openvpn 2.6)",
        """
        - name: office
          protocol: openvpn
          transport: udp
          address: vpn.example.net:1194
          ca: ${file:ca.crt}
          cert: ${file:probe.crt}
          key: ${file:probe.key}
          tls_crypt: ${file:tls-crypt.key}
        """);
  }

  @Override
  public Class<OpenVpnSettings> settings() {
    return OpenVpnSettings.class;
  }

  @Override
  public int defaultPort() {
    return 1194;
  }

  @Override
  public Facts facts(OpenVpnSettings settings) {
    return new Facts(
        settings.carrier(),
        ceiling(settings),
        settings.hasStaticKey() || settings.lacksStaticKey(),
        settings.lacksStaticKey(),
        false,
        false,
        DEADLINE,
        settings.carrier() == Transport.UDP ? REPEATS : List.of(),
        settings
            .clientCertificate()
            .map(ours -> Set.of("openvpn_certificate:" + ours.fingerprint()))
            .orElse(Set.of()));
  }

  @Override
  public Session open(OpenVpnSettings settings, Trial trial) throws StepFailed {
    return new Handshake(settings, trial, modern).run();
  }

  private static Depth ceiling(OpenVpnSettings settings) {
    if (settings.lacksStaticKey()) {
      return Depth.HANDSHAKE;
    }
    if (settings.knowsServer()) {
      return settings.hasCredentials() ? Depth.TUNNEL : Depth.AUTHENTICATED;
    }
    return settings.hasStaticKey() ? Depth.AUTHENTICATED : Depth.HANDSHAKE;
  }
}
