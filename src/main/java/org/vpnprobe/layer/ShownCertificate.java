package org.vpnprobe.layer;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.function.BiConsumer;

/** What is noted of a certificate that a server showed, whatever becomes of it. */
public final class ShownCertificate {
  private ShownCertificate() {}

  /**
   * Notes {@code tls_certificate_sha256} and {@code tls_issuer}; and {@code clock_at_least}, when
   * it was made after the time that we take it to be: that tells of our clock, where nothing else
   * may.
   *
   * @param listener takes key and value
   */
  public static void tell(
      X509Certificate certificate, Clock clock, BiConsumer<String, String> listener) {
    listener.accept("tls_certificate_sha256", OwnCertificate.sha256(certificate));
    listener.accept("tls_issuer", certificate.getIssuerX500Principal().getName());
    Instant made = certificate.getNotBefore().toInstant();
    if (made.isAfter(clock.instant())) {
      listener.accept("clock_at_least", made.toString());
    }
  }
}
