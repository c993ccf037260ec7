package org.vpnprobe.protocol.openvpn;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.security.auth.x500.X500Principal;
import org.vpnprobe.model.InvalidSetting;

/**
 * {@code verify-x509-name}: the name that the server's certificate must have.
 *
 * @param type what of the subject is compared
 */
record X509NameRule(String name, Type type) {
  enum Type {
    /** The whole subject: {@code C=KG, ST=NA, CN=Server-1}. */
    SUBJECT,
    /** The common name. */
    NAME,
    /** The beginning of the common name. */
    NAME_PREFIX
  }

  private static final Map<String, String> EMAIL = Map.of("1.2.840.113549.1.9.1", "emailAddress");

  /** Reads {@code NAME [subject|name|name-prefix]}; quotes around the name are allowed. */
  static X509NameRule parse(String text) {
    String name = text.strip();
    Type type = Type.SUBJECT;
    for (Type candidate : Type.values()) {
      String word = " " + candidate.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
      if (name.endsWith(word)) {
        type = candidate;
        name = name.substring(0, name.length() - word.length()).strip();
        break;
      }
    }
    if (name.length() > 1 && name.matches("'.*'|\".*\"")) {
      name = name.substring(1, name.length() - 1);
    }
    if (name.isEmpty()) {
      throw new InvalidSetting(
          "verify_x509_name", "expected NAME, NAME name, NAME name-prefix or a whole subject");
    }
    return new X509NameRule(name, type);
  }

  boolean accepts(X509Certificate certificate) {
    List<String> parts = subject(certificate.getSubjectX500Principal());
    return switch (type) {
      case SUBJECT -> String.join(", ", parts).equals(name);
      case NAME -> commonName(parts).equals(name);
      case NAME_PREFIX -> commonName(parts).startsWith(name);
    };
  }

  /** The last common name of the subject, as OpenVPN takes it; empty when there is none. */
  private static String commonName(List<String> parts) {
    return parts.stream()
        .filter(part -> part.startsWith("CN="))
        .map(part -> part.substring(3))
        .reduce("", (first, second) -> second);
  }

  /** {@code TYPE=value} in the order of the certificate, unescaped. */
  private static List<String> subject(X500Principal subject) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    String text = subject.getName(X500Principal.RFC2253, EMAIL);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        part.append(text.charAt(++i));
      } else if (c == ',') {
        parts.addFirst(part.toString());
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    parts.addFirst(part.toString());
    return parts;
  }
}
