package org.vpnprobe.config.imports.proxies;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.Yaml;
import org.vpnprobe.config.imports.Account;
import org.vpnprobe.config.imports.ImportFormat;
import org.vpnprobe.config.imports.Source;
import org.vpnprobe.config.imports.Trees;

/**
 * The JSON of v2rayN's {@code vmess://}, version 2: {@code add} and {@code port}, {@code net} the
 * transport, {@code type} what it looks like, {@code host} and {@code path} with meanings of their
 * own for each transport. Numbers may be texts.
 *
 * @param label of the link around it, for one that has no {@code ps}
 */
record VMessJson(String label) implements ImportFormat {
  private static final Set<String> READ =
      Set.of(
          "v",
          "ps",
          "add",
          "port",
          "id",
          "aid",
          "scy",
          "net",
          "type",
          "host",
          "path",
          "tls",
          "sni",
          "alpn",
          "fp",
          "insecure",
          "allowInsecure",
          "skip-cert-verify",
          "flow",
          "pbk",
          "ech",
          "class",
          "sid",
          "spx");

  @Override
  public String name() {
    return "vmess-json";
  }

  @Override
  public String summary() {
    return "the JSON inside vmess://";
  }

  @Override
  public boolean recognizes(Source source) {
    return false;
  }

  @Override
  public void read(Source source, Account account) {
    account.cover(source.whole());
    ProxyAccount proxies = new ProxyAccount(account);
    Trees.json(source, account)
        .ifPresent(tree -> {
          if (tree instanceof Yaml.Mapping mapping) {
            proxies.found(proxy(mapping));
          }
        });
  }

  private Proxy proxy(Yaml.Mapping json) {
    String name = Nodes.text(json, "ps");
    Proxy proxy =
        new Proxy("vmess", Trees.place(json))
            .label(name == null || name.isBlank() ? label : name)
            .server(Nodes.part(json, "add"), Nodes.part(json, "port"));
    for (String key : new String[] {"id", "aid", "scy", "sni", "alpn", "fp", "pbk", "ech"}) {
      proxy.put(key, Nodes.part(json, key));
    }
    proxy.put("security", Nodes.part(json, "tls"));
    proxy.put("insecure", Nodes.first(json, "insecure", "allowInsecure", "skip-cert-verify"));
    proxy.put(Proxy.SNI_FROM_HOST, "true");
    transport(json, proxy);
    json.entries().stream()
        .map(entry -> entry.key().text())
        .filter(key -> !READ.contains(key))
        .forEach(proxy::unknown);
    return proxy;
  }

  private static void transport(Yaml.Mapping json, Proxy proxy) {
    String network = Nodes.text(json, "net");
    proxy.put("type", Nodes.part(json, "net"));
    @Nullable Part host = Nodes.part(json, "host");
    @Nullable Part path = Nodes.part(json, "path");
    if ("grpc".equals(network)) {
      proxy.put("serviceName", path);
      proxy.put("authority", host);
      return;
    }
    proxy.put("headerType", Nodes.part(json, "type"));
    if ("1".equals(Nodes.text(json, "v")) && host != null && host.text().indexOf(';') >= 0) {
      // Version 1 had both in one.
      int semicolon = host.text().indexOf(';');
      path = new Part(host.text().substring(semicolon + 1), host.at());
      host = new Part(host.text().substring(0, semicolon), host.at());
    }
    if (network == null || !network.equals("tcp")) {
      proxy.put("host", host);
      proxy.put("path", path);
    }
  }
}
