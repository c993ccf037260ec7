package org.vpnprobe.protocol.openvpn;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
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
  private final Clock clock;
  private @Nullable X509Certificate seen;
  private @Nullable StepFailed refused;

  ServerIdentity(OpenVpnSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** The certificates of {@code ca}. */
  static List<X509Certificate> authorities(String ca) {
    return Pem.certificates("ca", ca);
  }

  /** A SHA-256 fingerprint as lower-case hexadecimal without colons. */
  static String fingerprint(String pin) {
    String digits =
        pin.strip().toLowerCase(Locale.ROOT).replaceFirst("^sha256:", "").replace(":", "");
    if (!digits.matches("[0-9a-f]{64}")) {
      throw new InvalidSetting("pin", "expected the SHA-256 of a certificate: 64 hex digits");
    }
    return digits;
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
      checkFingerprint(chain[0]);
      checkValidity(chain[0]);
      checkAuthority(chain);
      checkUsage(chain[0]);
      checkName(chain[0]);
    } catch (StepFailed e) {
      refused = e;
      throw new CertificateException(e.detail(), e);
    }
  }

  private void checkFingerprint(X509Certificate certificate) throws StepFailed {
    if (settings.pin() != null
        && !fingerprint(settings.pin()).equals(ClientCertificate.sha256(certificate))) {
      throw new StepFailed(
          FailureKind.SSL_WRONG_PIN, "the server's certificate is not the pinned one");
    }
  }

  private void checkValidity(X509Certificate certificate) throws StepFailed {
    try {
      certificate.checkValidity(Date.from(clock.instant()));
    } catch (CertificateExpiredException e) {
      throw new StepFailed(
          FailureKind.SSL_INVALID_CERTIFICATE, "the server's certificate has expired");
    } catch (CertificateNotYetValidException e) {
      throw new StepFailed(
          FailureKind.SSL_INVALID_CERTIFICATE, "the server's certificate is not valid yet");
    }
  }

  private void checkAuthority(X509Certificate[] chain) throws StepFailed {
    if (settings.ca() == null) {
      return;
    }
    try {
      X509CertSelector leaf = new X509CertSelector();
      leaf.setCertificate(chain[0]);
      Set<TrustAnchor> anchors =
          authorities(settings.ca()).stream()
              .map(authority -> new TrustAnchor(authority, null))
              .collect(Collectors.toSet());
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, leaf);
      parameters.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(List.of(chain))));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(clock.instant()));
      CertPathBuilder.getInstance("PKIX").build(parameters);
    } catch (CertPathBuilderException e) {
      throw new StepFailed(
          FailureKind.SSL_UNKNOWN_AUTHORITY,
          "the server's certificate was not issued by the authority in ca");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has PKIX", e);
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
