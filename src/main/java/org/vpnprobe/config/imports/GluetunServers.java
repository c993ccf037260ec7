package org.vpnprobe.config.imports;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.Yaml;
import org.vpnprobe.model.HostPort;

/**
 * gluetun's {@code servers.json}, or the list of one provider out of it: an endpoint for each
 * server, address and transport. It holds no ports: they are those that gluetun takes for each
 * provider. It holds no keys either, so silence means nothing.
 */
final class GluetunServers implements ImportFormat {
  /**
   * Where a provider's servers listen; 0 where it has none.
   *
   * @param tcp OpenVPN over TCP
   * @param udp OpenVPN over UDP
   */
  private record Ports(int tcp, int udp, int wireGuard) {}

  /** qdm12/gluetun b1193252, internal/provider/NAME/connection.go. */
  private static final Map<String, Ports> PORTS =
      Map.ofEntries(
          Map.entry("airvpn", new Ports(443, 1194, 1637)),
          Map.entry("cyberghost", new Ports(443, 443, 0)),
          Map.entry("expressvpn", new Ports(0, 1195, 0)),
          Map.entry("fastestvpn", new Ports(4443, 4443, 51820)),
          Map.entry("giganews", new Ports(0, 443, 0)),
          Map.entry("hidemyass", new Ports(8080, 553, 0)),
          Map.entry("ipvanish", new Ports(0, 443, 0)),
          Map.entry("ivpn", new Ports(443, 1194, 58237)),
          Map.entry("mullvad", new Ports(0, 0, 51820)),
          Map.entry("nordvpn", new Ports(443, 1194, 51820)),
          Map.entry("perfect privacy", new Ports(443, 443, 0)),
          Map.entry("privado", new Ports(1194, 1194, 0)),
          Map.entry("privatevpn", new Ports(443, 1194, 0)),
          Map.entry("protonvpn", new Ports(443, 1194, 51820)),
          Map.entry("purevpn", new Ports(80, 53, 0)),
          Map.entry("slickvpn", new Ports(443, 443, 0)),
          Map.entry("surfshark", new Ports(1443, 1194, 51820)),
          Map.entry("torguard", new Ports(1912, 1912, 0)),
          Map.entry("vpn unlimited", new Ports(1197, 1197, 0)),
          Map.entry("vpnsecure", new Ports(110, 1282, 0)),
          Map.entry("vyprvpn", new Ports(0, 443, 0)),
          Map.entry("windscribe", new Ports(443, 1194, 1194)));

  @Override
  public String name() {
    return "gluetun";
  }

  @Override
  public String summary() {
    return "gluetun’s servers.json";
  }

  @Override
  public boolean recognizes(Source source) {
    String text = source.text().orElse("");
    return text.stripLeading().startsWith("{")
        && text.contains("\"servers\"")
        && text.contains("\"vpn\"")
        && text.contains("\"ips\"");
  }

  @Override
  public void read(Source source, Account account) {
    account.cover(source.whole());
    Yaml tree = Trees.json(source, account).orElse(null);
    if (tree == null) {
      return;
    }
    if (!(tree instanceof Yaml.Mapping root)) {
      account.reject(Trees.place(tree), "", "expected providers with their servers");
      return;
    }
    if (root.get("servers") instanceof Yaml.Items servers) {
      servers(source.label(), servers, account);
    }
    for (Yaml.Entry entry : root.entries()) {
      if (entry.value() instanceof Yaml.Mapping provider) {
        if (provider.get("servers") instanceof Yaml.Items servers) {
          servers(entry.key().text(), servers, account);
        } else {
          account.skip(
              Trees.place(provider), entry.key().text(), "its servers are in another file");
        }
      }
    }
  }

  private static void servers(String provider, Yaml.Items servers, Account account) {
    Ports ports = PORTS.get(provider);
    account.each(
        servers,
        "expected a server with vpn and ips",
        item -> {
          if (item instanceof Yaml.Mapping server) {
            server(provider, ports, server, account);
          }
        });
  }

  private static void server(
      String provider, @Nullable Ports ports, Yaml.Mapping server, Account account) {
    Span place = Trees.place(server);
    String vpn = Objects.requireNonNullElse(Trees.text(server, "vpn"), "");
    String shown = Objects.requireNonNullElse(Trees.text(server, "hostname"), provider);
    boolean wireGuard = vpn.equals("wireguard");
    if (ports == null) {
      account.skip(place, shown, "which ports this provider’s servers have is not known");
    } else if (!wireGuard && !vpn.equals("openvpn")) {
      account.reject(place, shown, "expected openvpn or wireguard as its vpn");
    } else if (server.get("ips") instanceof Yaml.Items ips) {
      for (Yaml ip : ips.items()) {
        if (!(ip instanceof Yaml.Scalar address)) {
          account.reject(place, shown, "expected addresses in ips");
        } else if (wireGuard) {
          found(provider, server, address, null, ports.wireGuard, account);
        } else {
          transport(provider, server, address, "udp", ports.udp, account);
          transport(provider, server, address, "tcp", ports.tcp, account);
        }
      }
    }
  }

  private static void transport(
      String provider,
      Yaml.Mapping server,
      Yaml.Scalar ip,
      String transport,
      int port,
      Account account) {
    if ("true".equals(Trees.text(server, transport))) {
      found(provider, server, ip, transport, port, account);
    }
  }

  private static void found(
      String provider,
      Yaml.Mapping server,
      Yaml.Scalar ip,
      @Nullable String transport,
      int port,
      Account account) {
    Span place = Trees.place(ip);
    String host = Objects.requireNonNullElse(Trees.text(server, "hostname"), "");
    if (port == 0) {
      account.skip(place, host, "which port it has is not known");
      return;
    }
    if (!ip.text().matches("(?=.*[.:])[0-9a-fA-F.:]{2,45}")) {
      account.reject(place, host, "expected an address");
      return;
    }
    String protocol = transport == null ? "wireguard" : "openvpn";
    String label = host.isEmpty() ? provider + " " + ip.text() : host;
    Entry.Builder entry =
        Entry.of(place, protocol, new HostPort(ip.text(), port).toString())
            .label(label + ("tcp".equals(transport) ? " tcp" : ""))
            .tag(EndpointNames.cleaned(provider));
    String country =
        EndpointNames.cleaned(Objects.requireNonNullElse(Trees.text(server, "country"), ""));
    if (!country.isEmpty()) {
      entry.tag(country);
    }
    if (transport == null) {
      entry.set("public_key", Trees.text(server, "wgpubkey"));
    } else {
      entry.set("transport", transport);
      // The list does not say which providers protect control packets with a key: most do.
      entry.set("wrap", "tls_auth");
    }
    account.found(entry.build());
  }
}
