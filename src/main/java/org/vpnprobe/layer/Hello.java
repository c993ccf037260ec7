package org.vpnprobe.layer;

import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Description;
import org.vpnprobe.model.InvalidSetting;

/**
 * What a ClientHello looks like, as far as it can be chosen: what a middlebox sees decides what it
 * does. The order of extensions, their padding and what else makes a fingerprint (JA3, JA4) stays
 * Java's.
 *
 * @param versions {@code 1.2}, {@code 1.3}; both when left out
 * @param ciphers cipher suites by their IANA names, in the order in which they are offered
 * @param groups named groups in order, by their IANA names ({@code x25519 secp256r1 …})
 * @param split how the first flight leaves
 */
public record Hello(
    @Description("TLS versions to offer: 1.2, 1.3; both if not given.")
        @Nullable List<String> versions,
    @Description("Cipher suites to offer, in order, by their IANA names.")
        @Nullable List<String> ciphers,
    @Description("Named groups to offer, in order, such as x25519, secp256r1.")
        @Nullable List<String> groups,
    @Description("Sends the ClientHello in two segments or in two TLS records.")
        @Nullable Split split) {

  /** As Java does it. */
  public static final Hello JAVA = new Hello(null, null, null, null);

  /** How the first flight leaves. */
  public enum Split {
    /** In two TCP segments, cut within the server name. */
    SEGMENTS,
    /** In two TLS records, cut within the server name (RFC 8446 section 5.1). */
    RECORDS
  }

  private static final Set<String> VERSIONS = Set.of("1.2", "1.3");

  public Hello {
    versions = versions == null ? null : List.copyOf(versions);
    ciphers = ciphers == null ? null : List.copyOf(ciphers);
    groups = groups == null ? null : List.copyOf(groups);
    if (versions != null && (versions.isEmpty() || !VERSIONS.containsAll(versions))) {
      throw new InvalidSetting("versions", "expected 1.2, 1.3 or both");
    }
    if (ciphers != null) {
      checkCiphers(ciphers);
    }
    if (groups != null) {
      checkGroups(groups);
    }
  }

  private static void checkCiphers(List<String> ciphers) {
    Set<String> known = Set.of(supported().getCipherSuites());
    for (String cipher : ciphers) {
      if (!known.contains(cipher)) {
        throw new InvalidSetting(
            "ciphers",
            "“"
                + cipher
                + "” is no cipher suite that Java offers, such as "
                + known.stream().sorted().limit(3).collect(Collectors.joining(", ")));
      }
    }
    if (ciphers.isEmpty()) {
      throw new InvalidSetting("ciphers", "expected at least one cipher suite");
    }
  }

  private static void checkGroups(List<String> groups) {
    String[] named = supported().getNamedGroups();
    Set<String> known =
        named == null
            ? Set.of()
            : Set.of(named).stream().map(Hello::lower).collect(Collectors.toSet());
    for (String group : groups) {
      if (!known.isEmpty() && !known.contains(lower(group))) {
        throw new InvalidSetting(
            "groups",
            "“"
                + group
                + "” is no named group that Java offers; expected some of "
                + known.stream().sorted().collect(Collectors.joining(", ")));
      }
    }
    if (groups.isEmpty()) {
      throw new InvalidSetting("groups", "expected at least one named group");
    }
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static SSLParameters supported() {
    try {
      return SSLContext.getDefault().getSupportedSSLParameters();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  /** Puts the choices into what an engine will say. */
  void applyTo(SSLParameters parameters) {
    List<String> offered = versions == null ? List.of("1.3", "1.2") : versions;
    parameters.setProtocols(offered.stream().map(v -> "TLSv" + v).toArray(String[]::new));
    if (ciphers != null) {
      parameters.setCipherSuites(ciphers.toArray(String[]::new));
    }
    if (groups != null) {
      parameters.setNamedGroups(groups.toArray(String[]::new));
    }
  }
}
