package org.vpnprobe.config.imports.proxies;

import org.vpnprobe.config.imports.Entry;

/** VLESS without flows and without its own encryption. */
final class VlessTerms implements Terms {
  @Override
  public Entry.Builder entry(Proxy proxy) throws NotImported {
    String encryption = proxy.text("encryption");
    if (encryption != null && !encryption.equals("none")) {
      throw NotImported.unspoken("VLESS encryption is not spoken here");
    }
    // Before the flow: of a server that has both, this is what it is known by.
    TlsTerms.security(proxy, false);
    String flow = proxy.text("flow");
    if (flow != null && !flow.equals("none")) {
      throw NotImported.unspoken("the flow " + Terms.word(flow) + " is not spoken here");
    }
    Entry.Builder entry = Entry.of(proxy.span(), "vless", proxy.address(0));
    Terms.set(entry, "uuid", proxy.need("user’s id", "id"));
    StreamTerms.set(entry, proxy);
    return entry;
  }
}
