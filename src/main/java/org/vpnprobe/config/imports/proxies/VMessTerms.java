package org.vpnprobe.config.imports.proxies;

import java.util.Locale;
import java.util.Set;
import org.vpnprobe.config.imports.Entry;

/** VMess with the authenticated header, alterId 0. */
final class VMessTerms implements Terms {
  private static final Set<String> SPOKEN =
      Set.of("auto", "aes-128-gcm", "chacha20-poly1305", "none", "zero");

  @Override
  public Entry.Builder entry(Proxy proxy) throws NotImported {
    Part alterId = proxy.first("aid", "alterId");
    if (alterId != null && !alterId.text().strip().matches("0+(\\.0+)?")) {
      throw NotImported.unspoken(
          "its alterId is not 0: the header of before 2020 is not spoken here");
    }
    Entry.Builder entry = Entry.of(proxy.span(), "vmess", proxy.address(0));
    Terms.set(entry, "uuid", proxy.need("user’s id", "id"));
    Part security = proxy.first("encryption", "scy");
    if (security != null) {
      String word = security.text().toLowerCase(Locale.ROOT);
      if (word.equals("aes-128-cfb")) {
        throw NotImported.unspoken("the security aes-128-cfb is not spoken here");
      }
      if (!SPOKEN.contains(word)) {
        throw NotImported.malformed(
            security.at(), "", "expected auto, aes-128-gcm, chacha20-poly1305, none or zero");
      }
      entry.set("security", word, security.at());
    }
    StreamTerms.set(entry, proxy);
    return entry;
  }
}
