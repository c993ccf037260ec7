package org.vpnprobe.protocol;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The registry: one line a protocol. A protocol's classes are loaded when its name is first asked
 * for.
 */
public final class Protocols {
  private static final Map<String, Supplier<Protocol<?>>> REGISTRY =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("amneziawg", org.vpnprobe.protocol.wireguard.WireGuard::amnezia),
              Map.entry("anyconnect", org.vpnprobe.protocol.anyconnect.AnyConnect::new),
              Map.entry("custom", Custom::new),
              Map.entry("dns", Dns::new),
              Map.entry("dtls", Dtls::new),
              Map.entry("fortinet", Fortinet::new),
              Map.entry("globalprotect", GlobalProtect::new),
              Map.entry("http-proxy", HttpProxy::new),
              Map.entry("http3", Http3Get::new),
              Map.entry("https", Https::new),
              Map.entry("hysteria2", Hysteria2::new),
              Map.entry("ikev1", org.vpnprobe.protocol.ikev1.Ikev1::new),
              Map.entry("ikev2", org.vpnprobe.protocol.ikev2.Ikev2::new),
              Map.entry("iodine", Iodine::new),
              Map.entry("l2tp", L2tp::new),
              Map.entry("nebula", Nebula::new),
              Map.entry("obfs4", org.vpnprobe.protocol.obfs4.Obfs4::new),
              Map.entry("openvpn", org.vpnprobe.protocol.openvpn.OpenVpn::new),
              Map.entry("pptp", Pptp::new),
              Map.entry("pulse", Pulse::new),
              Map.entry("quic", Quic::new),
              Map.entry("shadowsocks", org.vpnprobe.protocol.shadowsocks.Shadowsocks::new),
              Map.entry("socks5", Socks5::new),
              Map.entry("softether", org.vpnprobe.protocol.softether.SoftEther::new),
              Map.entry("ssh", org.vpnprobe.protocol.ssh.Ssh::new),
              Map.entry("sstp", org.vpnprobe.protocol.sstp.Sstp::new),
              Map.entry("stun", Stun::new),
              Map.entry("tcp", Tcp::new),
              Map.entry("tinc", Tinc::new),
              Map.entry("tls", Tls::new),
              Map.entry("tor", Tor::new),
              Map.entry("trojan", Trojan::new),
              Map.entry("tuic", Tuic::new),
              Map.entry("vless", Vless::new),
              Map.entry("vmess", org.vpnprobe.protocol.vmess.VMess::new),
              Map.entry("webtunnel", WebTunnel::new),
              Map.entry("wireguard", org.vpnprobe.protocol.wireguard.WireGuard::plain)));

  private Protocols() {}

  /** All names, in alphabetical order. */
  public static List<String> names() {
    return List.copyOf(REGISTRY.keySet());
  }

  /** The protocol of this name, empty when there is none. */
  public static Optional<Protocol<?>> named(String name) {
    return Optional.ofNullable(REGISTRY.get(name)).map(Supplier::get);
  }
}
