package org.vpnprobe.config.imports.proxies;

import org.vpnprobe.config.imports.Entry;

/** Trojan over TLS, and nothing between. */
final class TrojanTerms implements Terms {
  private static final int HTTPS = 443;

  @Override
  public Entry.Builder entry(Proxy proxy) throws NotImported {
    String type = proxy.text("type", "obfs");
    if (type != null && !type.equals("tcp") && !type.equals("raw") && !type.equals("none")) {
      throw NotImported.unspoken("Trojan over " + Terms.word(type) + " is not spoken here");
    }
    String header = proxy.text("headerType");
    if (header != null && !header.equals("none")) {
      throw NotImported.unspoken("TCP that looks like HTTP is not spoken here");
    }
    if (!TlsTerms.security(proxy, true)) {
      throw NotImported.unspoken("Trojan without TLS is not spoken here");
    }
    String flow = proxy.text("flow");
    if (flow != null && !flow.equals("none")) {
      throw NotImported.unspoken("the flow " + Terms.word(flow) + " is not spoken here");
    }
    if (proxy.yes("ss", "ss-opts")) {
      throw NotImported.unspoken("Trojan with Shadowsocks inside is not spoken here");
    }
    Entry.Builder entry = Entry.of(proxy.span(), "trojan", proxy.address(HTTPS));
    Terms.set(entry, "password", proxy.need("password", "password"));
    TlsTerms.set(entry, proxy);
    Part alpn = proxy.part("alpn");
    if (alpn != null) {
      entry.set("alpn", TlsTerms.alpn(proxy), alpn.at());
    }
    proxy.ignore("host", "path", "encryption", "udp", "tfo", "mux", "sid", "spx", "packetEncoding");
    return entry;
  }
}
