package org.vpnprobe.config.imports.proxies;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.Yaml;
import org.vpnprobe.config.imports.Account;
import org.vpnprobe.config.imports.ImportFormat;
import org.vpnprobe.config.imports.Source;
import org.vpnprobe.config.imports.Span;
import org.vpnprobe.config.imports.Trees;

/** The outbounds of sing-box, and its endpoints of WireGuard. */
public final class SingBoxJson implements ImportFormat {
  /** Its words for terms of ours. */
  private static final Map<String, String> TERMS =
      Map.ofEntries(
          Map.entry("uuid", "id"),
          Map.entry("alter_id", "aid"),
          Map.entry("security", "scy"),
          Map.entry("flow", "flow"),
          Map.entry("encryption", "encryption"),
          Map.entry("method", "method"),
          Map.entry("password", "password"),
          Map.entry("plugin", "plugin"),
          Map.entry("username", "username"),
          Map.entry("version", "version"),
          Map.entry("server_ports", "ports"),
          Map.entry("private_key", "privatekey"),
          Map.entry("peer_public_key", "publickey"),
          Map.entry("pre_shared_key", "presharedkey"),
          Map.entry("local_address", "address"),
          Map.entry("address", "address"),
          Map.entry("reserved", "reserved"));

  /** What changes nothing in a handshake that is tried once, and what is read elsewhere. */
  private static final Set<String> OTHERS =
      Set.of(
          "type",
          "tag",
          "server",
          "server_port",
          "tls",
          "transport",
          "obfs",
          "peers",
          "detour",
          "network",
          "multiplex",
          "packet_encoding",
          "global_padding",
          "authenticated_length",
          "plugin_opts",
          "udp_over_tcp",
          "up_mbps",
          "down_mbps",
          "hop_interval",
          "brutal_debug",
          "congestion_control",
          "udp_relay_mode",
          "udp_over_stream",
          "zero_rtt_handshake",
          "heartbeat",
          "mtu",
          "system",
          "system_interface",
          "interface_name",
          "gso",
          "name",
          "listen_port",
          "udp_timeout",
          "workers",
          "bind_interface",
          "inet4_bind_address",
          "inet6_bind_address",
          "routing_mark",
          "reuse_addr",
          "connect_timeout",
          "tcp_fast_open",
          "tcp_multi_path",
          "udp_fragment",
          "domain_strategy",
          "domain_resolver",
          "network_strategy",
          "network_type",
          "fallback_network_type",
          "fallback_delay",
          "headers",
          "path",
          "disable_tcp_keep_alive",
          "tcp_keep_alive",
          "tcp_keep_alive_interval",
          "netns");

  private static final Set<String> OF_TLS =
      Set.of(
          "enabled",
          "disable_sni",
          "server_name",
          "insecure",
          "alpn",
          "min_version",
          "max_version",
          "cipher_suites",
          "certificate",
          "utls",
          "reality",
          "ech",
          "fragment",
          "fragment_fallback_delay",
          "record_fragment",
          "curve_preferences",
          "client_certificate",
          "client_certificate_path",
          "certificate_public_key_sha256");

  private static final Set<String> OF_PEER =
      Set.of(
          "address",
          "port",
          "server",
          "server_port",
          "public_key",
          "pre_shared_key",
          "allowed_ips",
          "persistent_keepalive_interval",
          "reserved");

  @Override
  public String name() {
    return "sing-box";
  }

  @Override
  public String summary() {
    return "sing-box JSON with outbounds";
  }

  @Override
  public boolean recognizes(Source source) {
    String text = source.text().orElse("");
    String start = text.stripLeading();
    return (start.startsWith("{") || start.startsWith("/"))
        && (text.contains("\"outbounds\"") || text.contains("\"endpoints\""))
        && text.contains("\"type\"");
  }

  @Override
  public void read(Source source, Account account) {
    Trees.json(source, account)
        .ifPresent(tree -> {
          account.cover(source.whole());
          ProxyAccount proxies = new ProxyAccount(account);
          if (tree instanceof Yaml.Mapping root) {
            for (String key : new String[] {"outbounds", "endpoints"}) {
              if (root.get(key) instanceof Yaml.Items items) {
                account.each(
                    items, "expected an outbound in braces", item -> outbound(item, proxies));
              }
            }
          }
        });
  }

