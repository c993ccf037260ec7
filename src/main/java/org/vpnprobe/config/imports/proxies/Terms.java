package org.vpnprobe.config.imports.proxies;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.imports.Entry;
import org.vpnprobe.config.imports.Wordlike;

/** How the terms of one protocol become the settings of an endpoint. */
interface Terms {
  /** One line a protocol: the words of the field, and who reads them. */
  Map<String, Terms> ALL =
      Map.ofEntries(
          Map.entry("ss", new ShadowsocksTerms()),
          Map.entry("shadowsocks", new ShadowsocksTerms()),
          Map.entry("vmess", new VMessTerms()),
          Map.entry("vless", new VlessTerms()),
          Map.entry("trojan", new TrojanTerms()),
          Map.entry("hysteria2", new Hysteria2Terms()),
          Map.entry("tuic", new TuicTerms()),
          Map.entry("wireguard", new WireGuardTerms()),
          Map.entry("awg", new WireGuardTerms()),
          Map.entry("socks", new LoginTerms("socks5", 1080)),
          Map.entry("socks5", new LoginTerms("socks5", 1080)),
          Map.entry("http", new LoginTerms("http-proxy", 0)));

  /** Of protocols that are known, and not spoken here. */
  Map<String, String> UNSPOKEN =
      Map.ofEntries(
          Map.entry("ssr", "ShadowsocksR is not spoken here"),
          Map.entry("shadowsocksr", "ShadowsocksR is not spoken here"),
          Map.entry("hysteria", "Hysteria 1 is not spoken here"),
          Map.entry("hy", "Hysteria 1 is not spoken here"),
          Map.entry("anytls", "AnyTLS is not spoken here"),
          Map.entry("naive", "NaiveProxy is not spoken here"),
          Map.entry("naive+https", "NaiveProxy is not spoken here"),
          Map.entry("naive+quic", "NaiveProxy is not spoken here"),
          Map.entry("juicity", "Juicity is not spoken here"),
          Map.entry("snell", "Snell is not spoken here"),
          Map.entry("shadowtls", "ShadowTLS is not spoken here"),
          Map.entry("mieru", "mieru is not spoken here"),
          Map.entry("mierus", "mieru is not spoken here"),
          Map.entry("brook", "Brook is not spoken here"),
          Map.entry("trojan-go", "Trojan-Go’s own extensions are not spoken here"),
          Map.entry("socks4", "SOCKS4 is not spoken here"),
          Map.entry("socks4a", "SOCKS4 is not spoken here"),
          Map.entry("tor", "Tor is started by the client itself; there is no server in it"),
          Map.entry("tailscale", "Tailscale is not spoken here"),
          Map.entry("masque", "MASQUE is not spoken here"),
          Map.entry("trusttunnel", "TrustTunnel is not spoken here"),
          Map.entry("sudoku", "Sudoku is not spoken here"),
          Map.entry("ssh", "SSH of other programs is not read; write protocol: ssh"));

  /**
   * An endpoint with everything but its label.
   *
   * @throws NotImported when there is none
   */
  Entry.Builder entry(Proxy proxy) throws NotImported;

  /**
   * An endpoint of any of these protocols.
   *
   * @throws NotImported when there is none
   */
  static Entry.Builder of(Proxy proxy) throws NotImported {
    Terms terms = ALL.get(proxy.kind());
    if (terms != null) {
      return terms.entry(proxy);
    }
    String reason = UNSPOKEN.get(proxy.kind());
    if (reason != null) {
      throw NotImported.unspoken(reason);
    }
    throw NotImported.malformed(
        proxy.span(), word(proxy.kind()), "nothing is known of a protocol of this name");
  }

  /** A setting with its place. */
  static void set(Entry.Builder entry, String key, @Nullable Part part) {
    if (part != null) {
      entry.set(key, part.text(), part.at());
    }
  }

  /** A word of somebody else's vocabulary as it may be shown: nothing that may be a secret. */
  static String word(String text) {
    return text.matches("[A-Za-z0-9_+.-]{1,30}") ? Wordlike.shown(text) : "…";
  }
}
