package org.vpnprobe.config.imports.proxies;

import java.util.Optional;

/**
 * {@code ss://} in its forms: SIP002 with {@code method:password} in base64 or, for methods of
 * 2022, percent-encoded; and the older one, in which all of {@code method:password@host:port} is
 * base64.
 */
final class ShadowsocksLink implements LinkKind {
  private static final String EXPECTED =
      "expected ss:// with method:password in base64, an @ and host:port";

  @Override
  public void read(Link link, ProxyAccount account) throws NotImported {
    Part user = link.user();
    if (user == null) {
      account.found(whole(link));
      return;
    }
    Proxy proxy = link.proxy("ss");
    credentials(proxy, inside(user.decoded()));
    account.found(proxy);
  }

  /** Base64 has no colon, and this always has one. */
  private static Part inside(Part user) throws NotImported {
    if (user.text().indexOf(':') >= 0) {
      return user;
    }
    Optional<String> text = Base64Text.decode(user.text());
    return new Part(
        text.orElseThrow(() -> NotImported.malformed(user.at(), "", EXPECTED)), user.at());
  }

  private static void credentials(Proxy proxy, Part part) throws NotImported {
    int colon = part.text().indexOf(':');
    if (colon <= 0) {
      throw NotImported.malformed(part.at(), "", EXPECTED);
    }
    proxy.put("method", new Part(part.text().substring(0, colon), part.at()));
    proxy.put("password", new Part(part.text().substring(colon + 1), part.at()));
  }

  private static Proxy whole(Link link) throws NotImported {
    String packed = link.body().text().replaceFirst("[?].*$", "").replaceFirst("/$", "");
    Part at = new Part(packed, link.body().at());
    String text =
        Base64Text.decode(at.decoded().text())
            .orElseThrow(() -> NotImported.malformed(at.at(), "", EXPECTED));
    int end = text.lastIndexOf('@');
    if (end < 0) {
      throw NotImported.malformed(at.at(), "", EXPECTED);
    }
    // Its columns are inside the base64: all that can be said is where that begins.
    Link inside = Link.of(new Part("ss://x@" + text.substring(end + 1), at.at()));
    Proxy proxy =
        new Proxy("ss", link.span())
            .label(link.label())
            .server(
                moved(inside.host(), at), inside.port() == null ? null : moved(inside.port(), at));
    link.query().forEach(proxy::put);
    credentials(proxy, new Part(text.substring(0, end), at.at()));
    return proxy;
  }

  private static Part moved(Part part, Part to) {
    return new Part(part.text(), to.at());
  }
}
