package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vpnprobe.real.V2RayServers.UUID;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.Via;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.RecordedTrial;
import org.vpnprobe.protocol.Settings;
import org.vpnprobe.protocol.Target;
import org.vpnprobe.protocol.V2RayTransport.Network;
import org.vpnprobe.protocol.Vless;
import org.vpnprobe.protocol.Vless.VlessSettings;
import org.vpnprobe.protocol.vmess.VMess;
import org.vpnprobe.protocol.vmess.VMessSettings;

/** vless and vmess against v2ray, behind a router that interferes. */
@Tag("real")
class V2RayRealTest {
  private static final Duration AMPLE = Duration.ofSeconds(15);
  private static final Duration SHORT = Duration.ofMillis(900);
  private static final String TARGET = "http://10.90.0.2/";

  private static final HeldCertificate CA =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final HeldCertificate SERVER =
      new HeldCertificate.Builder()
          .addSubjectAlternativeName("vpn.example")
          .signedBy(CA)
          .rsa2048()
          .build();

  @TempDir static @Nullable Path directory;

  private static final List<AutoCloseable> OPEN = new ArrayList<>();
  private static @Nullable TestNet world;

  @BeforeAll
  static void start() throws IOException {
    Needs.root();
    Needs.programs("v2ray", "nginx", "python3");
    Needs.file("/usr/lib/python3/dist-packages/grpc/__init__.py", "python3-grpcio");
    Needs.file("/usr/lib/python3/dist-packages/google/protobuf", "python3-protobuf");
    TestNet net = TestNet.with("carrier");
    OPEN.add(net);
    world = net;
    Path home = Objects.requireNonNull(directory);
    OPEN.addAll(V2RayServers.around(net, home, SERVER));
    OPEN.add(V2RayServers.v2ray(net, home, 1));
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable closeable : OPEN.reversed()) {
      closeable.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1001, TCP, false, ",
    "1002, TCP, true, ",
    "1003, WS, false, /ray",
    "1004, WS, true, /ray",
    "443, WS, true, /ray",
    "1012, HTTPUPGRADE, false, /up",
    "443, HTTPUPGRADE, true, /up",
    "1010, GRPC, false, svc1001",
    "443, GRPC, true, svc1001",
  })
  void vless(int port, Network network, boolean tls, @Nullable String path) {
    assertEquals("tunnel", tried(vless(UUID, TARGET, network, tls, path), port));
    // Only in TLS it is the server who ends it, and nginx and the bridges have manners of their
    // own.
    String refused = tried(vless("stranger", TARGET, network, tls, path), port);
    assertTrue(refused.startsWith("port, "), refused);
    if (port == V2RayServers.VLESS_TLS || port == V2RayServers.VLESS_WSS) {
      assertEquals("port, auth_rejected in tunnel", refused);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1005, TCP, false, ",
    "1006, TCP, true, ",
    "1007, WS, false, /ray",
    "1008, WS, true, /ray",
    "1010, GRPC, false, svc1005",
    "443, GRPC, true, svc1005",
  })
  void vmess(int port, Network network, boolean tls, @Nullable String path) {
    assertEquals("tunnel", tried(vmess(UUID, TARGET, "auto", network, tls, path), port));
    assertEquals(
        "port, generic_timeout_error in tunnel",
        tried(vmess("stranger", TARGET, "auto", network, tls, path), port, SHORT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"aes-128-gcm", "chacha20-poly1305", "none", "zero"})
  void securities(String security) {
    assertEquals(
        "tunnel",
        tried(vmess(UUID, TARGET, security, Network.TCP, false, null), V2RayServers.VMESS_TCP));
  }

  @Test
  void anotherPathCertificateOrTarget() {
    assertEquals(
        "port, http_unexpected:404 in handshake",
        tried(vless(UUID, TARGET, Network.WS, true, "/other"), V2RayServers.VLESS_WSS));
    assertEquals(
        "port, http_unexpected:404 in handshake",
        tried(vmess(UUID, TARGET, "auto", Network.WS, false, "/other"), V2RayServers.VMESS_WS));
    assertEquals(
        "port, http_unexpected:grpc_unimplemented in tunnel",
        tried(vless(UUID, TARGET, Network.GRPC, false, "other"), V2RayServers.GRPC));
    assertEquals(
        "port, http_unexpected:404 in tunnel",
        tried(vless(UUID, TARGET, Network.GRPC, true, "other"), V2RayServers.NGINX));
    VlessSettings pinned =
        new VlessSettings(
            Secret.of(UUID),
            Target.of(TARGET),
            null,
            true,
            null,
            null,
            null,
            "ab".repeat(32),
            null,
            null,
            null,
            null);
    assertEquals("port, ssl_wrong_pin in tls", tried(pinned, V2RayServers.VLESS_TLS));
    assertEquals(
        "port, auth_rejected in tunnel",
        tried(
            vless(UUID, "http://10.90.0.2:81/", Network.TCP, true, null), V2RayServers.VLESS_TLS));
    // A server that has no VLESS at all.
    assertEquals(
        "port, proto_unexpected_reply in tunnel",
        tried(vless(UUID, TARGET, Network.TCP, true, null), V2RayServers.NGINX));
  }

  @Test
  void dropAndReset() {
    TestNet net = Objects.requireNonNull(world);
    VlessSettings socket = vless(UUID, TARGET, Network.WS, false, "/ray");
    VMessSettings bare = vmess(UUID, TARGET, "auto", Network.TCP, false, null);
    VlessSettings inTls = vless(UUID, TARGET, Network.TCP, true, null);
    try {
      // What carries data has the push flag.
      net.interfere("carrier", "tcp dport 1000-1099 tcp flags & psh == psh drop");
      assertEquals(
          "port, generic_timeout_error in handshake", tried(socket, V2RayServers.VLESS_WS, SHORT));
      assertEquals(
          "port, generic_timeout_error in tunnel", tried(bare, V2RayServers.VMESS_TCP, SHORT));
      assertEquals(
          "port, generic_timeout_error in tls", tried(inTls, V2RayServers.VLESS_TLS, SHORT));
      net.interfere("carrier", "tcp dport 1000-1099 tcp flags & psh == psh reject with tcp reset");
      assertEquals("port, connection_reset in handshake", tried(socket, V2RayServers.VLESS_WS));
      assertEquals("port, connection_reset in tunnel", tried(bare, V2RayServers.VMESS_TCP));
      assertEquals("port, connection_reset in tls", tried(inTls, V2RayServers.VLESS_TLS));
      net.interfere("carrier", "tcp dport 1005 drop");
      assertEquals(
          "nothing, generic_timeout_error in connect", tried(bare, V2RayServers.VMESS_TCP, SHORT));
    } finally {
      net.interfere("carrier");
    }
  }

  @Test
  void aStoppedServer() throws IOException {
    TestNet net = Objects.requireNonNull(world);
    VMessSettings settings = vmess(UUID, TARGET, "auto", Network.TCP, false, null);
    try (Daemon server = V2RayServers.v2ray(net, Objects.requireNonNull(directory), 3)) {
      assertTrue(server.isAlive());
      assertEquals("tunnel", tried(new VMess(), settings, 3, V2RayServers.VMESS_TCP, AMPLE));
    }
    assertEquals(
        "nothing, connection_refused in connect",
        tried(new VMess(), settings, 3, V2RayServers.VMESS_TCP, AMPLE));
  }

  private static VlessSettings vless(
      String uuid, String target, Network network, boolean tls, @Nullable String path) {
    boolean grpc = network == Network.GRPC;
    return new VlessSettings(
        Secret.of(uuid),
        Target.of(target),
        network,
        tls,
        null,
        null,
        tls ? CA.certificatePem() : null,
        null,
        null,
        grpc ? null : path,
        null,
        grpc ? path : null);
  }

  private static VMessSettings vmess(
      String uuid,
      String target,
      String security,
      Network network,
      boolean tls,
      @Nullable String path) {
    boolean grpc = network == Network.GRPC;
    return new VMessSettings(
        Secret.of(uuid),
        Target.of(target),
        security,
        network,
        tls,
        null,
        null,
        tls ? CA.certificatePem() : null,
        null,
        null,
        grpc ? null : path,
        null,
        grpc ? path : null);
  }

  private static String tried(Settings settings, int port) {
    return tried(settings, port, AMPLE);
  }

  private static String tried(Settings settings, int port, Duration deadline) {
    Protocol<?> protocol = settings instanceof VlessSettings ? new Vless() : new VMess();
    return tried(protocol, settings, 1, port, deadline);
  }

  private static <S extends Settings> String tried(
      Protocol<S> protocol, Settings settings, int address, int port, Duration deadline) {
    TestNet net = Objects.requireNonNull(world);
    InetSocketAddress server = new InetSocketAddress(TestNet.address(address), port);
    try (Vantage vantage = Vantages.open(new Via.Netns(net.client("carrier")), null, "carrier");
        RecordedTrial trial =
            new RecordedTrial(vantage, server, "vpn.example", Depth.AUTHENTICATED, deadline)) {
      String failure = "";
      try {
        protocol.open(protocol.settings().cast(settings), trial).close();
      } catch (StepFailed e) {
        Failure failed = trial.trace.failure(e);
        failure = ", " + failed.id() + " in " + failed.step().id();
      }
      assertTrue(
          trial.trace.elapsed().compareTo(deadline.plusSeconds(1)) < 0, "the deadline holds");
      return (trial.deepest() == null ? "nothing" : trial.deepest().id()) + failure;
    }
  }
}
