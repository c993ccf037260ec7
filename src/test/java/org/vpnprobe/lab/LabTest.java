package org.vpnprobe.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.vpnprobe.layer.tor.RelayFingerprint;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Interference;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Trace;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.protocol.Protocols;
import org.vpnprobe.protocol.Settings;
import org.vpnprobe.protocol.wireguard.WireGuardKey;

/** Every interference against every protocol, by what a trial records. */
@NullMarked
class LabTest {
  private static final Duration AMPLE = Duration.ofSeconds(15);
  private static final Duration SHORT = Duration.ofMillis(400);
  private static final String CA = Lab.material("lab_ca").orElseThrow();

  private static final Map<String, LabServer> SERVERS = new LinkedHashMap<>();

  static {
    server("tcp", "tcp", "ssh.example.net:22", Map.of());
    server("tls", "tls", "vpn.lab.example:443", Map.of("ca", CA));
    server("https", "https", "www.lab.example:443", Map.of("ca", CA, "status", 204));
    server("quic", "quic", "vpn.lab.example:443", Map.of("ca", CA));
    server("http3", "http3", "www.lab.example:443", Map.of("ca", CA, "status", 204));
    server(
        "hysteria2",
        "hysteria2",
        "hy.lab.example:8443",
        Map.of("ca", CA, "password", Secret.of("demo"), "obfsPassword", Secret.of("demo")));
    server("ikev2", "ikev2", "198.51.100.7:4500", Map.of("psk", Secret.of("demo")));
    server("tor", "tor", "192.0.2.10:9001", Map.of("fingerprint", relay("tor")));
    server(
        "obfs4",
        "obfs4",
        "192.0.2.10:8443",
        Map.of("cert", Secret.of(Lab.material("obfs4_cert").orElseThrow())));
    server(
        "webtunnel",
        "webtunnel",
        "blog.lab.example:443",
        Map.of(
            "ca", CA, "path", Secret.of("known-to-everybody"), "fingerprint", relay("webtunnel")));
    server("wireguard", "wireguard", "lima.example.net:51820", wireGuard(1, Map.of()));
    server("amneziawg", "amneziawg", "lima.example.net:51821", wireGuard(2, Map.of("s1", 20)));
    server("openvpn", "openvpn", "tokyo.example.net:1194", openVpn(Map.of()));
    server(
        "openvpn-tcp",
        "openvpn",
        "tokyo.example.net:443",
        openVpn(Map.of("transport", Transport.TCP)));
    server(
        "http-proxy",
        "http-proxy",
        "proxy.example.net:8080",
        Map.of("username", "demo", "password", Secret.of("demo")));
    server(
        "socks5",
        "socks5",
        "proxy.example.net:1080",
        Map.of("username", "demo", "password", Secret.of("demo")));
    for (String wrap : List.of("tls_auth", "tls_crypt", "tls_crypt_v2")) {
      server(
          "openvpn-" + wrap,
          "openvpn",
          wrap.replace('_', '-') + ".example.net:1194",
          openVpn(
              Map.of(component(wrap), Secret.of(Lab.material("openvpn_" + wrap).orElseThrow()))));
    }
  }

  private static final Lab LAB = Lab.start(List.copyOf(SERVERS.values()), 7);

  @AfterAll
  static void close() {
    LAB.close();
  }

  @Test
  void everythingAnswersThroughACleanCarrier() {
    for (String name : SERVERS.keySet()) {
      String deepest = name.equals("tcp") ? "port" : "authenticated";
      assertEquals(deepest, tried(name, Interference.NONE, AMPLE), name);
    }
  }

