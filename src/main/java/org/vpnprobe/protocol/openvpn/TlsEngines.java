package org.vpnprobe.protocol.openvpn;

import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.vpnprobe.layer.OwnCertificate;

/** TLS engines as OpenVPN uses them: TLS 1.2 and 1.3, no server name, no resumption. */
public final class TlsEngines {
  private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

  private TlsEngines() {}

  /** A client's engine; without a certificate it shows none when asked. */
  public static SSLEngine client(X509ExtendedTrustManager trust, Optional<OwnCertificate> ours) {
    SSLEngine engine = engine(trust, ours);
    engine.setUseClientMode(true);
    engine.setEnabledProtocols(VERSIONS);
    return engine;
  }

  /**
   * A server's engine.
   *
   * @param needsClientCertificate refuse a client that shows none
   */
  public static SSLEngine server(
      X509ExtendedTrustManager trust, OwnCertificate ours, boolean needsClientCertificate) {
    SSLEngine engine = engine(trust, Optional.of(ours));
    engine.setUseClientMode(false);
    engine.setNeedClientAuth(needsClientCertificate);
    engine.setEnabledProtocols(VERSIONS);
    return engine;
  }

  private static SSLEngine engine(X509ExtendedTrustManager trust, Optional<OwnCertificate> ours) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          ours.map(own -> new KeyManager[] {own}).orElse(new KeyManager[0]),
          new TrustManager[] {trust},
          null);
      return context.createSSLEngine();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }
}
