package org.vpnprobe.config.imports.proxies;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.Yaml;
import org.vpnprobe.config.imports.Account;
import org.vpnprobe.config.imports.ImportFormat;
import org.vpnprobe.config.imports.Source;
import org.vpnprobe.config.imports.Span;
import org.vpnprobe.config.imports.Trees;

/**
 * The outbounds of Xray and V2Ray: one configuration, or a list of them as subscriptions have it.
 * How its servers are carried is read by {@link XrayStream}.
 */
public final class XrayJson implements ImportFormat {
  private static final Pattern SIGN =
      Pattern.compile(
          "\"streamSettings\"|\"vnext\"|\"protocol\"\\s*:\\s*\"(?:vmess|vless|trojan|shadowsocks"
              + "|socks|freedom|blackhole|wireguard|loopback)\"");

  private static final Set<String> OF_OUTBOUND =
      Set.of(
          "protocol",
          "tag",
          "settings",
          "streamSettings",
          "mux",
          "sendThrough",
          "proxySettings",
          "domainStrategy",
          "targetStrategy");

  private static final Set<String> OF_USER =
      Set.of(
          "id",
          "uuid",
          "alterId",
          "security",
          "encryption",
          "flow",
          "level",
          "email",
          "user",
          "pass",
          "password",
          "method",
          "address",
          "port",
          "users",
          "uot",
          "UoTVersion",
          "uotVersion",
          "ota",
          "ivCheck",
          "experiments",
          "seed",
          "testpre",
          "testseed",
          "headers",
          "version");

  private static final Set<String> OF_WIREGUARD =
      Set.of(
          "secretKey",
          "address",
          "peers",
          "mtu",
          "reserved",
          "workers",
          "domainStrategy",
          "kernelMode",
          "noKernelTun");

  private static final Set<String> OF_PEER =
      Set.of("endpoint", "publicKey", "preSharedKey", "keepAlive", "allowedIPs");

  @Override
  public String name() {
    return "xray";
  }

  @Override
  public String summary() {
    return "Xray or V2Ray JSON with outbounds, one configuration or a list of them";
  }

  @Override
  public boolean recognizes(Source source) {
    String text = source.text().orElse("");
    String start = text.stripLeading();
    return (start.startsWith("{") || start.startsWith("[") || start.startsWith("/"))
        && (text.contains("\"outbounds\"") || text.contains("\"outbound\""))
        && SIGN.matcher(text).find();
  }

  @Override
  public void read(Source source, Account account) {
    Trees.json(source, account)
        .ifPresent(tree -> {
          account.cover(source.whole());
          ProxyAccount proxies = new ProxyAccount(account);
          if (tree instanceof Yaml.Items list) {
            account.each(
                list,
                "expected a configuration with outbounds",
                item -> configuration(item, proxies));
          } else {
            configuration(tree, proxies);
          }
        });
  }

  private static void configuration(Yaml tree, ProxyAccount proxies) {
    if (!(tree instanceof Yaml.Mapping root)) {
      return;
    }
    String remarks = Nodes.text(root, "remarks");
    String label = remarks == null ? "" : remarks;
    if (root.get("outbound") instanceof Yaml.Mapping single) {
      outbound(single, label, proxies);
    }
    for (String key : new String[] {"outbounds", "outboundDetour"}) {
      if (root.get(key) instanceof Yaml.Items items) {
        proxies
            .account()
            .each(
                items,
                "expected an outbound in braces",
                item -> {
                  if (item instanceof Yaml.Mapping json) {
                    outbound(json, label, proxies);
                  }
                });
      }
    }
  }

  private static void outbound(Yaml.Mapping json, String remarks, ProxyAccount proxies) {
    Span at = Trees.place(json);
    String protocol = Nodes.text(json, "protocol");
    String tag = Nodes.text(json, "tag");
    // Clients tag them all proxy; the configuration around knows better.
    String label = !remarks.isEmpty() ? remarks : tag == null ? "" : tag;
    if (protocol == null) {
      proxies.account().reject(at, "", "expected a protocol, such as vless");
      return;
    }
    switch (protocol) {
      case "freedom", "blackhole", "dns", "loopback", "direct", "block" -> {
        proxies.account().skip(at, Terms.word(protocol), "no server stands in it");
        return;
      }
      default -> {}
    }
    try {
      if (Nodes.text(orEmpty(json, "proxySettings"), "tag") != null) {
        throw NotImported.unspoken("it is reached through another outbound (proxySettings)");
      }
      servers(protocol, json, at, label, proxies);
    } catch (NotImported e) {
      proxies.refused(e, at, label.isEmpty() ? Terms.word(protocol) : label);
    }
  }

  static Yaml.Mapping orEmpty(Yaml.Mapping mapping, String key) {
    return mapping.get(key) instanceof Yaml.Mapping inner
        ? inner
        : new Yaml.Mapping(mapping.at(), List.of(), List.of(), 1);
  }

