package org.vpnprobe.protocol.wireguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.lab.WireGuardResponder;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.StepName;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.RecordedTrial;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.TunnelCheck;

/** The whole handshake against the embedded responder over loopback. */
class WireGuardTest {
  private static final Map<String, String> LAB = WireGuardResponder.plain().material();
  private static final InetAddress INSIDE = InetAddress.ofLiteral("10.8.0.1");
  private static final List<InnerAddress> OWN = List.of(InnerAddress.of("10.8.0.2/32"));
  private static final Duration SHORT = Duration.ofMillis(300);

  private static Secret secret(String name) {
    return Secret.of(lab(name));
  }

  private static String lab(String name) {
    return Objects.requireNonNull(LAB.get(name));
  }

  private static WireGuardSettings settings(@Nullable Secret preshared) {
    return WireGuardSettings.plain(
        secret("wireguard_client_1_private_key"),
        WireGuardKey.of(lab("wireguard_public_key")),
        preshared,
        OWN,
        INSIDE);
  }

  private static WireGuardSettings disguised(String h2) {
    return new WireGuardSettings(
        secret("wireguard_client_1_private_key"),
        WireGuardKey.of(lab("wireguard_public_key")),
        null,
        OWN,
        INSIDE,
        4,
        40,
        70,
        15,
        72,
        20,
        9,
        HeaderRange.of("100-110"),
        HeaderRange.of(h2),
        HeaderRange.of("3000000000"),
        HeaderRange.of("77"),
        Decoy.of("<b 0xc0ff><r 16><rd 4><rc 4><t>"),
        null,
        null,
        null,
        null);
  }

  static Stream<WireGuardSettings> all() {
    return Stream.of(settings(null), settings(secret("wireguard_preshared_key")), disguised("200"));
  }

  @ParameterizedTest
  @MethodSource("all")
  void aPingComesBackThroughTheTunnel(WireGuardSettings settings) throws Exception {
    try (Responder server = WireGuardResponder.plain().start(settings);
        RecordedTrial trial =
            new RecordedTrial(server.address(), Depth.TUNNEL, Duration.ofSeconds(10))) {
      try (Session session = WireGuard.plain().open(settings, trial)) {
        TunnelCheck.run(session, trial);
      }
      assertEquals("the response opened with our keys", trial.reached.get(Depth.AUTHENTICATED));
      assertTrue(trial.reached.containsKey(Depth.TUNNEL));
    }
  }

  @Test
  void sessionsOfOneKeyFollowEachOther() throws Exception {
    WireGuardSettings settings = settings(null);
    try (Responder server = WireGuardResponder.plain().start(settings)) {
      for (int i = 0; i < 3; i++) {
        try (RecordedTrial trial =
            new RecordedTrial(server.address(), Depth.TUNNEL, Duration.ofSeconds(10))) {
          WireGuard.plain().open(settings, trial).close();
        }
        Thread.sleep(20); // The timestamp's step is 16.8 ms.
      }
    }
  }

  private static StepFailed fails(WireGuardSettings server, WireGuardSettings client)
      throws IOException {
    try (Responder responder = WireGuardResponder.plain().start(server);
        RecordedTrial trial = new RecordedTrial(responder.address(), Depth.TUNNEL, SHORT)) {
      StepFailed failed =
          assertThrows(StepFailed.class, () -> WireGuard.plain().open(client, trial).close());
      assertFalse(trial.reached.containsKey(Depth.AUTHENTICATED));
      assertEquals(StepName.HANDSHAKE, trial.trace.failure(failed).step());
      return failed;
    }
  }

  @Test
  void anotherPresharedKeyIsOurMistakeNotThePaths() throws Exception {
    StepFailed failed = fails(settings(secret("wireguard_preshared_key")), settings(null));
    assertEquals(FailureKind.AUTH_WRONG_SERVER_KEY, failed.kind());
  }

  @Test
  void anUnknownClientGetsSilence() throws Exception {
    WireGuardSettings stranger =
        WireGuardSettings.plain(
            secret("wireguard_client_2_private_key"),
            WireGuardKey.of(lab("wireguard_public_key")),
            null,
            null,
            null);
    assertEquals(FailureKind.GENERIC_TIMEOUT_ERROR, fails(settings(null), stranger).kind());
  }

  @Test
  void anotherServerKeyGetsSilence() throws Exception {
    WireGuardSettings wrong =
        WireGuardSettings.plain(
            secret("wireguard_client_1_private_key"),
            WireGuardKey.of(Noise.publicKey(new byte[32])),
            null,
            null,
            null);
    assertEquals(FailureKind.GENERIC_TIMEOUT_ERROR, fails(settings(null), wrong).kind());
  }

  @Test
  void anotherDisguiseGetsSilence() throws Exception {
    assertEquals(FailureKind.GENERIC_TIMEOUT_ERROR, fails(settings(null), disguised("200")).kind());
    assertEquals(
        FailureKind.GENERIC_TIMEOUT_ERROR, fails(disguised("201"), disguised("200")).kind());
  }