  @Test
  void whatIsDroppedIsSilentAndTheRestIsNot() {
    assertDropped(dropping("openvpn"), "openvpn", "openvpn-tcp", "openvpn-tls_auth");
    assertDropped(dropping("openvpn"), "openvpn-tls_crypt", "openvpn-tls_crypt_v2");
    assertPassed(dropping("openvpn"), "tcp", "tls", "https", "ikev2");
    assertDropped(dropping("ikev2"), "ikev2");
    assertPassed(dropping("ikev2"), "openvpn", "tls");
    assertDropped(dropping("tls"), "tls", "https", "tor", "webtunnel");
    // obfs4 looks like nothing that a middlebox knows.
    assertPassed(dropping("tls"), "openvpn-tcp", "ikev2", "obfs4");
    assertDropped(dropping("wireguard"), "wireguard");
    // Its disguise is what it is for.
    assertPassed(dropping("wireguard"), "amneziawg", "openvpn", "openvpn-tls_auth", "ikev2", "tls");
  }

  @Test
  void aResetEndsAStreamAndIcmpADatagram() {
    Interference resetting = with(Map.of("reset", FirstFlight.PROTOCOLS));
    assertEquals("port, connection_reset in tls", tried("tls", resetting, AMPLE));
    assertEquals("port, connection_reset in tls", tried("https", resetting, AMPLE));
    assertEquals("port, connection_reset in tls", tried("tor", resetting, AMPLE));
    assertEquals("port, connection_reset in tls", tried("webtunnel", resetting, AMPLE));
    assertPassed(resetting, "obfs4");
    assertEquals("port, connection_reset in handshake", tried("openvpn-tcp", resetting, AMPLE));
    assertEquals("nothing, connection_refused in handshake", tried("openvpn", resetting, AMPLE));
    assertEquals("nothing, connection_refused in handshake", tried("ikev2", resetting, AMPLE));
    assertEquals("nothing, connection_refused in handshake", tried("wireguard", resetting, AMPLE));
    assertPassed(resetting, "tcp");
  }

  @Test
  void aServerNameIsFoundInTheClientHello() {
    Interference reset = with(Map.of("resetSni", List.of("VPN.lab.example")));
    assertEquals("port, connection_reset in tls", tried("tls", reset, AMPLE));
    assertPassed(reset, "https", "openvpn-tcp", "tcp");
    Interference drop = with(Map.of("dropSni", List.of("*.lab.example")));
    assertDropped(drop, "tls", "https");
    assertPassed(drop, "openvpn-tcp");
  }

  /** RFC 9001 section 7: whoever sees a client's first packet can read it. */
  @Test
  void quicIsRecognisedWithItsServerName() {
    assertEquals(
        "nothing, generic_timeout_error in handshake", tried("quic", dropping("quic"), SHORT));
    assertEquals("nothing, generic_timeout_error in tls", tried("http3", dropping("quic"), SHORT));
    assertPassed(dropping("quic"), "hysteria2", "tls", "wireguard");
    assertPassed(dropping("tls"), "quic");
    Interference reset = with(Map.of("reset", List.of("quic")));
    assertEquals("nothing, connection_refused in handshake", tried("quic", reset, AMPLE));
    Interference name = with(Map.of("dropSni", List.of("www.lab.example")));
    assertEquals("nothing, generic_timeout_error in tls", tried("http3", name, SHORT));
    assertPassed(name, "quic", "hysteria2");
  }

  @Test
  void addressesAreSwallowedOrRefused() {
    Interference hole = with(Map.of("blackhole", List.of("tokyo.example.net:443", "198.51.100.7")));
    assertEquals("nothing, generic_timeout_error in connect", tried("openvpn-tcp", hole, SHORT));
    assertEquals("nothing, generic_timeout_error in handshake", tried("ikev2", hole, SHORT));
    assertPassed(hole, "openvpn", "tls");
    Interference refuse = with(Map.of("refuse", List.of("vpn.lab.example", "198.51.100.7:4500")));
    assertEquals("nothing, connection_refused in connect", tried("tls", refuse, AMPLE));
    assertEquals("nothing, connection_refused in handshake", tried("ikev2", refuse, AMPLE));
    assertPassed(refuse, "https");
  }

