package org.vpnprobe.config.imports.proxies;

import java.util.Set;
import org.vpnprobe.config.Yaml;
import org.vpnprobe.config.imports.Trees;

/** What Clash and Mihomo say of WireGuard, and of AmneziaWG. */
final class ClashWireGuard {
  private static final Set<String> OF_PEER =
      Set.of(
          "server",
          "port",
          "public-key",
          "pre-shared-key",
          "preshared-key",
          "reserved",
          "allowed-ips");

  private ClashWireGuard() {}

  static void terms(Yaml.Mapping yaml, Proxy proxy) throws NotImported {
    Part four = Nodes.part(yaml, "ip");
    Part six = Nodes.part(yaml, "ipv6");
    if (four != null) {
      proxy.put(
          "address", six == null ? four : new Part(four.text() + "," + six.text(), four.at()));
    } else {
      proxy.put("address", six);
    }
    Yaml.Mapping peer = Nodes.peer(yaml);
    if (peer != null) {
      Nodes.unknown(peer, OF_PEER, proxy);
      proxy.server(Nodes.part(peer, "server"), Nodes.part(peer, "port"));
      // Keys beside the peers are for a server that stands there, and none of a peer's.
      proxy.set("publickey", Nodes.part(peer, "public-key"));
      proxy.set("presharedkey", Nodes.first(peer, "pre-shared-key", "preshared-key"));
      proxy.replaceIfAny("reserved", Nodes.part(peer, "reserved"));
    }
    Yaml disguise = yaml.get("amnezia-wg-option");
    if (disguise instanceof Yaml.Mapping keys) {
      keys.entries().forEach(entry -> disguise(entry, proxy));
    } else if (disguise != null) {
      throw NotImported.malformed(
          Trees.place(disguise), "amnezia-wg-option", "expected its keys (jc, s1, h1, …)");
    }
  }

  private static void disguise(Yaml.Entry entry, Proxy proxy) {
    Part value = Nodes.part(entry.value());
    if (value == null) {
      proxy.unknown(entry.key().text());
    } else {
      proxy.put(entry.key().text(), value);
    }
  }
}
