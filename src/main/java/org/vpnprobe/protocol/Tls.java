package org.vpnprobe.protocol;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.Hello;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.layer.TlsClient;
import org.vpnprobe.layer.TlsStream;
import org.vpnprobe.layer.Trust;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;

/**
 * A TLS 1.2 or 1.3 handshake. What each depth takes:
 *
 * <ul>
 *   <li>{@code handshake}: a ServerHello that answers our ClientHello;
 *   <li>{@code authenticated}: a certificate that is trusted, and the proof that the server holds
 *       its key. With a client certificate also that the server did not refuse it.
 * </ul>
 */
public final class Tls implements Protocol<Tls.TlsSettings> {
  /**
   * @param sni the server name to send; the address's host when left out, none when empty
   * @param alpn protocols to offer, in order
   * @param ca certificates of the authorities that may have issued the server's (PEM); those of the
   *     system when neither this nor {@code pin} is given
   * @param pin SHA-256 of the server's certificate, hexadecimal, colons allowed
   * @param verifyName the name that the certificate must be for; {@code sni}, else the host, when
   *     left out
   * @param cert our certificate and its chain (PEM)
   * @param key the private key of {@code cert} (PEM)
   * @param hello what the ClientHello looks like, as far as it can be chosen
   */
  public record TlsSettings(
      @Nullable String sni,
      @Nullable List<String> alpn,
      @Nullable String ca,
      @Nullable String pin,
      @Nullable String verifyName,
      @Nullable String cert,
      @Nullable Secret key,
      @Nullable Hello hello)
      implements Settings {

    /** Settings with Java's own ClientHello. */
    public TlsSettings(
        @Nullable String sni,
        @Nullable List<String> alpn,
        @Nullable String ca,
        @Nullable String pin,
        @Nullable String verifyName,
        @Nullable String cert,
        @Nullable Secret key) {
      this(sni, alpn, ca, pin, verifyName, cert, key, null);
    }

    public TlsSettings {
      alpn = alpn == null ? null : List.copyOf(alpn);
      checkAlpn(alpn);
      offer(sni, alpn, ca, pin, verifyName, cert, key, "localhost");
    }

    TlsClient.Offer offer(String host) {
      return offer(sni, alpn, ca, pin, verifyName, cert, key, host).looking(hello);
    }

    /** What settings with these keys make a client say to {@code host}. */
    static TlsClient.Offer offer(
        @Nullable String sni,
        @Nullable List<String> alpn,
        @Nullable String ca,
        @Nullable String pin,
        @Nullable String verifyName,
        @Nullable String cert,
        @Nullable Secret key,
        String host) {
      if ((cert == null) != (key == null)) {
        throw new InvalidSetting(cert == null ? "key" : "cert", "cert and key go together");
      }
      if (sni != null && !sni.isEmpty() && !sni.matches("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*")) {
        throw new InvalidSetting("sni", "expected a host name in ASCII, or \"\" to send none");
      }
      String name = sni == null ? host : sni;
      String verified = verifyName != null ? verifyName : name.isEmpty() ? host : name;
      Optional<OwnCertificate> ours =
          cert == null || key == null
              ? Optional.empty()
              : Optional.of(OwnCertificate.of(cert, key));
      return new TlsClient.Offer(
          name, Objects.requireNonNullElse(alpn, List.of()), Trust.of(pin, ca), verified, ours);
    }

    /** RFC 7301 section 3.1: a name has 1 to 255 bytes. */
    private static void checkAlpn(@Nullable List<String> alpn) {
      if (alpn != null && alpn.stream().anyMatch(name -> !name.matches("[!-~]{1,255}"))) {
        throw new InvalidSetting("alpn", "expected protocol names such as h2 or http/1.1");
      }
    }
  }

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /** How long a server of TLS 1.3 is given to refuse our certificate after the handshake. */
  private static final Duration VERDICT = Duration.ofSeconds(1);

  @Override
  public String name() {
    return "tls";
  }

  @Override
  public String summary() {
    return "TLS 1.2 or 1.3 handshake: SNI and ALPN chosen, certificate pinned or verified";
  }

  @Override
  public About about() {
    return new About(
        "authenticated",
        "authenticated, and that the server accepts our certificate",
        "TCP and one TLS handshake, then close_notify: about 8 packets",
        "a connection without a request in the server's log",
        "RFC 8446; RFC 5246",
        """
        - name: gateway-tls
          protocol: tls
          address: vpn.example.net:443
          ca: ${file:ca.pem}
        """);
  }

  @Override
  public Class<TlsSettings> settings() {
    return TlsSettings.class;
  }

  @Override
  public int defaultPort() {
    return 443;
  }

  @Override
  public Facts facts(TlsSettings settings) {
    return Facts.answering(Transport.TCP, Depth.AUTHENTICATED, DEADLINE, Tcp.REPEATS);
  }

  @Override
  public Session open(TlsSettings settings, Trial trial) throws StepFailed {
    ByteStream wire = trial.path().tcp(trial.server());
    trial.reached(Depth.PORT, "TCP connection opened");
    if (trial.goal() == Depth.PORT) {
      return wire::close;
    }
    TlsClient.Offer offer = settings.offer(trial.host());
    TlsStream stream =
        trial.step(StepName.TLS, () -> handshake(wire, offer, trial, Depth.HANDSHAKE));
    if (offer.ours().isPresent() && stream.version().equals("TLSv1.3")) {
      trial.step(StepName.AUTH, () -> notRefused(stream));
    }
    trial.reached(Depth.AUTHENTICATED, "server proved the key of a trusted certificate");
    return stream::close;
  }

  /**
   * The TLS handshake with its observations.
   *
   * @param hello what a ServerHello proves, null when it proves nothing of the protocol
   */
  static TlsStream handshake(
      ByteStream wire, TlsClient.Offer offer, Trial trial, @Nullable Depth hello)
      throws StepFailed {
    TlsClient.Listener listener =
        new TlsClient.Listener() {
          @Override
          public void serverHello() {
            if (hello != null) {
              trial.reached(hello, "ServerHello answered our ClientHello");
            }
          }

          @Override
          public void observe(String key, String value) {
            trial.observe(key, value);
          }
        };
    return TlsClient.handshake(wire, offer, listener, trial.clock());
  }

  /** RFC 8446 section 4.4.2.4: the alert comes after our own Finished, in place of data. */
  private static boolean notRefused(TlsStream stream) throws StepFailed {
    stream.readTimeout(VERDICT);
    try {
      return stream.read(new byte[1], 0, 1) > 0;
    } catch (StepFailed e) {
      if (e.kind() == FailureKind.GENERIC_TIMEOUT_ERROR) {
        return true; // Silence is what a server gives that waits for our first words.
      }
      stream.close();
      throw TlsClient.refusal(e);
    }
  }
}
