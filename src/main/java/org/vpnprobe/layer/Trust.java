package org.vpnprobe.layer;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.net.StepFailed;

/**
 * By what a server's certificate is known to be the right one: its fingerprint, the authorities
 * that may have issued it, or the authorities of the system. No setting trusts everybody.
 *
 * @param pin SHA-256 of the certificate (lower-case hexadecimal), null when it is not pinned
 * @param authorities who may have issued it, null for the system's when there is no pin either
 * @param provedInside the certificate says nothing by itself; what is spoken inside proves it
 */
public record Trust(
    @Nullable String pin, @Nullable List<X509Certificate> authorities, boolean provedInside) {
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String ANY_USAGE = "2.5.29.37.0";

  public Trust {
    authorities = authorities == null ? null : List.copyOf(authorities);
  }

  /**
   * The trust that a user's settings {@code pin} and {@code ca} state; the system's when both are
   * left out.
   *
   * @param pin see {@link #fingerprint}
   * @param ca PEM text
   */
  public static Trust of(@Nullable String pin, @Nullable String ca) {
    return new Trust(
        pin == null ? null : fingerprint(pin),
        ca == null ? null : Pem.certificates("ca", ca),
        false);
  }

  /** The authorities that Java brings along. */
  public static Trust system() {
    return new Trust(null, null, false);
  }

  /**
   * Lets every certificate pass, for a protocol that names the right one inside the connection
   * (Tor's CERTS cell). No setting leads here.
   */
  public static Trust provedLater() {
    return new Trust(null, null, true);
  }

  /** A user's SHA-256 fingerprint ({@code [sha256:]AB:CD:…}) as lower-case hexadecimal. */
  public static String fingerprint(String pin) {
    String digits =
        pin.strip().toLowerCase(Locale.ROOT).replaceFirst("^sha256:", "").replace(":", "");
    if (!digits.matches("[0-9a-f]{64}")) {
      throw new InvalidSetting("pin", "expected the SHA-256 of a certificate: 64 hex digits");
    }
    return digits;
  }

  /**
   * Checks all that a TLS client checks. A pinned certificate is the right one whatever it says; if
   * authorities are named too, both must agree.
   *
   * @param chain as the server sent it, its own certificate first
   * @param host the name or address that the certificate must be for, null for any
   * @throws StepFailed {@code ssl_wrong_pin}, {@code ssl_invalid_certificate}, {@code
   *     ssl_unknown_authority} or {@code ssl_invalid_hostname}
   */
  public void check(X509Certificate[] chain, @Nullable String host, Clock clock) throws StepFailed {
    checkPin(chain[0]);
    if (provedInside || (pin != null && authorities == null)) {
      return;
    }
    checkValidity(chain[0], clock);
    checkAuthority(chain, clock);
    checkUsage(chain[0]);
    if (host != null && !CertificateName.matches(chain[0], host)) {
      throw new StepFailed(
          FailureKind.SSL_INVALID_HOSTNAME, "the server's certificate is for another name");
    }
  }

  /** Fails unless it is the pinned certificate; passes when none is pinned. */
  public void checkPin(X509Certificate certificate) throws StepFailed {
    if (pin != null && !pin.equals(OwnCertificate.sha256(certificate))) {
      throw new StepFailed(
          FailureKind.SSL_WRONG_PIN, "the server's certificate is not the pinned one");
    }
  }

  /** Fails unless the certificate is valid now. */
  public static void checkValidity(X509Certificate certificate, Clock clock) throws StepFailed {
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

  /** Fails unless the chain leads to one of the authorities (RFC 5280 section 6). */
  public void checkAuthority(X509Certificate[] chain, Clock clock) throws StepFailed {
    try {
      X509CertSelector leaf = new X509CertSelector();
      leaf.setCertificate(chain[0]);
      Set<TrustAnchor> anchors =
          anchors()
              .map(authority -> new TrustAnchor(authority, null))
              .collect(Collectors.toUnmodifiableSet());
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, leaf);
      parameters.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(List.of(chain))));
      // A look at a revocation list would contact somebody whom the user did not name.
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(clock.instant()));
      CertPathBuilder.getInstance("PKIX").build(parameters);
    } catch (CertPathBuilderException e) {
      throw new StepFailed(
          FailureKind.SSL_UNKNOWN_AUTHORITY,
          authorities == null
              ? "the server's certificate was not issued by an authority of the system"
              : "the server's certificate was not issued by the authority in ca");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has PKIX", e);
    }
  }

  /** Fails for a certificate that says what it is for, when servers are not among it. */
  private static void checkUsage(X509Certificate certificate) throws StepFailed {
    try {
      List<String> usages = certificate.getExtendedKeyUsage();
      if (usages == null || Stream.of(SERVER_AUTH, ANY_USAGE).anyMatch(usages::contains)) {
        return;
      }
    } catch (CertificateParsingException e) {
      // An extension that cannot be read allows nothing.
    }
    throw new StepFailed(
        FailureKind.SSL_INVALID_CERTIFICATE, "the server's certificate is not one for servers");
  }

  private Stream<X509Certificate> anchors() throws GeneralSecurityException {
    if (authorities != null) {
      return authorities.stream();
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    return Arrays.stream(factory.getTrustManagers())
        .filter(manager -> manager instanceof X509TrustManager)
        .flatMap(manager -> Arrays.stream(((X509TrustManager) manager).getAcceptedIssuers()));
  }
}
