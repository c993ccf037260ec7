package org.vpnprobe.config.imports.proxies;

import java.util.Map;

/** How the links of one scheme are read. */
interface LinkKind {
  /** One line a scheme. */
  Map<String, LinkKind> ALL =
      Map.ofEntries(
          Map.entry("ss", new ShadowsocksLink()),
          Map.entry("vmess", new VMessLink()),
          Map.entry("vless", plain("vless", "id", "")),
          Map.entry("trojan", plain("trojan", "", "password")),
          Map.entry("hysteria2", plain("hysteria2", "", "password")),
          Map.entry("hy2", plain("hysteria2", "", "password")),
          Map.entry("tuic", plain("tuic", "id", "password")),
          Map.entry("wireguard", new WireGuardLink()),
          Map.entry("wg", new WireGuardLink()),
          Map.entry("awg", new WireGuardLink()),
          Map.entry("socks", new LoginLink("socks5")),
          Map.entry("socks5", new LoginLink("socks5")),
          Map.entry("socks5h", new LoginLink("socks5")),
          Map.entry("http", new LoginLink("http")),
          Map.entry("https", new LoginLink("http")));

  /**
   * Reads a link.
   *
   * @throws NotImported when it is none, or nothing comes of it
   */
  void read(Link link, ProxyAccount account) throws NotImported;

  /**
   * {@code scheme://USER@host:port?parameters#label}.
   *
   * @param user what stands before the first colon of the user part; empty where there is only the
   *     one word, whatever colons it has
   * @param word what stands behind it, or all of it
   */
  private static LinkKind plain(String kind, String user, String word) {
    return (link, account) -> {
      Proxy proxy = link.proxy(kind);
      Part given = link.user();
      if (given == null && !isServer(link)) {
        // Where the rest of a link is lost, what would be the host is a secret; DNS is not told it.
        throw NotImported.malformed(
            link.body().at(), "", "expected " + link.scheme() + "://…@host:port");
      }
      if (user.isEmpty() && given != null) {
        proxy.put(word, given.decoded());
      } else if (word.isEmpty() && given != null) {
        proxy.put(user, given.decoded());
      } else {
        Link.Login login = link.login();
        proxy.put(user, login.user());
        proxy.put(word, login.password());
      }
      account.found(proxy);
    };
  }

  /** True when what stands in the place of a host cannot be what is left of a secret. */
  static boolean isServer(Link link) {
    String host = link.host().text();
    return link.port() != null || host.indexOf('.') >= 0 || host.indexOf(':') >= 0;
  }
}
