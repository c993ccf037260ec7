package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.Via;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;
import org.vpnprobe.protocol.Attempt;
import org.vpnprobe.protocol.anyconnect.AnyConnect;
import org.vpnprobe.protocol.anyconnect.AnyConnectSettings;

/** Debian's ocserv behind a router: to a ping's answer, each refusal, and interference. */
@Tag("real")
class AnyConnectRealTest {
  private static final int PORT = 443;
  private static final int STOPPED = 444;
  private static final Duration AMPLE = Duration.ofSeconds(15);
  private static final Duration SHORT = Duration.ofMillis(900);

  private static final HeldCertificate CA =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final HeldCertificate SERVER =
      // GnuTLS does not read the elliptic keys that Java writes.
      new HeldCertificate.Builder()
          .rsa2048()
          .addSubjectAlternativeName(Attempt.HOST)
          .signedBy(CA)
          .build();

  @TempDir static @Nullable Path directory;

  private static @Nullable TestNet world;
  private static @Nullable Daemon server;

  @BeforeAll
  static void start() throws IOException {
    Needs.programs("ocserv", "ocpasswd", "openssl");
    TestNet net = TestNet.with("carrier");
    world = net;
    Path home = Objects.requireNonNull(directory);
    Files.writeString(home.resolve("server.crt"), SERVER.certificatePem());
    Files.writeString(home.resolve("server.key"), SERVER.privateKeyPkcs8Pem());
    String hash = net.exec(net.server(), "openssl", "passwd", "-6", "s3cret").strip();
    Files.writeString(home.resolve("users"), "probe:staff:" + hash + "\n");
    server = ocserv(net, home, PORT);
  }

  private static Daemon ocserv(TestNet net, Path home, int port) throws IOException {
    Path file = home.resolve("ocserv" + port + ".conf");
    Files.writeString(
        file,
        """
        auth = "plain[passwd=%1$s/users]"
        listen-host = 10.90.0.1
        tcp-port = %2$d
        run-as-user = root
        run-as-group = root
        socket-file = %1$s/ocserv%2$d.sock
        server-cert = %1$s/server.crt
        server-key = %1$s/server.key
        isolate-workers = false
        max-clients = 0
        max-same-clients = 0
        rate-limit-ms = 0
        max-ban-score = 0
        use-occtl = false
        device = vpns%2$d
        ipv4-network = 10.77.%3$d.0/24
        select-group = staff
        cookie-timeout = 60
        dpd = 90
        keepalive = 32400
        """
            .formatted(home, port, port - 440));
    return Daemon.start(
            net.server(), home, Needs.program("ocserv"), "-f", "-d", "2", "-c", file.toString())
        .await(
            () -> net.exec(net.server(), "ss", "-Hltn", "sport = :" + port).contains("LISTEN"),
            "listening ocserv");
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
    if (world != null) {
      world.close();
    }
  }

  private static AnyConnectSettings settings(@Nullable String password) {
    return new AnyConnectSettings(
        password == null ? null : "probe",
        password == null ? null : Secret.of(password),
        null,
        null,
        null,
        CA.certificatePem(),
        null,
        null,
        null,
        null);
  }

  private static AnyConnectSettings to(String target) {
    return new AnyConnectSettings(
        "probe",
        Secret.of("s3cret"),
        "staff",
        InetAddress.ofLiteral(target),
        null,
        CA.certificatePem(),
        null,
        null,
        null,
        null);
  }

  @Test
  void eachDepth() {
    assertEquals("tunnel", tried(settings("s3cret"), PORT, Depth.TUNNEL, AMPLE));
    assertEquals("tunnel", tried(to("10.90.0.5"), PORT, Depth.TUNNEL, AMPLE));
    assertEquals("authenticated", tried(settings("s3cret"), PORT, Depth.AUTHENTICATED, AMPLE));
    assertEquals("authenticated", tried(settings(null), PORT, Depth.AUTHENTICATED, AMPLE));
    assertEquals("port", tried(settings(null), PORT, Depth.PORT, AMPLE));
  }

  @Test
  void refusals() {
    assertEquals(
        "handshake, auth_rejected in auth", tried(settings("wrong"), PORT, Depth.TUNNEL, AMPLE));
    assertEquals(
        "authenticated, data_echo_failed in tunnel",
        tried(to("10.66.66.66"), PORT, Depth.TUNNEL, AMPLE));
  }

  @Test
  void dropAndReset() {
    TestNet net = Objects.requireNonNull(world);
    try {
      net.interfere("carrier", "tcp dport 443 drop");
      assertEquals(
          "nothing, generic_timeout_error in connect",
          tried(settings(null), PORT, Depth.AUTHENTICATED, SHORT));
      // The first byte of a TLS record of type handshake, behind the timestamp option.
      net.interfere("carrier", "tcp dport 443 @th,256,8 0x16 drop");
      assertEquals(
          "port, generic_timeout_error in tls",
          tried(settings(null), PORT, Depth.AUTHENTICATED, SHORT));
      net.interfere("carrier", "tcp dport 443 @th,256,8 0x16 reject with tcp reset");
      assertEquals(
          "port, connection_reset in tls", tried(settings(null), PORT, Depth.AUTHENTICATED, AMPLE));
    } finally {
      net.interfere("carrier");
    }
  }

  @Test
  void aStoppedServer() throws IOException {
    TestNet net = Objects.requireNonNull(world);
    try (Daemon second = ocserv(net, Objects.requireNonNull(directory), STOPPED)) {
      assertTrue(second.isAlive());
      assertEquals("authenticated", tried(settings(null), STOPPED, Depth.AUTHENTICATED, AMPLE));
    }
    assertEquals(
        "nothing, connection_refused in connect",
        tried(settings(null), STOPPED, Depth.AUTHENTICATED, AMPLE));
  }

  private static String tried(
      AnyConnectSettings settings, int port, Depth goal, Duration deadline) {
    TestNet net = Objects.requireNonNull(world);
    try (Vantage vantage = Vantages.open(new Via.Netns(net.client("carrier")), null, "carrier")) {
      return Attempt.from(
          vantage,
          new InetSocketAddress(TestNet.address(1), port),
          new AnyConnect(),
          settings,
          goal,
          deadline);
    }
  }
}
