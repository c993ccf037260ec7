package org.vpnprobe.config.imports.proxies;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.Yaml;
import org.vpnprobe.config.imports.Account;
import org.vpnprobe.config.imports.ImportFormat;
import org.vpnprobe.config.imports.Source;
import org.vpnprobe.config.imports.Span;
import org.vpnprobe.config.imports.Trees;

/** The proxies of Clash and Mihomo, in a configuration or in a provider's file. */
public final class ClashYaml implements ImportFormat {
  private static final Pattern SIGN =
      Pattern.compile(
          "(?m)^(?:\\{[ \\t]*|[ \\t]*(?=\"))?\"?(?:proxies|proxy-providers|Proxy)\"?[ \\t]*:");

  /** Their words for terms of ours. */
  private static final Map<String, String> TERMS =
      Map.ofEntries(
          Map.entry("uuid", "id"),
          Map.entry("alterId", "aid"),
          Map.entry("password", "password"),
          Map.entry("auth", "password"),
          Map.entry("flow", "flow"),
          Map.entry("encryption", "encryption"),
          Map.entry("network", "type"),
          Map.entry("servername", "sni"),
          Map.entry("sni", "sni"),
          Map.entry("alpn", "alpn"),
          Map.entry("skip-cert-verify", "insecure"),
          Map.entry("fingerprint", "pinSHA256"),
          Map.entry("ca-str", "ca"),
          Map.entry("certificate", "clientCertificate"),
          Map.entry("disable-sni", "disable_sni"),
          Map.entry("plugin", "plugin"),
          Map.entry("obfs", "obfs"),
          Map.entry("obfs-password", "obfs-password"),
          Map.entry("ports", "ports"),
          Map.entry("token", "token"),
          Map.entry("username", "username"),
          Map.entry("private-key", "privatekey"),
          Map.entry("public-key", "publickey"),
          Map.entry("pre-shared-key", "presharedkey"),
          Map.entry("preshared-key", "presharedkey"),
          Map.entry("reserved", "reserved"),
          Map.entry("version", "version"));

  /** What changes nothing in a handshake that is tried once, and what is read elsewhere. */
  private static final Set<String> OTHERS =
      Set.of(
          "name",
          "type",
          "server",
          "port",
          "headers",
          "cipher",
          "tls",
          "ws-opts",
          "ws-path",
          "ws-headers",
          "grpc-opts",
          "reality-opts",
          "ech-opts",
          "ss-opts",
          "dialer-proxy",
          "client-fingerprint",
          "udp",
          "tfo",
          "fast-open",
          "mptcp",
          "ip-version",
          "interface-name",
          "routing-mark",
          "smux",
          "xudp",
          "packet-addr",
          "packet-encoding",
          "global-padding",
          "authenticated-length",
          "udp-over-tcp",
          "udp-over-tcp-version",
          "plugin-opts",
          "up",
          "down",
          "hop-interval",
          "mtu",
          "dns",
          "remote-dns-resolve",
          "persistent-keepalive",
          "allowed-ips",
          "workers",
          "congestion-controller",
          "udp-relay-mode",
          "reduce-rtt",
          "heartbeat-interval",
          "request-timeout",
          "max-udp-relay-packet-size",
          "max-open-streams",
          "cwnd",
          "ip",
          "ipv6",
          "peers",
          "amnezia-wg-option",
          "http-opts",
          "h2-opts",
          "xhttp-opts",
          "refresh-server-ip-interval",
          "max-idle-time",
          "idle-session-check-interval",
          "idle-session-timeout",
          "min-idle-session");

  @Override
  public String name() {
    return "clash";
  }

  @Override
  public String summary() {
    return "Clash or Mihomo YAML with proxies";
  }

  @Override
  public boolean recognizes(Source source) {
    return SIGN.matcher(source.text().orElse("")).find();
  }

  @Override
  public void read(Source source, Account account) {
    Trees.yaml(source, account)
        .ifPresent(tree -> {
          account.cover(source.whole());
          top(tree, new ProxyAccount(account));
        });
  }

  private static void top(Yaml tree, ProxyAccount proxies) {
    Account account = proxies.account();
    if (!(tree instanceof Yaml.Mapping root)) {
      account.reject(Trees.place(tree), "", "expected a mapping with proxies:");
      return;
    }
    for (String key : new String[] {"proxies", "Proxy"}) {
      list(root.get(key), proxies);
    }
    Yaml.Mapping providers = Nodes.mapping(root, "proxy-providers");
    if (providers != null) {
      providers.entries().forEach(provider -> provider(provider, proxies));
    }
  }

  private static void list(@Nullable Yaml node, ProxyAccount proxies) {
    if (node instanceof Yaml.Items items) {
      proxies
          .account()
          .each(
              items,
              "expected a proxy with name, type, server and port",
              item -> {
                if (item instanceof Yaml.Mapping mapping) {
                  proxy(mapping, proxies);
                }
              });
    } else if (node instanceof Yaml.Mapping || (node instanceof Yaml.Scalar s && !s.isNothing())) {
      proxies.account().reject(Trees.place(node), "proxies", "expected a list of proxies");
    }
  }

