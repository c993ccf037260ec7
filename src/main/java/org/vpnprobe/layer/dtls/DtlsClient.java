package org.vpnprobe.layer.dtls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Optional;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.NameType;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.ServerName;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.layer.ShownCertificate;
import org.vpnprobe.layer.TlsClient;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.PathSockets;
import org.vpnprobe.net.StepFailed;

/** A DTLS 1.2 handshake as a client. Repeats are Bouncy Castle's: after 1 s, doubled each time. */
public final class DtlsClient extends DefaultTlsClient {
  /** Is told what happens during the handshake. */
  public interface Listener extends TlsClient.Listener {
    /** A HelloVerifyRequest with a cookie came: this is a DTLS server. */
    void helloVerifyRequest();
  }

  private final TlsClient.Offer offer;
  private final Listener listener;
  private final Clock clock;
  private final BcTlsCrypto crypto;
  private @Nullable StepFailed refused;
  private boolean judged;

  private DtlsClient(BcTlsCrypto crypto, TlsClient.Offer offer, Listener listener, Clock clock) {
    super(crypto);
    this.crypto = crypto;
    this.offer = offer;
    this.listener = listener;
    this.clock = clock;
  }

  /**
   * Performs the handshake. When it returns, the server has proved that it holds the key of a
   * certificate that is trusted.
   *
   * @param socket is closed when the handshake fails
   * @param offer its ALPN is ignored
   * @throws StepFailed as {@link TlsClient#handshake} does
   */
  public static DTLSTransport handshake(
      Datagrams socket, TlsClient.Offer offer, Listener listener, Clock clock) throws StepFailed {
    BcTlsCrypto crypto = new BcTlsCrypto(new SecureRandom());
    DtlsClient client = new DtlsClient(crypto, offer, listener, clock);
    DtlsWire wire = new DtlsWire(socket, listener::helloVerifyRequest);
    boolean done = false;
    try {
      DTLSTransport transport = new DTLSClientProtocol().connect(client, wire);
      done = true;
      return transport;
    } catch (IOException e) {
      throw client.failure(e, wire);
    } finally {
      if (!done) {
        socket.close();
      }
    }
  }

  private StepFailed failure(IOException e, DtlsWire wire) {
    if (refused != null) {
      return refused;
    }
    StepFailed inner = PathSockets.cause(e);
    if (inner != null) {
      return inner.kind() == FailureKind.GENERIC_TIMEOUT_ERROR && wire.onlyForeign()
          ? new StepFailed(
              FailureKind.PROTO_UNEXPECTED_REPLY, "the server answered something other than DTLS")
          : inner;
    }
    if (e instanceof TlsFatalAlertReceived alert) {
      return received(alert.getAlertDescription(), e);
    }
    return new StepFailed(
        FailureKind.SSL_FAILED_HANDSHAKE, null, "the DTLS handshake failed", null, e);
  }

  private StepFailed received(int alert, IOException e) {
    boolean aboutOurs =
        (alert >= AlertDescription.bad_certificate && alert <= AlertDescription.certificate_unknown)
            || alert == AlertDescription.handshake_failure
            || alert == AlertDescription.unknown_ca
            || alert == AlertDescription.access_denied;
    if (judged && aboutOurs) {
      return new StepFailed(
          FailureKind.AUTH_REJECTED,
          offer.ours().isPresent()
              ? "the server refused our certificate (TLS alert " + alert + ")"
              : "the server wants a client certificate");
    }
    return new StepFailed(
        FailureKind.TLS_ALERT,
        Integer.toString(alert),
        "the server sent the TLS alert " + alert,
        null,
        e);
  }

  @Override
  protected ProtocolVersion[] getSupportedVersions() {
    return ProtocolVersion.DTLSv12.only();
  }

  @Override
  protected @Nullable Vector<ServerName> getSNIServerNames() {
    Optional<String> sni = offer.indicated();
    if (sni.isEmpty()) {
      return null;
    }
    Vector<ServerName> names = new Vector<>();
    names.add(new ServerName(NameType.host_name, sni.get().getBytes(StandardCharsets.US_ASCII)));
    return names;
  }

  @Override
  public void notifySelectedCipherSuite(int suite) {
    super.notifySelectedCipherSuite(suite);
    listener.serverHello();
    listener.observe("tls_version", "DTLSv1.2");
    listener.observe("tls_cipher", "0x%04x".formatted(suite));
  }

  @Override
  public TlsAuthentication getAuthentication() {
    return new TlsAuthentication() {
      @Override
      public void notifyServerCertificate(TlsServerCertificate certificate) throws IOException {
        judge(certificate);
      }

      @Override
      public @Nullable TlsCredentials getClientCredentials(CertificateRequest request)
          throws IOException {
        Optional<OwnCertificate> ours = offer.ours();
        return ours.isEmpty()
            ? null
            : Credentials.of(
                ours.get(),
                context,
                crypto,
                Credentials.algorithms(request.getSupportedSignatureAlgorithms()));
      }
    };
  }

  private void judge(TlsServerCertificate shown) throws IOException {
    TlsCertificate[] list = shown.getCertificate().getCertificateList();
    X509Certificate[] chain = new X509Certificate[list.length];
    try {
      if (list.length == 0) {
        throw new StepFailed(
            FailureKind.SSL_INVALID_CERTIFICATE, "the server shows no certificate");
      }
      for (int i = 0; i < list.length; i++) {
        chain[i] =
            (X509Certificate)
                CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(list[i].getEncoded()));
      }
      ShownCertificate.tell(chain[0], clock, listener::observe);
      offer.trust().check(chain, offer.host(), clock);
      judged = true;
    } catch (GeneralSecurityException e) {
      refused =
          new StepFailed(
              FailureKind.SSL_INVALID_CERTIFICATE, "the server's certificate cannot be read");
      throw new TlsFatalAlert(AlertDescription.bad_certificate, e);
    } catch (StepFailed e) {
      refused = e;
      throw new TlsFatalAlert(AlertDescription.certificate_unknown, e);
    }
  }
}
