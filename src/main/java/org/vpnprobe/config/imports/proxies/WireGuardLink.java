package org.vpnprobe.config.imports.proxies;

import java.util.Optional;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.imports.Source;

/**
 * {@code wireguard://} in its two forms: a URL with our private key as its user, and base64 of a
 * whole .conf.
 */
final class WireGuardLink implements LinkKind {
  @Override
  public void read(Link link, ProxyAccount account) throws NotImported {
    Part user = link.user();
    if (user == null && link.query().isEmpty()) {
      packed(link, account);
      return;
    }
    Proxy proxy = link.proxy(link.scheme().equals("awg") ? "awg" : "wireguard");
    if (user != null) {
      proxy.put("privatekey", user.decoded());
    }
    account.found(proxy);
  }

  private static void packed(Link link, ProxyAccount account) throws NotImported {
    Optional<String> text = Base64Text.decode(link.body().decoded().text());
    if (text.isEmpty() || !text.get().contains("[Interface]")) {
      throw NotImported.malformed(
          link.body().at(), "", "expected a private key, an @ and host:port, or base64 of a .conf");
    }
    try {
      account
          .account()
          .nested(
              link.span(),
              Source.packed(link.scheme() + "://…", link.label(), text.get(), null),
              null);
    } catch (Unreadable e) {
      throw NotImported.malformed(link.span(), "", String.valueOf(e.getMessage()));
    }
  }
}
