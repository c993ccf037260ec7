package org.vpnprobe.config.imports.proxies;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.imports.Entry;

/** What clients say of TLS, and of the TLS inside QUIC. */
final class TlsTerms {
  private TlsTerms() {}

  /** True when there is TLS, false when there is none, and a refusal of what is neither. */
  static boolean security(Proxy proxy, boolean otherwise) throws NotImported {
    String security = proxy.text("security");
    if (proxy.first("pbk", "reality") != null && !"none".equals(security)) {
      security = "reality";
    }
    return switch (security == null ? "" : security.toLowerCase(Locale.ROOT)) {
      case "" -> otherwise;
      case "none", "false" -> false;
      case "tls", "true" -> true;
      case "reality" -> throw NotImported.unspoken("REALITY is not spoken here");
      case "xtls" -> throw NotImported.unspoken("XTLS of before 2023 is not spoken here");
      default ->
          throw NotImported.malformed(
              proxy.need("security", "security").at(),
              Terms.word(String.valueOf(security)),
              "expected security tls, reality or none");
    };
  }

  /** Server name and by what the certificate is known. */
  static void set(Entry.Builder entry, Proxy proxy) throws NotImported {
    if (proxy.first("ech", "echConfigList") != null) {
      throw NotImported.unspoken("Encrypted Client Hello is not spoken here");
    }
    if (proxy.first("clientCertificate") != null) {
      throw NotImported.unspoken("a client certificate is asked for, which this protocol has not");
    }
    if (proxy.first("publicKeyPin") != null) {
      throw NotImported.unspoken("its certificate is known by its public key, which is not read");
    }
    if (proxy.yes("disable_sni", "disableSni")) {
      throw NotImported.unspoken("the server name is not to be sent, and here it always is");
    }
    Part sni = proxy.first("sni", "peer", "servername", "serverName");
    Terms.set(entry, "sni", sni);
    Part pin = proxy.first("pinSHA256", "pcs");
    Terms.set(entry, "pin", pin);
    Part ca = proxy.part("ca");
    Terms.set(entry, "ca", ca);
    Terms.set(entry, "verify_name", proxy.part("vcn"));
    boolean blind = proxy.yes("allowInsecure", "insecure", "allow_insecure", "skip-cert-verify");
    if (blind && pin == null && ca == null) {
      entry.note(
          "its client takes any certificate; here one has to be known: add its pin, unless it is of"
              + " a public authority");
    }
    proxy.ignore("fp", "allowInsecure", "insecure", "allow_insecure", "skip-cert-verify");
  }

  /** The application protocols that are named, null when none is. */
  static @Nullable List<String> alpn(Proxy proxy) {
    String text = proxy.text("alpn");
    List<String> names =
        text == null
            ? List.of()
            : Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    return names.isEmpty() ? null : names;
  }
}
