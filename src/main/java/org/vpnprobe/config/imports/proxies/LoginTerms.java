package org.vpnprobe.config.imports.proxies;

import org.vpnprobe.config.imports.Entry;

/**
 * SOCKS5 and HTTP proxies.
 *
 * @param protocol ours
 * @param port what is meant where none is named; 0 when one has to be
 */
record LoginTerms(String protocol, int port) implements Terms {
  @Override
  public Entry.Builder entry(Proxy proxy) throws NotImported {
    String version = proxy.text("version");
    if (version != null && !version.startsWith("5")) {
      throw NotImported.unspoken("SOCKS4 is not spoken here");
    }
    boolean http = protocol.equals("http-proxy");
    boolean tls = TlsTerms.security(proxy, false);
    if (tls && !http) {
      throw NotImported.unspoken("SOCKS5 inside TLS is not spoken here");
    }
    Entry.Builder entry = Entry.of(proxy.span(), protocol, proxy.address(port));
    Part user = proxy.part("username");
    Part password = proxy.part("password");
    if ((user == null && password != null) || (user != null && password == null && !http)) {
      throw NotImported.malformed(
          proxy.span(), "", "expected user and password, or neither of them");
    }
    Terms.set(entry, "username", user);
    if (user != null) {
      // Basic authentication knows an empty password (RFC 7617 section 2).
      Terms.set(entry, "password", password == null ? new Part("", user.at()) : password);
    }
    if (tls) {
      entry.set("tls", true);
      TlsTerms.set(entry, proxy);
    }
    proxy.ignore("udp", "tfo", "alpn", "sni", "fp", "skip-cert-verify", "allowInsecure");
    return entry;
  }
}
