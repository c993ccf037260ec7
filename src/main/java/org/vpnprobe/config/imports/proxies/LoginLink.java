package org.vpnprobe.config.imports.proxies;

import java.util.Optional;

/**
 * Links of proxies that know users: {@code user:password@host:port}, or as v2rayN writes them with
 * {@code user:password} in base64, or with all of it in base64.
 *
 * @param kind socks5 or http
 */
record LoginLink(String kind) implements LinkKind {
  @Override
  public void read(Link link, ProxyAccount account) throws NotImported {
    boolean http = kind.equals("http");
    if (http && isAddress(link)) {
      throw NotImported.unspoken(
          link.scheme().equals("https")
              ? "this is an address to fetch from, and only what is named on the command line is"
                  + " fetched: vpnprobe import https://…"
              : "this is no proxy, which has a port and no path; plain HTTP is not fetched");
    }
    Proxy proxy = link.proxy(kind);
    Link.Login login = login(link);
    if (link.user() == null && link.port() == null && !http) {
      Optional<String> whole =
          Base64Text.decode(link.host().text()).filter(text -> text.indexOf(':') > 0);
      if (whole.isPresent()) {
        Link inside = Link.of(new Part(kind + "://" + whole.get(), link.body().at()));
        proxy =
            new Proxy(kind, link.span()).label(link.label()).server(inside.host(), inside.port());
        login = inside.login();
      } else if (!LinkKind.isServer(link)) {
        throw NotImported.malformed(
            link.body().at(), "", "expected " + link.scheme() + "://…@host:port");
      }
    }
    if (link.scheme().equals("https")) {
      proxy.put("security", "tls");
    }
    proxy.put("username", login.user());
    proxy.put("password", login.password());
    account.found(proxy);
  }

  /** A proxy has neither path nor parameters, and a port. */
  private static boolean isAddress(Link link) {
    return link.path().text().length() > 1
        || (!link.query().isEmpty() && !link.query().containsKey("sni"))
        || (link.port() == null && link.user() == null);
  }

  private static Link.Login login(Link link) throws NotImported {
    Link.Login login = link.login();
    Part user = login.user();
    if (user == null || login.password() != null) {
      return login;
    }
    Optional<String> text = Base64Text.decode(user.text()).filter(t -> t.indexOf(':') >= 0);
    if (text.isEmpty()) {
      return login;
    }
    int colon = text.get().indexOf(':');
    Part name = new Part(text.get().substring(0, colon), user.at());
    Part password = new Part(text.get().substring(colon + 1), user.at());
    return name.text().isEmpty() && password.text().isEmpty()
        ? new Link.Login(null, null)
        : new Link.Login(name, password);
  }
}
