package org.vpnprobe.protocol;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.HttpUpgrade;
import org.vpnprobe.layer.TlsClient;
import org.vpnprobe.layer.TlsStream;
import org.vpnprobe.layer.tor.RelayEd25519;
import org.vpnprobe.layer.tor.RelayFingerprint;
import org.vpnprobe.layer.tor.RelayIdentity;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;

/**
 * A WebTunnel bridge: a web server that gives the connection away to a Tor relay when it is asked
 * for a secret path. What each depth takes:
 *
 * <ul>
 *   <li>{@code handshake}: VERSIONS and CERTS of a Tor relay, behind the path, over verified TLS;
 *   <li>{@code authenticated}: the server accepted our path, and the chain of the relay behind it
 *       holds; it is the named one, when one is named.
 * </ul>
 */
public final class WebTunnel implements Protocol<WebTunnel.WebTunnelSettings> {
  /**
   * @param path the secret path of the bridge line's {@code url}
   * @param sni the server name to send and to ask for; the address's host when left out
   * @param ca certificates of the authorities that may have issued the web server's (PEM); those of
   *     the system when neither this nor {@code pin} is given
   * @param pin SHA-256 of the web server's certificate, hexadecimal, colons allowed
   * @param verifyName the name that the certificate must be for; {@code sni}, else the host, when
   *     left out
   * @param fingerprint the RSA identity of the Tor relay behind
   * @param ed25519Id its Ed25519 identity
   */
  public record WebTunnelSettings(
      Secret path,
      @Nullable String sni,
      @Nullable String ca,
      @Nullable String pin,
      @Nullable String verifyName,
      @Nullable RelayFingerprint fingerprint,
      @Nullable RelayEd25519 ed25519Id)
      implements Settings {

    public WebTunnelSettings {
      if (!path.text().matches("/?[!-~]{1,1024}")) {
        throw new InvalidSetting("path", "expected the path of the bridge's url, without its host");
      }
      offer(sni, ca, pin, verifyName, "localhost");
    }

    TlsClient.Offer offer(String host) {
      return offer(sni, ca, pin, verifyName, host);
    }

    /** Without ALPN, as the bridges' own client. */
    private static TlsClient.Offer offer(
        @Nullable String sni,
        @Nullable String ca,
        @Nullable String pin,
        @Nullable String verifyName,
        String host) {
      return Tls.TlsSettings.offer(sni, null, ca, pin, verifyName, null, null, host);
    }

    /** For the header Host: the name, as the bridges' own client sends it, without a port. */
    private String host(String address) {
      String name = sni == null || sni.isEmpty() ? address : sni;
      return name.contains(":") ? "[" + name + "]" : name;
    }

    private String target() {
      String text = path.text();
      return text.startsWith("/") ? text : "/" + text;
    }

    TorRelay relay() {
      return new TorRelay(fingerprint, ed25519Id);
    }
  }

  /** Two TLS handshakes, one inside the other. */
  private static final Duration DEADLINE = Duration.ofSeconds(15);

  @Override
  public String name() {
    return "webtunnel";
  }

  @Override
  public String summary() {
    return "WebTunnel bridge: a secret path on a web server, and the Tor relay behind it";
  }

  @Override
  public About about() {
    return new About(
        "port",
        "authenticated",
        "TCP, TLS, one GET, and inside a Tor link handshake: about 25 packets",
        "a line in the web server's access log, a connection without a circuit",
        "webtunnel (torproject.org, pluggable-transports); tor-spec",
        """
        - name: bridge
          protocol: webtunnel
          address: www.example.com:443
          path: ${env:BRIDGE_PATH}
          fingerprint: 0123456789ABCDEF0123456789ABCDEF01234567
        """);
  }

  @Override
  public Class<WebTunnelSettings> settings() {
    return WebTunnelSettings.class;
  }

  @Override
  public int defaultPort() {
    return 443;
  }

  @Override
  public Facts facts(WebTunnelSettings settings) {
    return new Facts(
        Transport.TCP,
        Depth.AUTHENTICATED,
        false,
        false,
        true,
        false,
        DEADLINE,
        Tcp.REPEATS,
        Set.of());
  }

  @Override
  public Session open(WebTunnelSettings settings, Trial trial) throws StepFailed {
    ByteStream wire = trial.path().tcp(trial.server());
    trial.reached(Depth.PORT, "TCP connection opened");
    if (trial.goal() == Depth.PORT) {
      return wire::close;
    }
    TlsClient.Offer offer = settings.offer(trial.host());
    TlsStream outer = trial.step(StepName.TLS, () -> Tls.handshake(wire, offer, trial, null));
    boolean done = false;
    try {
      TlsStream tls = trial.step(StepName.HANDSHAKE, () -> upgrade(settings, outer, trial));
      RelayIdentity relay =
          trial.step(StepName.HANDSHAKE, () -> TorRelay.handshake(tls, trial, Depth.HANDSHAKE));
      boolean named = settings.relay().expect(relay, trial);
      trial.reached(
          Depth.AUTHENTICATED,
          named
              ? "the named Tor relay answered behind our path"
              : "a Tor relay with certificates that hold answered behind our path");
      done = true;
      return tls::close;
    } finally {
      if (!done) {
        outer.close();
      }
    }
  }

  private static TlsStream upgrade(WebTunnelSettings settings, TlsStream outer, Trial trial)
      throws StepFailed {
    HttpUpgrade.Request request =
        new HttpUpgrade.Request(settings.host(trial.host()), settings.target());
    return TorRelay.tlsInside(HttpUpgrade.open(outer, request), trial);
  }
}
