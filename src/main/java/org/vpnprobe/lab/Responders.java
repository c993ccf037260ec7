package org.vpnprobe.lab;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.vpnprobe.protocol.Settings;

/** The registry of embedded servers: one line a protocol, loaded when first asked for. */
final class Responders {
  private static final Map<String, Supplier<ResponderFactory<?>>> REGISTRY =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("amneziawg", WireGuardResponder::amnezia),
              Map.entry("anyconnect", AnyConnectResponder::new),
              Map.entry("custom", CustomResponder::new),
              Map.entry("dns", DnsResponder::new),
              Map.entry("dtls", DtlsResponder::new),
              Map.entry("fortinet", FortinetResponder::new),
              Map.entry("globalprotect", GlobalProtectResponder::new),
              Map.entry("http-proxy", HttpProxyResponder::new),
              Map.entry("http3", Http3Responder::new),
              Map.entry("https", HttpsResponder::new),
              Map.entry("hysteria2", Hysteria2Responder::new),
              Map.entry("ikev1", Ikev1Responder::new),
              Map.entry("ikev2", Responders::ikev2),
              Map.entry("iodine", IodineResponder::new),
              Map.entry("l2tp", L2tpResponder::new),
              Map.entry("nebula", NebulaResponder::new),
              Map.entry("obfs4", Responders::obfs4),
              Map.entry("openvpn", Responders::openVpn),
              Map.entry("pptp", PptpResponder::new),
              Map.entry("pulse", PulseResponder::new),
              Map.entry("quic", QuicResponder::new),
              Map.entry("shadowsocks", ShadowsocksResponder::new),
              Map.entry("socks5", Socks5Responder::new),
              Map.entry("softether", SoftEtherResponder::new),
              Map.entry("ssh", SshResponder::new),
              Map.entry("sstp", SstpResponder::new),
              Map.entry("stun", StunResponder::new),
              Map.entry("tcp", TcpResponder::new),
              Map.entry("tinc", TincResponder::new),
              Map.entry("tls", TlsResponder::new),
              Map.entry("tor", Responders::tor),
              Map.entry("trojan", TrojanResponder::new),
              Map.entry("tuic", TuicResponder::new),
              Map.entry("vless", VlessResponder::new),
              Map.entry("vmess", Responders::vMess),
              Map.entry("webtunnel", Responders::webTunnel),
              Map.entry("wireguard", WireGuardResponder::plain)));

  private Responders() {}

  static boolean knows(String protocol) {
    return REGISTRY.containsKey(protocol);
  }

  /** Starts a server of a protocol for a client with these settings. */
  static Responder start(String protocol, Settings settings) throws IOException {
    Supplier<ResponderFactory<?>> factory = REGISTRY.get(protocol);
    if (factory == null) {
      throw new IOException("the lab has no server for " + protocol);
    }
    return start(factory.get(), settings);
  }

  private static <S extends Settings> Responder start(
      ResponderFactory<S> factory, Settings settings) throws IOException {
    return factory.start(factory.settings().cast(settings));
  }

  /** Finds published material by its name. */
  static Optional<String> material(String name) {
    switch (name) {
      case "lab_ca" -> {
        return Optional.of(DemoPki.text("ca.crt"));
      }
      case "lab_client_cert" -> {
        return Optional.of(DemoPki.text("client.crt"));
      }
      case "lab_client_key" -> {
        return Optional.of(DemoPki.text("client.key"));
      }
      case "lab_server_pin" -> {
        return Optional.of(DemoPki.server().fingerprint());
      }
      case "demo_password" -> {
        return Optional.of("known-to-everybody");
      }
      default -> {
        // A protocol's own material begins with the protocol's name.
        int end = name.indexOf('_');
        Supplier<ResponderFactory<?>> factory =
            end < 0 ? null : REGISTRY.get(name.substring(0, end));
        return factory == null
            ? Optional.empty()
            : Optional.ofNullable(factory.get().material().get(name));
      }
    }
  }

  private static Ikev2Responder ikev2() {
    return new Ikev2Responder(DemoPki.server(), new SecureRandom());
  }

  private static VMessResponder vMess() {
    return new VMessResponder(Clock.systemUTC());
  }

  private static Obfs4Responder obfs4() {
    return new Obfs4Responder(Clock.systemUTC(), new SecureRandom());
  }

  private static WebTunnelResponder webTunnel() {
    return new WebTunnelResponder(new TorResponder(Clock.systemUTC(), new SecureRandom()));
  }

  private static TorResponder tor() {
    return new TorResponder(Clock.systemUTC(), new SecureRandom());
  }

  private static OpenVpnResponder openVpn() {
    return new OpenVpnResponder(
        DemoPki.server(),
        Map.of(
            "openvpn_tls_auth", DemoPki.text("openvpn-tls-auth.key"),
            "openvpn_tls_crypt", DemoPki.text("openvpn-tls-crypt.key"),
            "openvpn_tls_crypt_v2", DemoPki.text("openvpn-tls-crypt-v2.key")),
        Clock.systemUTC());
  }
}
