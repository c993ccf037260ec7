package org.vpnprobe.config.imports.proxies;

import org.vpnprobe.config.Yaml;
import org.vpnprobe.config.imports.Entry;

/**
 * SOCKS5 and HTTP proxies.
 *
 * @param protocol ours
 * @param port what is meant where none is named; 0 when one has to be
 */
record LoginTerms(String protocol, int port) implements Terms {
  private static final String HEADERS = "headers";

  /** Headers that the client of an HTTP proxy adds; the proxy may answer nobody without them. */
  static void headers(Yaml.Mapping mapping, Proxy proxy) {
    boolean none =
        switch (mapping.get(HEADERS)) {
          case null -> true;
          case Yaml.Mapping headers -> headers.entries().isEmpty();
          case Yaml.Items headers -> headers.items().isEmpty();
          case Yaml.Scalar scalar -> scalar.isNothing();
        };
    if (!none) {
      proxy.put(HEADERS, "true");
    }
  }

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
    if (http && proxy.has(HEADERS)) {
      throw NotImported.unspoken("it expects headers of its own, which are not sent here");
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
