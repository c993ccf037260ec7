package org.vpnprobe.protocol.ikev2;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.vpnprobe.layer.Trust;
import org.vpnprobe.layer.ike.Identity;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;

/**
 * Decides whether a certificate is that of the server we mean: authority or pin, validity, and the
 * name we expect, as roadwarrior clients do it.
 */
final class ServerCertificate {
  private static final int SAN_EMAIL = 1;
  private static final int SAN_DNS = 2;
  private static final int SAN_ADDRESS = 7;

  private final Ikev2Settings settings;
  private final String host;
  private final Clock clock;

  /**
   * @param host what the certificate must be for when the settings name no {@code remote_id}
   */
  ServerCertificate(Ikev2Settings settings, String host, Clock clock) {
    this.settings = settings;
    this.host = host;
    this.clock = clock;
  }

  /** The certificates of a message; that of the sender comes first (RFC 7296 section 3.6). */
  static List<X509Certificate> read(List<Payload> payloads) throws StepFailed {
    List<X509Certificate> chain = new ArrayList<>();
    for (Payload payload : payloads) {
      X509Certificate shown =
          payload.type() == Ike.CERT ? Certificates.decode(payload.body()) : null;
      if (shown != null) {
        chain.add(shown);
      }
    }
    return chain;
  }

  /**
   * Checks a chain.
   *
   * @throws StepFailed {@code ssl_wrong_pin}, {@code ssl_unknown_authority}, {@code
   *     ssl_invalid_certificate}, {@code ssl_invalid_hostname}
   */
  void check(List<X509Certificate> chain) throws StepFailed {
    X509Certificate certificate = chain.getFirst();
    Trust trust = Trust.of(settings.pin(), settings.ca());
    trust.checkPin(certificate);
    if (settings.ca() != null) {
      Trust.checkValidity(certificate, clock);
      trust.checkAuthority(chain.toArray(X509Certificate[]::new), clock);
    }
    // A pinned key is the server's whatever it is called.
    if ((settings.ca() != null || settings.remote().isPresent()) && !isFor(certificate)) {
      throw new StepFailed(
          FailureKind.SSL_INVALID_HOSTNAME,
          "the server's certificate is for another name than "
              + (settings.remote().isPresent() ? "remote_id" : "the endpoint's host"));
    }
  }

  private boolean isFor(X509Certificate certificate) {
    Identity expected = settings.remote().orElseGet(() -> Identity.of("address", host));
    if (expected.type() == Identity.DN) {
      return expected.matches(Identity.of(certificate.getSubjectX500Principal()));
    }
    return names(certificate).stream().anyMatch(name -> covers(name, expected));
  }

  private static boolean covers(Identity name, Identity expected) {
    if (name.type() == Identity.FQDN && expected.type() == Identity.FQDN) {
      String pattern = Identity.text(name.data()).toLowerCase(Locale.ROOT);
      String wanted = Identity.text(expected.data()).toLowerCase(Locale.ROOT);
      int dot = wanted.indexOf('.');
      return pattern.equals(wanted)
          || (pattern.startsWith("*.")
              && dot > 0
              && pattern.substring(1).equals(wanted.substring(dot)));
    }
    return name.matches(expected);
  }

  /** The subject's alternative names of the kinds that an identity can have. */
  private static List<Identity> names(X509Certificate certificate) {
    List<Identity> names = new ArrayList<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives == null) {
        return names;
      }
      for (List<?> alternative : alternatives) {
        if (alternative.get(0) instanceof Integer kind
            && alternative.get(1) instanceof String text) {
          switch (kind) {
            case SAN_DNS -> names.add(Identity.of("address", "@" + text));
            case SAN_EMAIL -> names.add(Identity.of("address", text));
            case SAN_ADDRESS -> names.add(Identity.of(InetAddress.getByName(text)));
            default -> {} // Kinds that no identity has.
          }
        }
      }
    } catch (CertificateParsingException | UnknownHostException | IllegalArgumentException e) {
      return List.of(); // An unreadable name names nobody.
    }
    return names;
  }
}
