package org.vpnprobe.protocol.openvpn;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.Trust;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;

/**
 * Decides whether a server's certificate is the one that the settings expect, as OpenVPN does: the
 * authority or the fingerprint, {@code verify-x509-name}, {@code remote-cert-tls}. The server's
 * host name plays no part. Keeps what it saw and why it refused.
 */
final class ServerIdentity extends X509ExtendedTrustManager {
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String ANY_USAGE = "2.5.29.37.0";

  private final OpenVpnSettings settings;
  private final Trust trust;
  private final Clock clock;
  private @Nullable X509Certificate seen;
  private @Nullable StepFailed refused;

  ServerIdentity(OpenVpnSettings settings, Clock clock) {
    this.settings = settings;
    this.trust = Trust.of(settings.pin(), settings.ca());
    this.clock = clock;
  }

  /** The certificate that the server showed, null when it has shown none. */
  @Nullable X509Certificate seen() {
    return seen;
  }

  /** Why the certificate was refused, null when it was not. */
  @Nullable StepFailed refused() {
    return refused;
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    seen = chain[0];
    try {
      trust.checkPin(chain[0]);
      Trust.checkValidity(chain[0], clock);
      if (trust.authorities() != null) {
        trust.checkAuthority(chain, clock);
      }
      checkUsage(chain[0]);
      checkName(chain[0]);
    } catch (StepFailed e) {
      refused = e;
      throw new CertificateException(e.detail(), e);
    }
  }

  /** {@code remote-cert-tls server}: extended usage server authentication, and a key usage. */
  private void checkUsage(X509Certificate certificate) throws StepFailed {
    if (settings.remoteCertTls() == null) {
      return;
    }
    boolean forServers;
    try {
      List<String> usages = certificate.getExtendedKeyUsage();
      forServers = usages != null && Stream.of(SERVER_AUTH, ANY_USAGE).anyMatch(usages::contains);
    } catch (CertificateException e) {
      forServers = false;
    }
    if (!forServers) {
      throw new StepFailed(
          FailureKind.SSL_INVALID_CERTIFICATE,
          "the server's certificate is not one for servers (remote_cert_tls)");
    }
  }

  private void checkName(X509Certificate certificate) throws StepFailed {
    if (settings.verifyX509Name() != null
        && !X509NameRule.parse(settings.verifyX509Name()).accepts(certificate)) {
      throw new StepFailed(
          FailureKind.SSL_INVALID_HOSTNAME,
          "the server's certificate has another name than verify_x509_name");
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
