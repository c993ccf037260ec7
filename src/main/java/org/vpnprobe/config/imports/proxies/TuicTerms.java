package org.vpnprobe.config.imports.proxies;

import java.util.List;
import org.vpnprobe.config.imports.Entry;

/** TUIC version 5, of which QUIC alone is spoken: no id and no password is needed. */
final class TuicTerms implements Terms {
  private static final int HTTPS = 443;

  @Override
  public Entry.Builder entry(Proxy proxy) throws NotImported {
    String version = proxy.text("version");
    if (proxy.first("token") != null || (version != null && !version.equals("5"))) {
      throw NotImported.unspoken("TUIC before version 5 is not spoken here");
    }
    Entry.Builder entry = Entry.of(proxy.span(), "tuic", proxy.address(HTTPS));
    TlsTerms.set(entry, proxy);
    Part alpn = proxy.part("alpn");
    List<String> names = TlsTerms.alpn(proxy);
    if (alpn != null && names != null) {
      entry.set("alpn", names.getFirst(), alpn.at());
    }
    proxy.remark("a login of TUIC is not spoken here: its server is asked for QUIC alone");
    proxy.ignore(
        "id",
        "password",
        "congestion_control",
        "udp_relay_mode",
        "reduce_rtt",
        "security",
        "heartbeat",
        "udp",
        "tfo");
    return entry;
  }
}