  private static void outbound(Yaml item, ProxyAccount proxies) {
    if (!(item instanceof Yaml.Mapping json)) {
      return;
    }
    Span at = Trees.place(json);
    String type = Nodes.text(json, "type");
    String tag = Nodes.text(json, "tag");
    String label = tag == null ? "" : tag;
    if (type == null) {
      proxies.account().reject(at, "", "expected a type, such as vless");
      return;
    }
    switch (type) {
      case "direct", "block", "dns", "selector", "urltest", "bond", "pass", "loadbalance" -> {
        proxies.account().skip(at, Terms.word(type), "no server stands in it");
        return;
      }
      default -> {}
    }
    Proxy proxy =
        new Proxy(type, at)
            .label(label)
            .server(Nodes.part(json, "server"), Nodes.part(json, "server_port"));
    try {
      String detour = Nodes.text(json, "detour");
      if (detour != null) {
        throw NotImported.unspoken("it is reached through another outbound (detour)");
      }
      terms(json, proxy);
      peers(json, proxy);
      proxies.found(proxy);
    } catch (NotImported e) {
      proxies.refused(e, at, label);
    }
  }

  private static void terms(Yaml.Mapping json, Proxy proxy) {
    for (Yaml.Entry entry : json.entries()) {
      String key = entry.key().text();
      String term = TERMS.get(key);
      if (term != null) {
        proxy.put(term, Nodes.part(entry.value()));
      } else if (!OTHERS.contains(key)) {
        proxy.unknown(key);
      }
    }
    if (proxy.kind().equals("shadowsocks")) {
      proxy.put("network", Nodes.part(json, "network"));
    }
    Yaml.Mapping obfs = Nodes.mapping(json, "obfs");
    if (obfs != null) {
      proxy.put("obfs", Nodes.part(obfs, "type"));
      proxy.put("obfs-password", Nodes.part(obfs, "password"));
    }
    if (proxy.kind().equals("http")) {
      if (Nodes.text(json, "path") != null) {
        proxy.unknown("path");
      }
      LoginTerms.headers(json, proxy);
    }
    tls(Nodes.mapping(json, "tls"), proxy);
    transport(Nodes.mapping(json, "transport"), proxy);
  }

  private static void tls(Yaml.@Nullable Mapping tls, Proxy proxy) {
    if (tls == null || !Nodes.yes(tls, "enabled")) {
      proxy.put("security", "none");
      return;
    }
    proxy.put("security", Nodes.yes(Nodes.mapping(tls, "reality"), "enabled") ? "reality" : "tls");
    if (Nodes.yes(Nodes.mapping(tls, "ech"), "enabled")) {
      proxy.put("ech", "true");
    }
    proxy.put("sni", Nodes.part(tls, "server_name"));
    proxy.put("insecure", Nodes.part(tls, "insecure"));
    proxy.put("disable_sni", Nodes.part(tls, "disable_sni"));
    proxy.put("alpn", Nodes.part(tls, "alpn"));
    proxy.put("ca", Nodes.lines(tls, "certificate"));
    proxy.put("publicKeyPin", Nodes.part(tls, "certificate_public_key_sha256"));
    proxy.put(
        "clientCertificate", Nodes.first(tls, "client_certificate", "client_certificate_path"));
    Nodes.unknown(tls, OF_TLS, proxy);
  }

  private static void transport(Yaml.@Nullable Mapping transport, Proxy proxy) {
    if (transport == null) {
      return;
    }
    proxy.put("type", Nodes.part(transport, "type"));
    proxy.put("path", Nodes.part(transport, "path"));
    Part header = Nodes.header(Nodes.mapping(transport, "headers"), "Host");
    proxy.put("host", header == null ? Nodes.part(transport, "host") : header);
    proxy.put("serviceName", Nodes.part(transport, "service_name"));
  }

  /** An endpoint of today has its server in its peers, an outbound of before may have. */
  private static void peers(Yaml.Mapping json, Proxy proxy) throws NotImported {
    Yaml.Mapping peer = Nodes.peer(json);
    if (peer == null) {
      return;
    }
    Nodes.unknown(peer, OF_PEER, proxy);
    proxy.server(Nodes.first(peer, "address", "server"), Nodes.first(peer, "port", "server_port"));
    // Keys beside the peers are for a server that stands there, and none of a peer's.
    proxy.set("publickey", Nodes.part(peer, "public_key"));
    proxy.set("presharedkey", Nodes.part(peer, "pre_shared_key"));
    proxy.replaceIfAny("reserved", Nodes.part(peer, "reserved"));
  }
}
