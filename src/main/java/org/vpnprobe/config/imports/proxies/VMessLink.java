package org.vpnprobe.config.imports.proxies;

import java.util.Optional;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.imports.Source;

/**
 * {@code vmess://} in its two living forms: base64 of v2rayN's JSON, and the URL of the VLESS
 * proposal. Others have died out, and are told by what they begin with.
 */
final class VMessLink implements LinkKind {
  @Override
  public void read(Link link, ProxyAccount account) throws NotImported {
    Part user = link.user();
    if (user != null) {
      if (user.text().indexOf(':') >= 0) {
        throw NotImported.unspoken("V2Ray’s own form of vmess:// is not read");
      }
      account.found(link.proxy("vmess").put("id", user.decoded()));
      return;
    }
    String packed = link.body().text().replaceFirst("[?].*$", "");
    Optional<String> text = Base64Text.decode(new Part(packed, link.body().at()).decoded().text());
    if (text.isEmpty()) {
      throw NotImported.malformed(
          link.body().at(), "", "expected base64 of JSON, or a user’s id, an @ and host:port");
    }
    if (!text.get().stripLeading().startsWith("{")) {
      throw NotImported.unspoken(
          "this form of vmess:// (Shadowrocket, Quantumult) is not read; export it as v2rayN does");
    }
    try {
      account
          .account()
          .nested(
              link.span(), Source.of("vmess://…", text.get().strip()), new VMessJson(link.label()));
    } catch (Unreadable e) {
      throw NotImported.malformed(link.span(), "", String.valueOf(e.getMessage()));
    }
  }
}