  private static void provider(Yaml.Entry provider, ProxyAccount proxies) {
    Span at = Trees.place(provider.key());
    if (provider.value() instanceof Yaml.Mapping mapping && mapping.get("payload") != null) {
      list(mapping.get("payload"), proxies);
      return;
    }
    boolean file =
        provider.value() instanceof Yaml.Mapping mapping
            && "file".equals(Nodes.text(mapping, "type"));
    proxies
        .account()
        .skip(
            at,
            provider.key().text(),
            file
                ? "its proxies are in a file; import that file"
                : "its proxies have to be fetched, and only what is named on the command line is"
                    + " fetched; import its url");
  }

  private static void proxy(Yaml.Mapping yaml, ProxyAccount proxies) {
    String type = Nodes.text(yaml, "type");
    Span at = Trees.place(yaml);
    if (type == null) {
      proxies.account().reject(at, "", "expected a type, such as vless");
      return;
    }
    if (Set.of("direct", "reject", "reject-drop", "dns", "pass", "compatible", "rejectrule")
        .contains(type)) {
      proxies.account().skip(at, Terms.word(type), "no server stands in it");
      return;
    }
    Proxy proxy =
        new Proxy(type, at)
            .label(Nodes.text(yaml, "name"))
            .server(Nodes.part(yaml, "server"), Nodes.part(yaml, "port"));
    try {
      if (Nodes.text(yaml, "dialer-proxy") != null) {
        throw NotImported.unspoken("it is reached through another proxy (dialer-proxy)");
      }
      terms(type, yaml, proxy);
      proxies.found(proxy);
    } catch (NotImported e) {
      proxies.refused(e, at, proxy.label());
    }
  }

  private static void terms(String type, Yaml.Mapping yaml, Proxy proxy) throws NotImported {
    for (Yaml.Entry entry : yaml.entries()) {
      String key = entry.key().text();
      String term = TERMS.get(key);
      if (term != null) {
        proxy.put(term, Nodes.part(entry.value()));
      } else if (!OTHERS.contains(key)) {
        proxy.unknown(key);
      }
    }
    proxy.put(type.equals("ss") ? "method" : "encryption", Nodes.part(yaml, "cipher"));
    security(type, yaml, proxy);
    transport(yaml, proxy);
    if (type.equals("http")) {
      LoginTerms.headers(yaml, proxy);
    }
    if (type.equals("wireguard")) {
      ClashWireGuard.terms(yaml, proxy);
    } else if (Nodes.part(yaml, "ip") != null) {
      // Of TUIC: what is called instead of the server.
      proxy.server(Nodes.part(yaml, "ip"), Nodes.part(yaml, "port"));
      proxy.put("sni", Nodes.part(yaml, "server"));
    }
    if (Nodes.part(yaml, "ports") != null) {
      // Mihomo takes no notice of the one port then.
      proxy.server(Nodes.part(yaml, "server"), null);
    }
  }

  private static void security(String type, Yaml.Mapping yaml, Proxy proxy) {
    Yaml.Mapping ech = Nodes.mapping(yaml, "ech-opts");
    if (Nodes.yes(ech, "enable")) {
      proxy.put("ech", "true");
    }
    if (Nodes.yes(Nodes.mapping(yaml, "ss-opts"), "enabled")) {
      proxy.put("ss", "true");
    }
    if (yaml.get("reality-opts") != null) {
      proxy.put("security", "reality");
    } else if (!type.equals("trojan")) {
      proxy.put("security", Nodes.yes(yaml, "tls") ? "tls" : "none");
    }
  }

  private static void transport(Yaml.Mapping yaml, Proxy proxy) {
    Yaml.Mapping ws = Nodes.mapping(yaml, "ws-opts");
    String network = Nodes.text(yaml, "network");
    if ("ws".equals(network)) {
      Yaml.Mapping headers =
          Nodes.mapping(ws == null ? yaml : ws, ws == null ? "ws-headers" : "headers");
      proxy.put("path", ws == null ? Nodes.part(yaml, "ws-path") : Nodes.part(ws, "path"));
      proxy.put("host", Nodes.header(headers, "Host"));
      proxy.put(Proxy.SNI_FROM_HOST, "true");
      if (Nodes.yes(ws, "v2ray-http-upgrade")) {
        proxy.replace("type", "httpupgrade");
      }
    } else if ("grpc".equals(network)) {
      Yaml.Mapping grpc = Nodes.mapping(yaml, "grpc-opts");
      Part service = grpc == null ? null : Nodes.part(grpc, "grpc-service-name");
      // Theirs when it is left out.
      proxy.put("serviceName", service == null ? new Part("GunService", proxy.span()) : service);
    } else if ("http".equals(network)) {
      // Of TCP, whose first bytes look like HTTP; HTTP/2 is h2.
      proxy.replace("type", "tcp");
      proxy.put("headerType", "http");
    }
  }
}