  @Test
  void namesAreHidden() {
    Interference hiding = with(Map.of("nxdomain", List.of("*.lab.example")));
    assertEquals("nothing, dns_nxdomain_error in resolve", tried("tls", hiding, AMPLE));
    assertPassed(hiding, "openvpn", "ikev2");
  }

  @Test
  void nothingPassesOffline() {
    Interference offline = with(Map.of("offline", true));
    for (String name : SERVERS.keySet()) {
      String tried = tried(name, offline, SHORT);
      assertTrue(tried.startsWith("nothing, generic_timeout_error in "), name + ": " + tried);
    }
  }

  @Test
  void allIsLostWhenEverythingIs() {
    Interference losing = with(Map.of("loss", 1.0));
    assertEquals("nothing, generic_timeout_error in connect", tried("tls", losing, SHORT));
    assertEquals("nothing, generic_timeout_error in handshake", tried("ikev2", losing, SHORT));
  }

  @Test
  void chanceIsRepeatable() {
    Interference losing = with(Map.of("loss", 0.7));
    List<String> first = manyTried(losing);
    assertEquals(first, manyTried(losing));
    assertTrue(first.stream().distinct().count() > 1, first::toString);
  }

  private static List<String> manyTried(Interference losing) {
    try (Vantage vantage = LAB.vantage("carrier", losing, 1000)) {
      return IntStream.range(0, 20)
          .mapToObj(i -> through(vantage, "tcp", Duration.ofMillis(300)).text())
          .toList();
    }
  }

  @Test
  void latencyIsAddedToEachRoundTripAtTheLabsPace() {
    Interference slow = with(Map.of("latency", Duration.ofSeconds(1)));
    try (Vantage vantage = LAB.vantage("carrier", slow, 10)) {
      LabTrial.Outcome outcome = through(vantage, "tls", AMPLE);
      // Resolve, connect and one round trip of TLS 1.3; more would be fine on a slow machine.
      assertTrue(outcome.trace().elapsed().toMillis() >= 300, outcome.trace()::toString);
      assertEquals("authenticated", outcome.text());
    }
  }

  @Test
  void closedPortsRefuseAndUnknownAddressesAreUnreachable() throws StepFailed {
    Trace trace = new Trace(Clock.systemUTC(), System::nanoTime, AMPLE);
    try (Vantage vantage = LAB.vantage("carrier", Interference.NONE, 1);
        Path path = vantage.path(trace)) {
      var tokyo = path.resolve("tokyo.example.net", Family.IP4).getFirst();
      assertEquals("connection_refused", failure(() -> path.tcp(new InetSocketAddress(tokyo, 80))));
      Datagrams closed = path.udp(new InetSocketAddress(tokyo, 80));
      closed.send(new byte[1]);
      assertEquals("connection_refused", failure(() -> Optional.ofNullable(closed.receive(AMPLE))));
      var nobody = new InetSocketAddress("203.0.113.9", 443);
      assertEquals("host_unreachable", failure(() -> path.tcp(nobody)));
      assertEquals("host_unreachable", failure(() -> path.udp(nobody)));
      assertEquals(1, path.resolve("tokyo.example.net", Family.IP6).size());
    }
  }

  @Test
  void hostileClientsHurtNobody() throws IOException {
    for (String protocol : List.of("tcp", "tls", "https", "tor", "obfs4", "webtunnel")) {
      LabServer server = Objects.requireNonNull(SERVERS.get(protocol));
      try (Responder responder = Responders.start(protocol, server.settings())) {
        for (int i = 0; i < 20; i++) {
          try (Socket client = new Socket("127.0.0.1", responder.address().getPort())) {
            byte[] noise = new byte[2000];
            new Random(i).nextBytes(noise);
            client.getOutputStream().write(noise);
            client.setSoLinger(i % 2 == 0, 0);
          } catch (IOException e) {
            assertInstanceOf(SocketException.class, e); // Thrown out, as it should be.
          }
        }
        try (Socket client = new Socket("127.0.0.1", responder.address().getPort())) {
          assertTrue(client.isConnected());
        }
        int port = responder.address().getPort();
        responder.close();
        assertThrows(IOException.class, () -> new Socket("127.0.0.1", port).close());
      }
    }
  }

