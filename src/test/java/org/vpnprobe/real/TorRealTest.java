package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.layer.tor.RelayEd25519;
import org.vpnprobe.layer.tor.RelayFingerprint;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.Via;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.RecordedTrial;
import org.vpnprobe.protocol.Settings;
import org.vpnprobe.protocol.Tor;
import org.vpnprobe.protocol.Tor.TorSettings;
import org.vpnprobe.protocol.obfs4.Obfs4;
import org.vpnprobe.protocol.obfs4.Obfs4Settings;

/** tor and obfs4 against Debian's tor and obfs4proxy, behind a router that interferes. */
@Tag("real")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TorRealTest {
  private static final Duration AMPLE = Duration.ofSeconds(15);
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final RelayFingerprint OTHER = RelayFingerprint.of("12".repeat(20));
  private static final RelayEd25519 OTHER_KEY = RelayEd25519.of("A".repeat(43));

  @TempDir static @Nullable Path directory;

  private static @Nullable TestNet world;
  private static @Nullable TorServer bridge;

  @BeforeAll
  static void start() throws IOException {
    Needs.programs("tor", "obfs4proxy", "ss");
    world = TestNet.with("carrier");
    bridge = TorServer.start(world, Objects.requireNonNull(directory), 0);
  }

  @AfterAll
  static void stop() {
    if (bridge != null) {
      bridge.close();
    }
    if (world != null) {
      world.close();
    }
  }

  private static TorServer bridge() {
    return Objects.requireNonNull(bridge);
  }

  private static Obfs4Settings obfs4(@Nullable Integer iatMode, @Nullable RelayFingerprint relay)
      throws IOException {
    return new Obfs4Settings(bridge().cert(), iatMode, relay, null);
  }

  @Test
  @Order(1)
  void theRelayIsAuthenticatedByEitherIdentity() throws IOException {
    RelayFingerprint fingerprint = bridge().fingerprint();
    RelayEd25519 ed25519 = bridge().ed25519Id();
    for (TorSettings settings :
        List.of(
            new TorSettings(fingerprint, null),
            new TorSettings(null, ed25519),
            new TorSettings(fingerprint, ed25519))) {
      assertEquals("authenticated", tor(settings, AMPLE));
    }
    assertEquals(
        "authenticated",
        tried(
            new Tor(),
            new TorSettings(fingerprint, ed25519),
            TestNet.address6(1),
            TorServer.OR,
            Depth.AUTHENTICATED,
            AMPLE));
  }

  @Test
  @Order(2)
  void anotherIdentityAndNone() throws IOException {
    assertEquals("handshake", tor(new TorSettings(null, null), AMPLE));
    String wrong = "handshake, auth_wrong_server_key in auth";
    assertEquals(wrong, tor(new TorSettings(OTHER, null), AMPLE));
    assertEquals(wrong, tor(new TorSettings(null, OTHER_KEY), AMPLE));
    assertEquals(wrong, tor(new TorSettings(bridge().fingerprint(), OTHER_KEY), AMPLE));
  }

  @Test
  @Order(3)
  void theBridgeProvesItsSecretAndTheRelayBehindIt() throws IOException {
    for (int iatMode = 0; iatMode <= 2; iatMode++) {
      Obfs4Settings settings = obfs4(iatMode, bridge().fingerprint());
      assertEquals("tunnel", obfs4(settings, Depth.TUNNEL, AMPLE));
      assertEquals("authenticated", obfs4(settings, Depth.AUTHENTICATED, AMPLE));
    }
    assertEquals("authenticated", obfs4(obfs4(null, null), Depth.AUTHENTICATED, AMPLE));
    assertEquals(
        "authenticated, auth_wrong_server_key in tunnel",
        obfs4(obfs4(0, OTHER), Depth.TUNNEL, AMPLE));
  }

  @Test
  @Order(4)
  void aWrongCertGetsSilence() throws IOException {
    String cert = bridge().cert().text();
    char first = cert.charAt(0) == 'A' ? 'B' : 'A';
    Obfs4Settings otherId =
        new Obfs4Settings(Secret.of(first + cert.substring(1)), null, null, null);
    Obfs4Settings otherKey =
        new Obfs4Settings(
            Secret.of(cert.substring(0, 40) + "AAAA" + cert.substring(44)), null, null, null);
    for (Obfs4Settings wrong : List.of(otherId, otherKey)) {
      assertEquals(
          "port, generic_timeout_error in handshake", obfs4(wrong, Depth.AUTHENTICATED, SHORT));
    }
  }

  @Test
  @Order(5)
  void dropAndReset() throws IOException {
    TestNet net = Objects.requireNonNull(world);
    TorSettings relay = new TorSettings(bridge().fingerprint(), null);
    Obfs4Settings behind = obfs4(0, bridge().fingerprint());
    try {
      net.interfere("carrier", "tcp dport { 9001, 8443 } drop");
      assertEquals("nothing, generic_timeout_error in connect", tor(relay, SHORT));
      assertEquals(
          "nothing, generic_timeout_error in connect", obfs4(behind, Depth.AUTHENTICATED, SHORT));
      // Past the connect: the first byte of a TLS record, and whatever is longer than a handshake.
      net.interfere(
          "carrier", "tcp dport 9001 @th,256,8 0x16 drop", "tcp dport 8443 meta length > 100 drop");
      assertEquals("port, generic_timeout_error in tls", tor(relay, SHORT));
      assertEquals(
          "port, generic_timeout_error in handshake", obfs4(behind, Depth.AUTHENTICATED, SHORT));
      net.interfere(
          "carrier",
          "tcp dport 9001 @th,256,8 0x16 reject with tcp reset",
          "tcp dport 8443 meta length > 100 reject with tcp reset");
      assertEquals("port, connection_reset in tls", tor(relay, AMPLE));
      assertEquals(
          "port, connection_reset in handshake", obfs4(behind, Depth.AUTHENTICATED, AMPLE));
    } finally {
      net.interfere("carrier");
    }
    assertEquals("authenticated", tor(relay, AMPLE));
  }

  /** The last: it takes the server away. */
  @Test
  @Order(6)
  void aStoppedServer() throws IOException {
    TorSettings relay = new TorSettings(bridge().fingerprint(), null);
    Obfs4Settings behind = obfs4(0, bridge().fingerprint());
    assertTrue(bridge().isAlive());
    bridge().close();
    TorServer.awaitStopped(Objects.requireNonNull(world));
    assertEquals("nothing, connection_refused in connect", tor(relay, AMPLE));
    assertEquals(
        "nothing, connection_refused in connect", obfs4(behind, Depth.AUTHENTICATED, AMPLE));
  }

  private static String tor(TorSettings settings, Duration deadline) {
    return tried(
        new Tor(), settings, TestNet.address(1), TorServer.OR, Depth.AUTHENTICATED, deadline);
  }

  private static String obfs4(Obfs4Settings settings, Depth goal, Duration deadline) {
    return tried(new Obfs4(), settings, TestNet.address(1), TorServer.OBFS4, goal, deadline);
  }

  private static <S extends Settings> String tried(
      Protocol<S> protocol,
      S settings,
      InetAddress address,
      int port,
      Depth goal,
      Duration deadline) {
    TestNet net = Objects.requireNonNull(world);
    InetSocketAddress server = new InetSocketAddress(address, port);
    try (Vantage vantage = Vantages.open(new Via.Netns(net.client("carrier")), null, "carrier");
        RecordedTrial trial = new RecordedTrial(vantage, server, goal, deadline)) {
      String failure = "";
      try {
        protocol.open(settings, trial).close();
      } catch (StepFailed e) {
        var failed = trial.trace.failure(e);
        failure = ", " + failed.id() + " in " + failed.step().id();
      }
      assertTrue(
          trial.trace.elapsed().compareTo(deadline.plusSeconds(1)) < 0, "the deadline holds");
      Depth deepest = trial.deepest();
      return (deepest == null ? "nothing" : deepest.id()) + failure;
    }
  }
}