  @Test
  void withoutKeysNothingCanBeJudged() {
    WireGuardSettings none = WireGuardSettings.plain(null, null, null, null, null);
    assertTrue(WireGuard.plain().facts(none).keysMissing());
    assertTrue(WireGuard.plain().facts(none).silent());
    assertFalse(WireGuard.plain().facts(settings(null)).keysMissing());
    assertEquals(Depth.TUNNEL, WireGuard.plain().facts(settings(null)).ceiling());
    assertTrue(WireGuard.amnezia().facts(disguised("5")).obfuscated());
    assertFalse(WireGuard.plain().facts(settings(null)).obfuscated());
  }

  /** Garbage of every length, also with valid type words, neither answers nor breaks anything. */
  @Test
  void theResponderOutlivesGarbage() throws Exception {
    WireGuardSettings settings = settings(null);
    Random random = new Random(1);
    try (Responder server = WireGuardResponder.plain().start(settings)) {
      try (RecordedTrial trial =
              new RecordedTrial(server.address(), Depth.TUNNEL, Duration.ofSeconds(5));
          var socket = trial.path().udp(server.address())) {
        for (int i = 1; i < 300; i++) {
          byte[] garbage = new byte[i];
          random.nextBytes(garbage);
          if (i > 4) {
            garbage[0] = (byte) (1 + i % 4);
            garbage[1] = garbage[2] = garbage[3] = 0;
          }
          socket.send(garbage);
        }
      }
      try (RecordedTrial trial =
          new RecordedTrial(server.address(), Depth.TUNNEL, Duration.ofSeconds(15))) {
        WireGuard.plain().open(settings, trial).close();
      }
    }
  }

  /**
   * A server under load: it answers the first initiation with a cookie, and takes the next one only
   * with a second MAC made from it, after the client's usual wait.
   */
  @Test
  void aCookieIsUsedInTheNextInitiation() throws Exception {
    WireGuardSettings settings = settings(null);
    byte[] serverPublic = WireGuardKey.of(lab("wireguard_public_key")).bytes();
    byte[] cookie = new byte[16];
    new Random(3).nextBytes(cookie);
    try (Responder server = WireGuardResponder.plain().start(settings);
        DatagramSocket busy =
            new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        DatagramSocket inner = new DatagramSocket()) {
      Thread.ofVirtual()
          .start(() -> underLoad(busy, inner, server.address(), serverPublic, cookie));
      InetSocketAddress address = (InetSocketAddress) busy.getLocalSocketAddress();
      try (RecordedTrial trial =
          new RecordedTrial(address, Depth.AUTHENTICATED, Duration.ofSeconds(10))) {
        WireGuard.plain().open(settings, trial).close();
        assertEquals(List.of("opened"), trial.observed("wireguard_cookie_reply"));
        assertTrue(trial.reached.containsKey(Depth.HANDSHAKE));
        assertTrue(trial.reached.containsKey(Depth.AUTHENTICATED));
      }
    }
  }

  private static void underLoad(
      DatagramSocket busy,
      DatagramSocket inner,
      InetSocketAddress server,
      byte[] serverPublic,
      byte[] cookie) {
    try {
      DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
      while (true) {
        packet.setLength(2048);
        busy.receive(packet);
        byte[] message = Arrays.copyOf(packet.getData(), packet.getLength());
        if (message.length != Noise.INITIATION_SIZE) {
          continue; // The keepalive.
        }
        byte[] mac2 = Noise.mac(cookie, Arrays.copyOf(message, 132));
        byte[] answer;
        if (Arrays.equals(mac2, Arrays.copyOfRange(message, 132, 148))) {
          inner.send(new DatagramPacket(message, message.length, server));
          DatagramPacket reply = new DatagramPacket(new byte[2048], 2048);
          inner.receive(reply);
          answer = Arrays.copyOf(reply.getData(), reply.getLength());
        } else {
          byte[] nonce = new byte[24];
          answer =
              new ByteWriter()
                  .u32le(3)
                  .bytes(Arrays.copyOfRange(message, 4, 8))
                  .bytes(nonce)
                  .bytes(
                      Noise.xseal(
                          Noise.cookieKey(serverPublic),
                          nonce,
                          cookie,
                          Arrays.copyOfRange(message, 116, 132)))
                  .toByteArray();
        }
        busy.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AAAA", "not base64!", "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"})
  void aBadKeyIsRefusedWithoutBeingQuoted(String key) {
    InvalidSetting e =
        assertThrows(
            InvalidSetting.class,
            () -> WireGuardSettings.plain(Secret.of(key), null, null, null, null));
    assertEquals("private_key", e.key());
    assertTrue(key.isEmpty() || !String.valueOf(e.getMessage()).contains(key));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<b 0xabc>",
        "<b>",
        "<r>",
        "<r 99999>",
        "<x 1>",
        "<r 1> ",
        "a<r 1>",
        "<r 2000>"
      })
  void badDecoysAreRefused(String text) {
    if (text.equals("<r 1> ")) {
      assertEquals(1, Decoy.of(text).datagram(new Random(1), Instant.EPOCH).length);
    } else {
      assertThrows(InvalidSetting.class, () -> Decoy.of(text));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "5-", "10-5", "4294967296", "a"})
  void badRangesAreRefused(String text) {
    assertThrows(InvalidSetting.class, () -> HeaderRange.of(text));
  }

  @Test
  void typesMustNotMeet() {
    assertThrows(InvalidSetting.class, () -> disguised("105-300"));
  }
}
