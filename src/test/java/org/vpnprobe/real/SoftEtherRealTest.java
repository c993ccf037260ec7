package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Via;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;
import org.vpnprobe.protocol.Attempt;
import org.vpnprobe.protocol.softether.SoftEther;
import org.vpnprobe.protocol.softether.SoftEther.SoftEtherSettings;

/** Debian's SoftEther VPN server behind a router. */
@Tag("real")
class SoftEtherRealTest {
  private static final String PROGRAM = "/usr/libexec/softether/vpnserver/vpnserver";
  private static final Duration AMPLE = Duration.ofSeconds(15);
  private static final Duration SHORT = Duration.ofMillis(900);

  @TempDir static @Nullable Path directory;

  private static @Nullable TestNet world;
  private static @Nullable Daemon server;
  private static String pin = "";

  @BeforeAll
  static void start() {
    Needs.programs("openssl");
    Needs.file(PROGRAM, "softether-vpnserver");
    TestNet net = TestNet.with("carrier");
    world = net;
    Path home = Objects.requireNonNull(directory);
    // It keeps its files in fixed places: in a mount namespace of its own they are private ones.
    String script =
        """
        mount -t tmpfs tmpfs /run && mkdir /run/softether &&
        mount -t tmpfs tmpfs /var/lib && mkdir /var/lib/softether &&
        mount -t tmpfs tmpfs /var/log && mkdir /var/log/softether &&
        exec %s execsvc
        """
            .formatted(PROGRAM);
    server =
        Daemon.start(net.server(), home, "sh", "-c", script)
            .await(
                () -> net.exec(net.server(), "ss", "-Hltn", "sport = :5555").contains("LISTEN"),
                "listening vpnserver");
    // It makes its certificate when it first starts.
    pin =
        net.exec(
                net.server(),
                "sh",
                "-c",
                "openssl s_client -connect 127.0.0.1:5555 </dev/null 2>/dev/null"
                    + " | openssl x509 -noout -fingerprint -sha256")
            .strip()
            .replaceFirst("^.*=", "");
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

  private static SoftEtherSettings pinned(@Nullable String fingerprint) {
    return new SoftEtherSettings(null, null, fingerprint, null, null, null);
  }

  @Test
  void onEveryPort() {
    for (int port : new int[] {443, 992, 1194, 5555}) {
      assertEquals("authenticated", tried(pinned(pin), port, AMPLE), "port " + port);
    }
  }

  @Test
  void anotherCertificate() {
    assertEquals("port, ssl_wrong_pin in tls", tried(pinned("ab".repeat(32)), 443, AMPLE));
    assertEquals("port, ssl_unknown_authority in tls", tried(pinned(null), 443, AMPLE));
  }

  @Test
  void dropAndReset() {
    TestNet net = Objects.requireNonNull(world);
    try {
      net.interfere("carrier", "tcp dport 443 drop");
      assertEquals("nothing, generic_timeout_error in connect", tried(pinned(pin), 443, SHORT));
      // The first byte of a TLS record of type handshake, behind the timestamp option.
      net.interfere("carrier", "tcp dport 443 @th,256,8 0x16 drop");
      assertEquals("port, generic_timeout_error in tls", tried(pinned(pin), 443, SHORT));
      net.interfere("carrier", "tcp dport 443 @th,256,8 0x16 reject with tcp reset");
      assertEquals("port, connection_reset in tls", tried(pinned(pin), 443, AMPLE));
      assertEquals("authenticated", tried(pinned(pin), 992, AMPLE));
    } finally {
      net.interfere("carrier");
    }
  }

  @Test
  void aPortThatIsClosed() {
    assertTrue(Objects.requireNonNull(server).isAlive());
    assertEquals("nothing, connection_refused in connect", tried(pinned(pin), 444, AMPLE));
  }

  private static String tried(SoftEtherSettings settings, int port, Duration deadline) {
    TestNet net = Objects.requireNonNull(world);
    try (Vantage vantage = Vantages.open(new Via.Netns(net.client("carrier")), null, "carrier")) {
      return Attempt.from(
          vantage,
          new InetSocketAddress(TestNet.address(1), port),
          new SoftEther(),
          settings,
          Depth.AUTHENTICATED,
          deadline);
    }
  }
}
