package org.vpnprobe.layer;

import java.net.IDN;
import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether a certificate is for a server of a given name (RFC 9525). Only the subject alternative
 * names count, and {@code *} only as the whole leftmost label.
 */
final class CertificateName {
  /** RFC 5280 section 4.2.1.6: the tags of GeneralName. */
  private static final int DNS_NAME = 2;

  private static final int IP_ADDRESS = 7;

  private CertificateName() {}

  /**
   * @param host a DNS name or an IP literal
   */
  static boolean matches(X509Certificate certificate, String host) {
    InetAddress address = literal(host);
    String name = address == null ? ascii(host) : "";
    for (List<?> alternative : alternatives(certificate)) {
      Object type = alternative.get(0);
      String value = String.valueOf(alternative.get(1));
      if (address != null && type.equals(IP_ADDRESS)) {
        InetAddress certified = literal(value);
        if (certified != null && Arrays.equals(certified.getAddress(), address.getAddress())) {
          return true;
        }
      } else if (address == null && type.equals(DNS_NAME) && covers(value, name)) {
        return true;
      }
    }
    return false;
  }

  /** The address that a text is a literal of, null when it is a name. */
  static @Nullable InetAddress literal(String host) {
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static boolean covers(String pattern, String name) {
    String lower = pattern.toLowerCase(Locale.ROOT);
    if (!lower.startsWith("*.")) {
      return lower.equals(name);
    }
    int dot = name.indexOf('.');
    // A wildcard right below a top-level name would cover everybody's names.
    return dot > 0 && lower.indexOf('.', 2) > 0 && lower.substring(1).equals(name.substring(dot));
  }

  private static String ascii(String host) {
    String plain = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    try {
      return IDN.toASCII(plain).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return plain.toLowerCase(Locale.ROOT);
    }
  }

  private static Collection<List<?>> alternatives(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null ? List.of() : names;
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }
}