  @Test
  void whatDoesNotExistIsSaid() {
    assertThrows(InvalidSetting.class, () -> LAB.vantage("carrier", dropping("htps"), 1));
    LabServer unknown =
        new LabServer("carrier-pigeon", settings("tcp", Map.of()), HostPort.of("a.example:1"));
    assertThrows(IllegalArgumentException.class, () -> Lab.start(List.of(unknown), 1));
    assertTrue(Lab.material("lab_no_such_thing").isEmpty());
  }

  private static void assertDropped(Interference interference, String... names) {
    for (String name : names) {
      boolean tls = List.of("tls", "https", "tor", "webtunnel").contains(name);
      boolean stream = tls || name.equals("openvpn-tcp");
      String step = tls ? "tls" : "handshake";
      assertEquals(
          (stream ? "port" : "nothing") + ", generic_timeout_error in " + step,
          tried(name, interference, SHORT),
          name);
    }
  }

  private static void assertPassed(Interference interference, String... names) {
    for (String name : names) {
      String deepest = name.equals("tcp") ? "port" : "authenticated";
      assertEquals(deepest, tried(name, interference, AMPLE), name);
    }
  }

  private static String tried(String name, Interference interference, Duration deadline) {
    try (Vantage vantage = LAB.vantage("carrier", interference, 1)) {
      return through(vantage, name, deadline).text();
    }
  }

  private static LabTrial.Outcome through(Vantage vantage, String name, Duration deadline) {
    LabServer server = Objects.requireNonNull(SERVERS.get(name));
    return LabTrial.run(
        Protocols.named(server.protocol()).orElseThrow(),
        server.settings(),
        server.address(),
        vantage,
        deadline);
  }

  private static String failure(Trace.Body<? extends Object> body) {
    return assertThrows(StepFailed.class, body::run).kind().id();
  }

  private static Interference dropping(String protocol) {
    return with(Map.of("drop", List.of(protocol)));
  }

  private static Interference with(Map<String, Object> components) {
    return record(Interference.class, components);
  }

  private static Map<String, Object> wireGuard(int client, Map<String, Object> more) {
    Map<String, Object> all = new LinkedHashMap<>(more);
    all.put(
        "privateKey",
        Secret.of(Lab.material("wireguard_client_" + client + "_private_key").orElseThrow()));
    all.put("publicKey", WireGuardKey.of(Lab.material("wireguard_public_key").orElseThrow()));
    return all;
  }

  private static RelayFingerprint relay(String protocol) {
    return RelayFingerprint.of(Lab.material(protocol + "_fingerprint").orElseThrow());
  }

  private static Map<String, Object> openVpn(Map<String, Object> more) {
    Map<String, Object> all =
        new LinkedHashMap<>(Map.of("ca", CA, "username", "demo", "password", Secret.of("demo")));
    all.putAll(more);
    return all;
  }

  private static String component(String key) {
    return switch (key) {
      case "tls_auth" -> "tlsAuth";
      case "tls_crypt" -> "tlsCrypt";
      default -> "tlsCryptV2";
    };
  }

  private static void server(
      String name, String protocol, String address, Map<String, Object> components) {
    SERVERS.put(
        name, new LabServer(protocol, settings(protocol, components), HostPort.of(address)));
  }

  private static Settings settings(String protocol, Map<String, Object> components) {
    return record(Protocols.named(protocol).orElseThrow().settings(), components);
  }

  /** A record with these components and all others null. */
  private static <R> R record(Class<R> type, Map<String, Object> components) {
    RecordComponent[] all = type.getRecordComponents();
    @Nullable Object[] values = Arrays.stream(all).map(c -> components.get(c.getName())).toArray();
    try {
      Constructor<R> constructor =
          type.getDeclaredConstructor(
              Arrays.stream(all).map(RecordComponent::getType).toArray(Class<?>[]::new));
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
