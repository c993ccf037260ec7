package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Resolver;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Via;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Trace;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;

/** A namespace vantage behind a router that drops, rejects and resets with nftables. */
@Tag("real")
class VantageRealTest {
  private static final int PORT = 53;
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(800);

  private static final InetAddress ANSWER = InetAddress.ofLiteral("192.0.2.7");

  @TempDir static java.nio.file.Path directory;
  private static TestNet net;
  private static Daemon echo;
  private static Vantage vantage;

  @BeforeAll
  static void start() {
    Needs.programs("dnsmasq");
    net = TestNet.with("mobile");
    // Any server of both TCP and UDP on both families does.
    echo =
        Dnsmasq.start(
            net.server(), directory, "--port=" + PORT, "--address=/example.test/192.0.2.7");
    vantage = Vantages.open(new Via.Netns(net.client("mobile")), null, "mobile");
  }

  @AfterAll
  static void stop() {
    if (vantage != null) {
      vantage.close();
    }
    if (echo != null) {
      echo.close();
    }
    if (net != null) {
      net.close();
    }
  }

  @Test
  void bothFamiliesAndTransportsLeaveThroughTheNamespace() throws Exception {
    net.interfere("mobile");
    assertEquals(Optional.empty(), vantage.preflight());
    for (InetAddress server : new InetAddress[] {TestNet.address(1), TestNet.address6(1)}) {
      try (Path path = vantage.path(trace(LONG))) {
        InetSocketAddress address = new InetSocketAddress(server, PORT);
        ByteStream stream = path.tcp(address);
        assertTrue(stream.local().getAddress().getHostAddress().matches("10\\.91\\.1\\.2|fd91.*"));
        Datagrams datagrams = path.udp(address);
        byte[] query = query();
        datagrams.send(query);
        byte[] answer = Objects.requireNonNull(datagrams.receive(LONG));
        assertArrayEquals(new byte[] {query[0], query[1]}, new byte[] {answer[0], answer[1]});
      }
    }
  }

  @Test
  void tcpFailures() {
    assertTcp("tcp dport 53 drop", SHORT, FailureKind.GENERIC_TIMEOUT_ERROR, null);
    assertTcp("tcp dport 53 reject with tcp reset", LONG, FailureKind.CONNECTION_REFUSED, null);
    assertTcp(
        "ip daddr 10.90.0.1 reject with icmp type admin-prohibited",
        LONG,
        FailureKind.ADMIN_PROHIBITED,
        "3/13 from=router");
    assertTcp(
        "ip daddr 10.90.0.1 reject with icmp type host-unreachable",
        LONG,
        FailureKind.HOST_UNREACHABLE,
        "3/1 from=router");
    assertTcp(
        "ip daddr 10.90.0.1 reject with icmp type net-unreachable",
        LONG,
        FailureKind.NETWORK_UNREACHABLE,
        "3/0 from=router");
    assertTcp(
        "ip daddr 10.90.0.1 reject with icmp type port-unreachable",
        LONG,
        FailureKind.CONNECTION_REFUSED,
        "3/3 from=router");
  }

  @Test
  void tcpFailuresOverIpv6() {
    InetAddress server = TestNet.address6(1);
    net.interfere("mobile", "ip6 daddr fd90::1 reject with icmpv6 type admin-prohibited");
    assertTcp(server, LONG, FailureKind.ADMIN_PROHIBITED, "v6:1/1 from=router");
    net.interfere("mobile", "ip6 daddr fd90::1 reject with icmpv6 type no-route");
    assertTcp(server, LONG, FailureKind.NETWORK_UNREACHABLE, "v6:1/0 from=router");
  }

  @Test
  void resetAfterThePayload() throws Exception {
    net.interfere("mobile");
    Trace trace = trace(LONG);
    try (Path path = vantage.path(trace)) {
      ByteStream stream = path.tcp(new InetSocketAddress(TestNet.address(1), PORT));
      net.interfere("mobile", "tcp dport 53 reject with tcp reset");
      StepFailed e =
          assertThrows(
              StepFailed.class,
              () ->
                  trace.step(
                      StepName.HANDSHAKE,
                      () -> {
                        stream.write("GET".getBytes(StandardCharsets.US_ASCII));
                        return stream.readFully(1);
                      }));
      Failure failure = trace.failure(e);
      assertEquals(FailureKind.CONNECTION_RESET, failure.kind());
      assertEquals(StepName.HANDSHAKE, failure.step());
    }
  }

  @Test
  void udpFailures() throws Exception {
    assertUdp("udp dport 53 drop", SHORT, FailureKind.GENERIC_TIMEOUT_ERROR, null);
    assertUdp(
        "udp dport 53 reject with icmp type port-unreachable",
        LONG,
        FailureKind.CONNECTION_REFUSED,
        "3/3 from=router");
    assertUdp(
        "udp dport 53 reject with icmp type admin-prohibited",
        LONG,
        FailureKind.ADMIN_PROHIBITED,
        "3/13 from=router");
    // A soft error does not end the wait, as with a real client, but names the failure.
    assertUdp(
        "udp dport 53 reject with icmp type host-unreachable",
        SHORT,
        FailureKind.HOST_UNREACHABLE,
        "3/1 from=router");
  }

  @Test
  void anAnswerAfterASoftErrorCounts() throws Exception {
    net.interfere("mobile", "udp dport 53 reject with icmp type host-unreachable");
    try (Path path = vantage.path(trace(LONG))) {
      Datagrams socket = path.udp(new InetSocketAddress(TestNet.address(1), PORT));
      socket.send(query());
      assertEquals(null, socket.receive(Duration.ofMillis(300)));
      net.interfere("mobile");
      socket.send(query());
      assertTrue(Objects.requireNonNull(socket.receive(LONG)).length > 12);
    }
  }

