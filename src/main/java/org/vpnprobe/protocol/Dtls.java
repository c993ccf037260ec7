package org.vpnprobe.protocol;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.bouncycastle.tls.DTLSTransport;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.TlsClient;
import org.vpnprobe.layer.dtls.DtlsClient;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Description;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;

/**
 * A DTLS 1.2 handshake (RFC 6347). What each depth takes:
 *
 * <ul>
 *   <li>{@code handshake}: a HelloVerifyRequest with a cookie, or a ServerHello;
 *   <li>{@code authenticated}: a certificate that is trusted, and the proof that the server holds
 *       its key; with a client certificate also that the server did not refuse it.
 * </ul>
 */
public final class Dtls implements Protocol<Dtls.DtlsSettings> {
  /**
   * @param sni see {@code tls}, as all that follow
   */
  public record DtlsSettings(
      @Description("Server name to send; the host when left out.") @Nullable String sni,
      @Description("Authorities that may have issued the certificate (PEM).") @Nullable String ca,
      @Description("SHA-256 of the certificate.") @Nullable String pin,
      @Description("Name that the certificate must be for.") @Nullable String verifyName,
      @Description("Our certificate (PEM).") @Nullable String cert,
      @Description("The key of our certificate (PEM).") @Nullable Secret key)
      implements Settings {
    public DtlsSettings {
      Tls.TlsSettings.offer(sni, List.of(), ca, pin, verifyName, cert, key, "localhost");
    }

    TlsClient.Offer offer(String host) {
      return Tls.TlsSettings.offer(sni, List.of(), ca, pin, verifyName, cert, key, host);
    }
  }

  /** RFC 6347 section 4.2.4.1: one second at first, doubled each time. */
  private static final List<Duration> REPEATS =
      List.of(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(7));

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  @Override
  public String name() {
    return "dtls";
  }

  @Override
  public String summary() {
    return "DTLS 1.2 handshake over UDP: certificate pinned or verified";
  }

  @Override
  public About about() {
    return new About(
        "authenticated",
        "authenticated, and that the server accepts our certificate",
        "two ClientHellos and a key exchange, then close_notify: about 8 datagrams",
        "a connection without data in the server's log",
        "RFC 6347",
        """
        - name: gateway-dtls
          protocol: dtls
          address: vpn.example.net:443
          ca: ${file:ca.pem}
        """);
  }

  @Override
  public Class<DtlsSettings> settings() {
    return DtlsSettings.class;
  }

  @Override
  public int defaultPort() {
    return 443;
  }

  @Override
  public Facts facts(DtlsSettings settings) {
    return Facts.answering(Transport.UDP, Depth.AUTHENTICATED, DEADLINE, REPEATS);
  }

  @Override
  public Session open(DtlsSettings settings, Trial trial) throws StepFailed {
    Datagrams socket = trial.path().udp(trial.server());
    TlsClient.Offer offer = settings.offer(trial.host());
    DTLSTransport transport =
        trial.step(
            StepName.TLS,
            () -> DtlsClient.handshake(socket, offer, listener(trial), trial.clock()));
    trial.reached(Depth.AUTHENTICATED, "server proved the key of a trusted certificate");
    return () -> {
      try {
        transport.close();
      } catch (IOException e) {
        // Whoever is gone needs no goodbye.
      }
      socket.close();
    };
  }

  private static DtlsClient.Listener listener(Trial trial) {
    return new DtlsClient.Listener() {
      @Override
      public void helloVerifyRequest() {
        trial.observe("dtls_hello_verify_request", "with a cookie");
        trial.reached(Depth.HANDSHAKE, "HelloVerifyRequest with a cookie");
      }

      @Override
      public void serverHello() {
        trial.reached(Depth.HANDSHAKE, "ServerHello answered our ClientHello");
      }

      @Override
      public void observe(String key, String value) {
        trial.observe(key, value);
      }
    };
  }
}
