package org.vpnprobe.config.imports.proxies;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.imports.Entry;

/** Shadowsocks: SIP002 and what its clients add. */
final class ShadowsocksTerms implements Terms {
  /** Other words of other programs for the same. */
  private static final Map<String, String> ALIASES =
      Map.of(
          "chacha20-poly1305", "chacha20-ietf-poly1305",
          "aead_chacha20_poly1305", "chacha20-ietf-poly1305",
          "aead_aes_128_gcm", "aes-128-gcm",
          "aead_aes_256_gcm", "aes-256-gcm");

  private static final Set<String> SPOKEN =
      Set.of(
          "aes-128-gcm",
          "aes-256-gcm",
          "chacha20-ietf-poly1305",
          "2022-blake3-aes-128-gcm",
          "2022-blake3-aes-256-gcm",
          "2022-blake3-chacha20-poly1305");

  /** What others know: stream ciphers, which anybody can tell, and rarer ones. */
  private static final String KNOWN =
      "(aes|camellia)-(128|192|256)-(cfb[18]?|ctr|ofb|ccm|gcm|gcm-siv|ocb)|rc4(-md5(-6)?)?|bf-cfb"
          + "|cast5-cfb|des-cfb|idea-cfb|rc2-cfb|seed-cfb|x?salsa20|x?chacha20(-ietf)?"
          + "|xchacha20-ietf-poly1305|x?chacha8-(ietf-)?poly1305|aegis-128l|aegis-256|aez-384"
          + "|deoxys-ii-256-128|lea-(128|192|256)-gcm|rabbit128-poly1305|ascon128a?|sm4-[gc]cm"
          + "|none|plain|table|dummy|aead_aes_192_gcm|2022-blake3-(chacha8-poly1305|aes-128-ccm|aes-256-ccm)";

  @Override
  public Entry.Builder entry(Proxy proxy) throws NotImported {
    String plugin = proxy.text("plugin");
    if (plugin != null) {
      throw NotImported.unspoken(
          "the plugin "
              + Terms.word(plugin.replaceFirst(";.*", ""))
              + " (SIP003) is not spoken here");
    }
    String type = proxy.text("type", "obfs");
    boolean bare = type == null || Set.of("tcp", "raw", "none").contains(type);
    if (!bare || TlsTerms.security(proxy, false)) {
      throw NotImported.unspoken("Shadowsocks inside another transport is not spoken here");
    }
    Part method = proxy.need("method", "method");
    Part password = proxy.need("password", "password");
    boolean datagrams = "udp".equals(proxy.text("network"));
    Part prefix = proxy.part("prefix");
    if (datagrams && prefix != null) {
      throw NotImported.unspoken("a prefix of datagrams is not spoken here");
    }
    String name = method(method, password);
    Entry.Builder entry = Entry.of(proxy.span(), "shadowsocks", proxy.address(0));
    entry.set("method", name, method.at());
    Terms.set(entry, "password", password);
    if (datagrams) {
      entry.set("transport", "udp");
    }
    Terms.set(entry, "prefix", prefix);
    proxy.ignore(
        "plugin-opts",
        "outline",
        "uot",
        "udp-over-tcp",
        "udp-over-tcp-version",
        "group",
        "tfo",
        "headerType",
        "udp");
    return entry;
  }

  private static String method(Part method, @Nullable Part password) throws NotImported {
    String word = method.text().strip().toLowerCase(Locale.ROOT);
    String name = ALIASES.getOrDefault(word, word);
    if (SPOKEN.contains(name)) {
      if (name.startsWith("2022") && password != null && password.text().indexOf(':') >= 0) {
        throw NotImported.unspoken("identity headers (SIP023) are not spoken here");
      }
      return name;
    }
    if (name.matches(KNOWN)) {
      throw NotImported.unspoken("the method " + name + " is not spoken here");
    }
    // Not quoted: what was decoded from something else may be anything.
    throw NotImported.malformed(method.at(), "", "expected a method, such as aes-256-gcm");
  }
}