  @Test
  void aDeadNextHopIsToldByOurOwnSystem() {
    net.interfere("mobile");
    assertTcp(
        InetAddress.ofLiteral("10.91.1.77"), LONG, FailureKind.HOST_UNREACHABLE, "3/1 from=self");
  }

  @Test
  void noRouteIsTheVantagesFault() {
    Trace trace = trace(LONG);
    try (Vantage server = Vantages.open(new Via.Netns(net.server()), null, "server");
        Path path = server.path(trace)) {
      InetSocketAddress far = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 1);
      StepFailed e = assertThrows(StepFailed.class, () -> path.tcp(far));
      assertEquals(FailureKind.NETWORK_DOWN, e.kind());
      e = assertThrows(StepFailed.class, () -> path.udp(far));
      assertEquals(FailureKind.NETWORK_DOWN, e.kind());
    }
  }

  @Test
  void preflightNamesWhatIsMissing() {
    try (Vantage none = Vantages.open(new Via.Netns("no-such-ns"), null, "x")) {
      assertTrue(none.preflight().orElseThrow().contains("no-such-ns"));
    }
    try (Vantage none = Vantages.open(new Via.Interface("nosuch0"), null, "x")) {
      assertTrue(none.preflight().orElseThrow().contains("nosuch0"));
    }
    try (Vantage none =
        Vantages.open(new Via.Source(InetAddress.ofLiteral("192.0.2.1")), null, "x")) {
      assertTrue(none.preflight().isPresent());
    }
    try (Vantage loopback = Vantages.open(new Via.Interface("lo"), null, "x")) {
      assertEquals(Optional.empty(), loopback.preflight());
    }
    try (Vantage loopback =
        Vantages.open(new Via.Source(InetAddress.ofLiteral("127.0.0.2")), null, "x")) {
      assertEquals(Optional.empty(), loopback.preflight());
    }
  }

  @Test
  void namesThroughTheNamespace() throws Exception {
    net.interfere("mobile");
    Resolver resolver = Resolver.of("lab", "10.90.0.1");
    try (Vantage named = Vantages.open(new Via.Netns(net.client("mobile")), resolver, "mobile")) {
      assertEquals("10.90.0.1", named.facts().resolver());
      assertEquals(List.of(ANSWER), resolve(named, "vpn.example.test"));
      StepFailed e = assertThrows(StepFailed.class, () -> resolve(named, "elsewhere.test"));
      assertEquals(FailureKind.DNS_REFUSED_ERROR, e.kind());
      net.interfere("mobile", "udp dport 53 reject with icmp type admin-prohibited");
      e = assertThrows(StepFailed.class, () -> resolve(named, "vpn.example.test"));
      assertEquals(FailureKind.ADMIN_PROHIBITED, e.kind());
    }
  }

  @Test
  void theNamespacesOwnResolver() throws Exception {
    net.interfere("mobile");
    java.nio.file.Path own = java.nio.file.Path.of("/etc/netns", net.client("mobile"));
    java.nio.file.Path file = own.resolve("resolv.conf");
    Files.createDirectories(own);
    try {
      Files.writeString(file, "nameserver fd90::1\n");
      try (Vantage named = Vantages.open(new Via.Netns(net.client("mobile")), null, "mobile")) {
        assertEquals(List.of(ANSWER), resolve(named, "vpn.example.test"));
      }
    } finally {
      Files.deleteIfExists(file);
      Files.delete(own);
    }
  }

  private static List<InetAddress> resolve(Vantage place, String name) throws StepFailed {
    try (Path path = place.path(trace(LONG))) {
      return path.resolve(name, Family.IP4);
    }
  }

  private static void assertTcp(
      String rule, Duration deadline, FailureKind kind, @Nullable String icmp) {
    net.interfere("mobile", rule);
    assertTcp(TestNet.address(1), deadline, kind, icmp);
  }

  private static void assertTcp(
      InetAddress server, Duration deadline, FailureKind kind, @Nullable String icmp) {
    Trace trace = trace(deadline);
    try (Path path = vantage.path(trace)) {
      InetSocketAddress address = new InetSocketAddress(server, PORT);
      StepFailed e = assertThrows(StepFailed.class, () -> path.tcp(address));
      assertFailed(trace, e, kind, icmp);
      assertEquals(StepName.CONNECT, trace.failure(e).step());
    }
  }

  private static void assertUdp(
      String rule, Duration deadline, FailureKind kind, @Nullable String icmp) throws StepFailed {
    net.interfere("mobile", rule);
    Trace trace = trace(deadline);
    try (Path path = vantage.path(trace)) {
      Datagrams socket = path.udp(new InetSocketAddress(TestNet.address(1), PORT));
      socket.send(query());
      StepFailed e = assertThrows(StepFailed.class, () -> socket.receive(LONG));
      assertFailed(trace, e, kind, icmp);
    }
  }

  private static void assertFailed(
      Trace trace, StepFailed e, FailureKind kind, @Nullable String icmp) {
    assertEquals(kind, e.kind(), e::detail);
    assertEquals(
        Optional.ofNullable(icmp),
        trace.observations().stream()
            .filter(o -> o.key().equals("icmp"))
            .map(o -> o.value())
            .findFirst());
  }

  /** An A query for example.test (RFC 1035 section 4). */
  private static byte[] query() {
    return java.util.HexFormat.of()
        .parseHex("1234010000010000000000000765" + "78616d706c650474657374" + "0000010001");
  }

  private static Trace trace(Duration deadline) {
    return new Trace(Clock.systemUTC(), System::nanoTime, deadline);
  }
}
