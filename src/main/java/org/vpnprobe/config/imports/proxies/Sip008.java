package org.vpnprobe.config.imports.proxies;

import java.util.Set;
import java.util.regex.Pattern;
import org.vpnprobe.config.Yaml;
import org.vpnprobe.config.imports.Account;
import org.vpnprobe.config.imports.ImportFormat;
import org.vpnprobe.config.imports.Source;
import org.vpnprobe.config.imports.Span;
import org.vpnprobe.config.imports.Trees;

/**
 * Shadowsocks servers in JSON: SIP008 ({@code servers}), the bare list of before it, and one
 * server's config.json, which is also what Outline's dynamic keys hold.
 */
public final class Sip008 implements ImportFormat {
  private static final Pattern SIGN = Pattern.compile("\"server_port\"\\s*:");

  private static final Set<String> KNOWN =
      Set.of(
          "id",
          "remarks",
          "name",
          "tag",
          "server",
          "server_port",
          "password",
          "method",
          "plugin",
          "plugin_opts",
          "plugin_args",
          "prefix",
          "group",
          "owner",
          "local_port",
          "local_address",
          "timeout",
          "fast_open",
          "mode",
          "workers",
          "reuse_port",
          "nameserver",
          "no_delay",
          "ipv6_first",
          "enable",
          "udp_over_tcp",
          "$schema",
          "warning",
          "access_key",
          "traffic",
          "udp_timeout",
          "tcp_timeout",
          "udpdns",
          "locals",
          "log");

  @Override
  public String name() {
    return "sip008";
  }

  @Override
  public String summary() {
    return "Shadowsocks servers in JSON: SIP008, config.json, Outline’s dynamic keys";
  }

  @Override
  public boolean recognizes(Source source) {
    String text = source.text().orElse("").stripLeading();
    return (text.startsWith("{") || text.startsWith("["))
        && SIGN.matcher(text).find()
        && !text.contains("\"outbounds\"");
  }

  @Override
  public void read(Source source, Account account) {
    Trees.json(source, account)
        .ifPresent(tree -> {
          account.cover(source.whole());
          servers(tree, source.label(), new ProxyAccount(account));
        });
  }

  /** Reads a server, or a list of them. */
  static void servers(Yaml tree, String label, ProxyAccount proxies) {
    Account account = proxies.account();
    switch (tree) {
      case Yaml.Items list ->
          account.each(list, "expected a server in braces", item -> server(item, "", proxies));
      case Yaml.Mapping mapping -> {
        if (mapping.get("servers") instanceof Yaml.Items list) {
          account.each(list, "expected a server in braces", item -> server(item, "", proxies));
        } else {
          server(mapping, label, proxies);
        }
      }
      case Yaml.Scalar scalar ->
          account.reject(Trees.place(scalar), "", "expected servers in JSON");
    }
  }

  private static void server(Yaml item, String label, ProxyAccount proxies) {
    if (!(item instanceof Yaml.Mapping json)) {
      return;
    }
    Span span = Trees.place(json);
    Part name = Nodes.first(json, "remarks", "name", "tag");
    Proxy proxy =
        new Proxy("ss", span)
            .label(name == null ? label : name.text())
            .server(Nodes.part(json, "server"), Nodes.part(json, "server_port"));
    for (String key : new String[] {"method", "password", "plugin", "prefix"}) {
      proxy.put(key, Nodes.part(json, key));
    }
    if ("udp_only".equals(Nodes.text(json, "mode"))) {
      proxy.put("network", "udp");
    }
    Nodes.unknown(json, KNOWN, proxy);
    proxies.found(proxy);
  }
}
