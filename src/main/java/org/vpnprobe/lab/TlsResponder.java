package org.vpnprobe.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.model.Secret;
import org.vpnprobe.protocol.Tls.TlsSettings;

/** Embedded TLS servers; one for a client with a certificate asks for it. */
final class TlsResponder implements ResponderFactory<TlsSettings> {
  @Override
  public String protocol() {
    return "tls";
  }

  @Override
  public Class<TlsSettings> settings() {
    return TlsSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of();
  }

  @Override
  public Responder start(TlsSettings settings) throws IOException {
    return new StreamServer(
        listener(
            settings.cert(),
            settings.key(),
            Objects.requireNonNullElse(settings.alpn(), List.of())),
        connection -> connection.getInputStream().transferTo(OutputStream.nullOutputStream()));
  }

  /**
   * A TLS listener on loopback with the lab's certificate.
   *
   * @param cert the client's certificate, null when none is asked for
   * @param alpn what it accepts, empty to leave ALPN alone
   */
  static SSLServerSocket listener(@Nullable String cert, @Nullable Secret key, List<String> alpn)
      throws IOException {
    Optional<OwnCertificate> client =
        cert == null || key == null ? Optional.empty() : Optional.of(OwnCertificate.of(cert, key));
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {DemoPki.server()},
          new TrustManager[] {new OnlyThisCertificate(client)},
          null);
      SSLServerSocket listener =
          (SSLServerSocket)
              context
                  .getServerSocketFactory()
                  .createServerSocket(0, 128, InetAddress.getLoopbackAddress());
      listener.setNeedClientAuth(client.isPresent());
      SSLParameters parameters = listener.getSSLParameters();
      parameters.setApplicationProtocols(alpn.toArray(String[]::new));
      listener.setSSLParameters(parameters);
      return listener;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }
}
