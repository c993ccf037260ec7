package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Via;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;
import org.vpnprobe.protocol.RecordedTrial;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.TunnelCheck;
import org.vpnprobe.protocol.wireguard.InnerAddress;
import org.vpnprobe.protocol.wireguard.Noise;
import org.vpnprobe.protocol.wireguard.WireGuard;
import org.vpnprobe.protocol.wireguard.WireGuardKey;
import org.vpnprobe.protocol.wireguard.WireGuardSettings;

/** Debian's wireguard-go behind a router: to a ping's answer, and each way to fail. */
@Tag("real")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WireGuardRealTest {
  private static final int PLAIN = 1;
  private static final int PRESHARED = 2;
  private static final int STOPPED = 3;
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(1200);

  private final byte[] serverKey = key();
  private final byte[] clientKey = key();
  private final byte[] presharedKey = key();
  private final Map<String, Vantage> vantages = new HashMap<>();
  private TestNet net;
  private WireGuardServer plain;
  private WireGuardServer preshared;

  private static byte[] key() {
    byte[] key = new byte[WireGuardKey.LENGTH];
    new SecureRandom().nextBytes(key);
    return key;
  }

  private static String text(byte[] key) {
    return WireGuardKey.of(key).text();
  }

  @BeforeAll
  void start(@TempDir Path directory) throws IOException {
    Needs.programs("wireguard-go", "wg");
    net = TestNet.with("control", "mobile");
    String peer = text(Noise.publicKey(clientKey));
    plain = new WireGuardServer(net, directory, PLAIN, text(serverKey), peer, null);
    preshared =
        new WireGuardServer(net, directory, PRESHARED, text(serverKey), peer, text(presharedKey));
  }

  @AfterAll
  void stop() {
    vantages.values().forEach(Vantage::close);
    if (plain != null) {
      plain.close();
    }
    if (preshared != null) {
      preshared.close();
    }
    if (net != null) {
      net.close();
    }
  }

  /** The server takes one initiation in 20 ms, and timestamps have steps of 17 ms. */
  @BeforeEach
  void pause() throws InterruptedException {
    Thread.sleep(50);
  }

  private WireGuardSettings client(int number, byte[] server, byte @Nullable [] preshared) {
    return WireGuardSettings.plain(
        Secret.of(text(clientKey)),
        WireGuardKey.of(Noise.publicKey(server)),
        preshared == null ? null : Secret.of(text(preshared)),
        List.of(InnerAddress.of("10.66." + number + ".2/32")),
        InetAddress.ofLiteral("10.66." + number + ".1"));
  }

  private void ping(InetAddress address, int number, WireGuardSettings settings) throws StepFailed {
    InetSocketAddress server = new InetSocketAddress(address, WireGuardServer.port(number));
    try (RecordedTrial trial = trial("control", server, LONG)) {
      try (Session session = WireGuard.plain().open(settings, trial)) {
        TunnelCheck.run(session, trial);
      }
      assertEquals("the response opened with our keys", trial.reached.get(Depth.AUTHENTICATED));
      assertEquals("an echo came back through the tunnel", trial.reached.get(Depth.TUNNEL));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPingComesBackThroughTheTunnel(boolean ip4) throws StepFailed {
    InetAddress address = ip4 ? TestNet.address(1) : TestNet.address6(1);
    ping(address, PLAIN, client(PLAIN, serverKey, null));
  }

  @Test
  void withAPresharedKey() throws StepFailed {
    ping(TestNet.address(1), PRESHARED, client(PRESHARED, serverKey, presharedKey));
  }

  private RecordedTrial trial(String from, InetSocketAddress server, Duration deadline) {
    Vantage vantage =
        vantages.computeIfAbsent(
            from, name -> Vantages.open(new Via.Netns(net.client(name)), null, name));
    return new RecordedTrial(vantage, server, Depth.TUNNEL, deadline);
  }

  private Failure fails(String from, int number, WireGuardSettings settings, Duration deadline) {
    InetSocketAddress server =
        new InetSocketAddress(TestNet.address(1), WireGuardServer.port(number));
    try (RecordedTrial trial = trial(from, server, deadline)) {
      StepFailed failed =
          assertThrows(StepFailed.class, () -> WireGuard.plain().open(settings, trial).close());
      assertNull(trial.deepest());
      Failure failure = trial.trace.failure(failed);
      assertEquals(StepName.HANDSHAKE, failure.step());
      return failure;
    }
  }

  @Test
  void aWrongServerKeyGetsSilence() {
    assertEquals(
        "generic_timeout_error", fails("control", PLAIN, client(PLAIN, key(), null), SHORT).id());
  }

  @Test
  void anUnknownClientGetsSilence() {
    WireGuardSettings stranger =
        WireGuardSettings.plain(
            Secret.of(text(key())), WireGuardKey.of(Noise.publicKey(serverKey)), null, null, null);
    assertEquals("generic_timeout_error", fails("control", PLAIN, stranger, SHORT).id());
  }

  /** The server answers; that its answer does not open is our setting, not the path. */
  @Test
  void aWrongPresharedKeyIsToldFromSilence() {
    assertEquals(
        "auth_wrong_server_key",
        fails("control", PRESHARED, client(PRESHARED, serverKey, key()), SHORT).id());
  }

  @Test
  void aStoppedServerRefuses() {
    assertEquals(
        "connection_refused",
        fails("control", STOPPED, client(STOPPED, serverKey, null), LONG).id());
  }

  @Test
  void droppedPacketsAreATimeoutForTheirCarrierAlone() throws StepFailed {
    net.interfere("mobile", "udp dport " + WireGuardServer.port(PLAIN) + " drop");
    try {
      assertEquals(
          "generic_timeout_error",
          fails("mobile", PLAIN, client(PLAIN, serverKey, null), SHORT).id());
      ping(TestNet.address(1), PLAIN, client(PLAIN, serverKey, null));
    } finally {
      net.interfere("mobile");
    }
  }

  @Test
  void onlyTheAnswersDropped() {
    net.interfere("mobile", "udp sport " + WireGuardServer.port(PLAIN) + " drop");
    try {
      assertEquals(
          "generic_timeout_error",
          fails("mobile", PLAIN, client(PLAIN, serverKey, null), SHORT).id());
    } finally {
      net.interfere("mobile");
    }
  }

  @Test
  void aRejectByTheRouterIsToldFromSilence() {
    net.interfere(
        "mobile",
        "udp dport " + WireGuardServer.port(PLAIN) + " reject with icmp type admin-prohibited");
    try {
      assertEquals(
          "admin_prohibited", fails("mobile", PLAIN, client(PLAIN, serverKey, null), SHORT).id());
    } finally {
      net.interfere("mobile");
    }
  }
}
