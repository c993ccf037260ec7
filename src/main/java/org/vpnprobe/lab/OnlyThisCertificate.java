package org.vpnprobe.lab;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.vpnprobe.layer.OwnCertificate;

/** A server's trust in exactly one client certificate, or in none. */
final class OnlyThisCertificate extends X509ExtendedTrustManager {
  private final Optional<OwnCertificate> accepted;

  OnlyThisCertificate(Optional<OwnCertificate> accepted) {
    this.accepted = accepted;
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    if (accepted.isEmpty() || !accepted.get().isFor(chain[0])) {
      throw new CertificateException("not the client of this server");
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("this is a server");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("this is a server");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("this is a server");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
