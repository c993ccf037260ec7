package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.Via;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;
import org.vpnprobe.protocol.Http3Get;
import org.vpnprobe.protocol.Http3Get.Http3Settings;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Quic;
import org.vpnprobe.protocol.Quic.QuicSettings;
import org.vpnprobe.protocol.RecordedTrial;
import org.vpnprobe.protocol.Settings;

/** quic and http3 against caddy (quic-go) and ngtcp2, behind a router that interferes. */
@Tag("real")
class QuicRealTest {
  private static final int CADDY = 443;
  private static final int NGTCP2 = 4433;

  /** ngtcp2 that sends a Retry first. */
  private static final int VALIDATING = 4434;

  private static final Duration AMPLE = Duration.ofSeconds(15);
  private static final Duration SHORT = Duration.ofMillis(1200);

  private static final HeldCertificate CA =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final HeldCertificate OTHER_CA =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final HeldCertificate SERVER =
      new HeldCertificate.Builder()
          .rsa2048() // GnuTLS does not read Java's keys on curves.
          .addSubjectAlternativeName("vpn.example")
          .signedBy(CA)
          .build();

  @TempDir static @Nullable Path directory;

  private static final List<AutoCloseable> OPEN = new ArrayList<>();
  private static @Nullable TestNet world;
  private static @Nullable Vantage carrier;