  private static void servers(
      String protocol, Yaml.Mapping json, Span at, String label, ProxyAccount proxies)
      throws NotImported {
    Yaml.Mapping settings = orEmpty(json, "settings");
    for (String key : new String[] {"vnext", "servers"}) {
      if (settings.get(key) instanceof Yaml.Items list) {
        proxies
            .account()
            .each(
                list,
                "expected a server in braces",
                item -> {
                  if (item instanceof Yaml.Mapping server) {
                    server(protocol, json, server, at(at, server, list), label, proxies);
                  }
                });
        if (list.items().isEmpty()) {
          throw NotImported.unspoken("no server stands in it");
        }
        return;
      }
    }
    server(protocol, json, settings, at, label, proxies);
  }

  /** An outbound's only server stands where the outbound does. */
  private static Span at(Span outbound, Yaml.Mapping server, Yaml.Items list) {
    return list.items().size() == 1 ? outbound : Trees.place(server);
  }

  private static void server(
      String protocol,
      Yaml.Mapping json,
      Yaml.Mapping server,
      Span at,
      String label,
      ProxyAccount proxies) {
    // Xray calls both hysteria, and tells them by a number.
    boolean second = protocol.equals("hysteria") && "2".equals(Nodes.text(server, "version"));
    Proxy proxy =
        new Proxy(second ? "hysteria2" : protocol, at)
            .label(label)
            .server(Nodes.part(server, "address"), Nodes.part(server, "port"));
    try {
      Nodes.unknown(json, OF_OUTBOUND, proxy);
      if (protocol.equals("wireguard")) {
        wireguard(server, proxy);
      } else {
        Yaml.Mapping user = user(server);
        Nodes.unknown(server, OF_USER, proxy);
        Nodes.unknown(user, OF_USER, proxy);
        credentials(protocol, server, user, proxy);
        login(protocol, orEmpty(json, "settings"), server, proxy);
      }
      XrayStream.terms(json, proxy);
      proxies.found(proxy);
    } catch (NotImported e) {
      proxies.refused(e, at, label.isEmpty() ? Terms.word(protocol) : label);
    }
  }

  /** The first of its users; in the newer form the server itself. */
  private static Yaml.Mapping user(Yaml.Mapping server) {
    return server.get("users") instanceof Yaml.Items users
            && !users.items().isEmpty()
            && users.items().getFirst() instanceof Yaml.Mapping first
        ? first
        : server;
  }

  private static void credentials(
      String protocol, Yaml.Mapping server, Yaml.Mapping user, Proxy proxy) {
    proxy.put("id", Nodes.first(user, "id", "uuid"));
    proxy.put("aid", Nodes.part(user, "alterId"));
    proxy.put(protocol.equals("vless") ? "encryption" : "scy", of(protocol, user));
    proxy.put("flow", Nodes.first(user, "flow"));
    proxy.put("method", Nodes.part(server, "method"));
    proxy.put("password", Nodes.part(server, "password"));
    if (protocol.equals("socks") || protocol.equals("http")) {
      proxy.put("username", Nodes.part(user, "user"));
      proxy.replaceIfAny("password", Nodes.part(user, "pass"));
    }
  }

  /** What V2Ray says of all servers of a proxy: SOCKS 4, or headers that go with a request. */
  private static void login(
      String protocol, Yaml.Mapping settings, Yaml.Mapping server, Proxy proxy) {
    if (protocol.equals("socks")) {
      proxy.put("version", Nodes.part(settings, "version"));
      proxy.put("version", Nodes.part(server, "version"));
    } else if (protocol.equals("http")) {
      LoginTerms.headers(settings, proxy);
      LoginTerms.headers(server, proxy);
    }
  }

  private static @Nullable Part of(String protocol, Yaml.Mapping user) {
    return Nodes.part(user, protocol.equals("vless") ? "encryption" : "security");
  }

  private static void wireguard(Yaml.Mapping settings, Proxy proxy) throws NotImported {
    Yaml.Mapping peer = Nodes.peer(settings);
    if (peer == null) {
      throw NotImported.unspoken("it has no peer");
    }
    // What forks add there may be a disguise.
    Nodes.unknown(settings, OF_WIREGUARD, proxy);
    Nodes.unknown(peer, OF_PEER, proxy);
    Part endpoint = Nodes.part(peer, "endpoint");
    if (endpoint != null) {
      Link place = Link.of(new Part("wg://x@" + endpoint.text(), endpoint.at()));
      Part port = place.port();
      proxy.server(
          new Part(place.host().text(), endpoint.at()),
          port == null ? null : new Part(port.text(), endpoint.at()));
    } else {
      proxy.server(null, null);
    }
    proxy.put("privatekey", Nodes.part(settings, "secretKey"));
    proxy.put("address", Nodes.part(settings, "address"));
    proxy.put("reserved", Nodes.part(settings, "reserved"));
    proxy.put("publickey", Nodes.part(peer, "publicKey"));
    Part shared = Nodes.part(peer, "preSharedKey");
    // All zeros are what it has for none.
    if (shared != null && !shared.text().matches("0{64}|A{43}=")) {
      proxy.put("presharedkey", shared);
    }
  }
}