  @BeforeAll
  static void start() throws IOException {
    Needs.programs("caddy", "gtlsserver");
    TestNet net = TestNet.with("carrier");
    OPEN.add(net);
    world = net;
    Path home = Objects.requireNonNull(directory);
    Files.writeString(home.resolve("server.crt"), SERVER.certificatePem());
    Files.writeString(home.resolve("server.key"), SERVER.privateKeyPkcs8Pem());
    Files.createDirectory(home.resolve("www"));
    Files.writeString(home.resolve("www/index.html"), "welcome");
    OPEN.add(caddy(net, home, CADDY));
    OPEN.add(ngtcp2(net, home, NGTCP2));
    OPEN.add(ngtcp2(net, home, VALIDATING, "--validate-addr"));
    carrier = Vantages.open(new Via.Netns(net.client("carrier")), null, "carrier");
    OPEN.add(carrier);
    // Once in vain: a short deadline is no time to load the library in.
    tried(new Quic(), quic(CA, null), NGTCP2, AMPLE);
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable closeable : OPEN.reversed()) {
      closeable.close();
    }
  }

  private static Daemon caddy(TestNet net, Path home, int port) throws IOException {
    Path file = home.resolve("Caddyfile" + port);
    Files.writeString(
        file,
        """
        {
          admin off
          auto_https disable_redirects
        }
        https://vpn.example:%2$d {
          bind 10.90.0.1 fd90::1
          tls %1$s/server.crt %1$s/server.key
          header X-Site lab
          respond /empty 204
          redir /moved https://elsewhere.example/
          respond "welcome"
        }
        """
            .formatted(home, port));
    return Daemon.start(
            net.server(),
            home,
            Map.of("HOME", home.toString(), "XDG_DATA_HOME", home + "/data"),
            "caddy",
            "run",
            "--config",
            file.toString(),
            "--adapter",
            "caddyfile")
        .await(() -> listens(net, port), "listening caddy");
  }

  private static Daemon ngtcp2(TestNet net, Path home, int port, String... more) {
    List<String> command = new ArrayList<>(List.of("gtlsserver", "-q", "-d", home + "/www"));
    command.addAll(List.of(more));
    command.addAll(
        List.of("10.90.0.1", Integer.toString(port), home + "/server.key", home + "/server.crt"));
    return Daemon.start(net.server(), home, command.toArray(String[]::new))
        .await(() -> listens(net, port), "listening ngtcp2");
  }

  private static boolean listens(TestNet net, int port) {
    return !net.exec(net.server(), "ss", "-Hlun", "sport = :" + port).isBlank();
  }

  @Test
  void eachDepth() {
    for (int port : new int[] {CADDY, NGTCP2, VALIDATING}) {
      assertEquals("authenticated", tried(new Quic(), quic(CA, null), port, AMPLE));
      assertEquals("handshake", tried(new Quic(), quic(CA, null), port, AMPLE, Depth.HANDSHAKE));
      assertEquals("handshake", tried(new Quic(), quic(CA, true), port, AMPLE));
      assertEquals("authenticated", tried(new Http3Get(), http3("/", 200, null), port, AMPLE));
    }
  }

  @Test
  void overIp6() {
    InetSocketAddress server = new InetSocketAddress(TestNet.address6(1), CADDY);
    assertEquals(
        "authenticated", tried(new Quic(), quic(CA, null), server, AMPLE, Depth.AUTHENTICATED));
    assertEquals("handshake", tried(new Quic(), quic(CA, null), server, AMPLE, Depth.HANDSHAKE));
  }

  @Test
  void theAnswerMustBeTheExpectedOne() {
    assertEquals("authenticated", tried(new Http3Get(), http3("/", null, "X-Site: lab"), CADDY));
    assertEquals("authenticated", tried(new Http3Get(), http3("/empty", 204, null), CADDY));
    assertEquals("authenticated", tried(new Http3Get(), http3("/moved", 302, null), CADDY));
    assertEquals(
        "handshake, http_unexpected:302 in handshake",
        tried(new Http3Get(), http3("/moved", 200, null), CADDY));
    assertEquals(
        "handshake, http_unexpected:header in handshake",
        tried(new Http3Get(), http3("/", 200, "X-Site: other"), CADDY));
    assertEquals(
        "handshake, http_unexpected:404 in handshake",
        tried(new Http3Get(), http3("/nothing", 200, null), NGTCP2));
  }

  @Test
  void foreignCertificates() {
    String untrusted = "handshake, ssl_unknown_authority in handshake";
    assertEquals(untrusted, tried(new Quic(), quic(OTHER_CA, null), CADDY, AMPLE));
    assertEquals(untrusted, tried(new Quic(), quic(null, null), NGTCP2, AMPLE));
    assertEquals(
        "handshake, ssl_wrong_pin in handshake",
        tried(new Quic(), pinned("ab".repeat(32)), CADDY, AMPLE));
    assertEquals(
        "authenticated",
        tried(new Quic(), pinned(OwnCertificate.sha256(SERVER.certificate())), NGTCP2, AMPLE));
  }

  /** caddy has no certificate for another name, and knows no other application. */
  @Test
  void whatTheServerRefuses() {
    QuicSettings name =
        new QuicSettings("other.example", null, CA.certificatePem(), null, null, null);
    QuicSettings application =
        new QuicSettings(null, "smtp", CA.certificatePem(), null, null, null);
    for (Depth goal : List.of(Depth.HANDSHAKE, Depth.AUTHENTICATED)) {
      refused(tried(new Quic(), name, CADDY, AMPLE, goal), "tls_alert:80", goal);
      refused(tried(new Quic(), application, CADDY, AMPLE, goal), "tls_alert:120", goal);
    }
  }

  /** The server may acknowledge the Initial in a packet of its own before it refuses. */
  private static void refused(String came, String alert, Depth goal) {
    boolean acknowledged = goal == Depth.HANDSHAKE && came.equals("handshake");
    assertTrue(acknowledged || came.endsWith(alert + " in handshake"), came);
  }

  @Test
  void dropAndReject() {
    TestNet net = Objects.requireNonNull(world);
    try {
      net.interfere("carrier", "udp dport 443 drop");
      assertEquals(
          "nothing, generic_timeout_error in handshake",
          tried(new Quic(), quic(CA, null), CADDY, SHORT));
      assertEquals(
          "nothing, generic_timeout_error in handshake",
          tried(new Quic(), quic(CA, null), CADDY, SHORT, Depth.HANDSHAKE));
      assertEquals(
          "nothing, generic_timeout_error in tls",
          tried(new Http3Get(), http3("/", 200, null), CADDY, SHORT));
      assertEquals("authenticated", tried(new Quic(), quic(CA, null), NGTCP2, AMPLE));
      net.interfere("carrier", "udp dport 443 reject");
      assertEquals(
          "nothing, connection_refused in handshake",
          tried(new Quic(), quic(CA, null), CADDY, AMPLE));
      net.interfere("carrier", "udp sport 443 drop");
      assertEquals(
          "nothing, generic_timeout_error in handshake",
          tried(new Quic(), quic(CA, null), CADDY, SHORT));
      // Past the handshake: datagrams of the server that begin with the form of a short header.
      net.interfere("carrier", "udp sport 443 @th,64,4 0x4-0x7 drop");
      assertEquals(
          "nothing, generic_timeout_error in handshake",
          tried(new Http3Get(), http3("/", 200, null), CADDY, Duration.ofSeconds(2)));
    } finally {
      net.interfere("carrier");
    }
  }

  @Test
  void aStoppedServer() throws IOException {
    TestNet net = Objects.requireNonNull(world);
    Path home = Objects.requireNonNull(directory);
    try (Daemon server = ngtcp2(net, home, 4435)) {
      assertTrue(server.isAlive());
      assertEquals("authenticated", tried(new Quic(), quic(CA, null), 4435, AMPLE));
    }
    assertEquals(
        "nothing, connection_refused in handshake", tried(new Quic(), quic(CA, null), 4435, AMPLE));
  }

  private static <S extends Settings> String tried(Protocol<S> protocol, S settings, int port) {
    return tried(protocol, settings, port, AMPLE);
  }

  private static <S extends Settings> String tried(
      Protocol<S> protocol, S settings, int port, Duration deadline) {
    return tried(protocol, settings, port, deadline, Depth.AUTHENTICATED);
  }

  private static <S extends Settings> String tried(
      Protocol<S> protocol, S settings, int port, Duration deadline, Depth goal) {
    InetAddress address = TestNet.address(1);
    return tried(protocol, settings, new InetSocketAddress(address, port), deadline, goal);
  }

  private static <S extends Settings> String tried(
      Protocol<S> protocol, S settings, InetSocketAddress server, Duration deadline, Depth goal) {
    Vantage vantage = Objects.requireNonNull(carrier);
    try (RecordedTrial trial = new RecordedTrial(vantage, server, "vpn.example", goal, deadline)) {
      String failure = "";
      try {
        protocol.open(settings, trial).close();
      } catch (StepFailed e) {
        Failure failed = trial.trace.failure(e);
        failure = ", " + failed.id() + " in " + failed.step().id();
      }
      assertTrue(
          trial.trace.elapsed().compareTo(deadline.plusSeconds(2)) < 0, "the deadline holds");
      return (trial.deepest() == null ? "nothing" : trial.deepest().id()) + failure;
    }
  }

  private static QuicSettings quic(@Nullable HeldCertificate ca, @Nullable Boolean negotiation) {
    String pem = ca == null ? null : ca.certificatePem();
    return new QuicSettings(null, null, pem, null, null, negotiation);
  }

  private static QuicSettings pinned(String pin) {
    return new QuicSettings(null, null, null, pin, null, null);
  }

  private static Http3Settings http3(
      String path, @Nullable Integer status, @Nullable String header) {
    return new Http3Settings(path, status, header, null, null, CA.certificatePem(), null, null);
  }
}
