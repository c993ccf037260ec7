package org.vpnprobe.protocol.obfs4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;

/**
 * Key agreement, hellos and frames. The vectors were made with the implementation that obfs4proxy
 * 0.0.14 accepts, but for those of Tor's proposal 216.
 */
class HandshakeTest {
  private static final BridgeKey BRIDGE =
      BridgeKey.of("AAECAwQFBgcICQoLDA0ODxAREhN9NKSBX6a5glNeYK872bSVVoFggPFkH/gdK3yK6CaKRA");
  private static final byte[] BRIDGE_SECRET = repeated(0x21);
  private static final long HOUR = 472222;
  private static final Elligator2.KeyPair CLIENT =
      pair(0x04, "1f0662e0563d801334161f429797244cee89bd00e11bd95d1aac9b10afb10a31");
  private static final Elligator2.KeyPair SERVER =
      pair(0x3c, "f6c2011f5698129d2dc1645bb8f0b0c39be82da86a4cd62a74c8b4c03aed4719");

  private static byte[] repeated(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static Elligator2.KeyPair pair(int value, String representative) {
    byte[] secret = repeated(value);
    byte[] publicKey = new byte[32];
    X25519.scalarMultBase(secret, 0, publicKey, 0);
    return new Elligator2.KeyPair(secret, publicKey, HexFormat.of().parseHex(representative));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void bothSidesAgree() {
    Ntor.Result client = Ntor.client(CLIENT, SERVER.publicKey(), BRIDGE);
    Ntor.Result server = Ntor.server(SERVER, CLIENT.publicKey(), BRIDGE, BRIDGE_SECRET);
    for (Ntor.Result side : new Ntor.Result[] {client, server}) {
      assertEquals(
          "eebcfb4b59dc9aa16cf845d4b0a82bef2171e2c9d65b44ad2316de344ab4d63f", hex(side.keySeed()));
      assertEquals(
          "78561cd769de4a457b3bb185bcdcd42301ec3d0c7e66a1ea02a0360abb0900b0", hex(side.auth()));
    }
    String keys = hex(Ntor.expand(client.keySeed(), 2 * Frames.KEY_LENGTH));
    assertTrue(
        keys.startsWith(
            "22a33cfd7f9b306790b247b27b8cd160ae4c5459425be3e70398d8078b034ab7"
                + "89f4d62f65c64cb4334e6aedea9d799e"
                + "07b29ffff960c5d307bd3fc9d8616ab6"
                + "fd56d27a16ba815a"
                + "1d79bb2cb1a29a2154bfa598944a4ddf1c168f07976b196b33a7919d50276d0d"),
        keys);
  }

  /** Tor's proposal 216, appendix A: the expansion of "" and "Tor". */
  @Test
  void theExpansionIsProposal216s() {
    assertTrue(
        hex(Ntor.expand(new byte[0], 100)).startsWith("d3490ed48b12a48f9547861583573fe3f19aafe3"));
    assertTrue(
        hex(Ntor.expand("Tor".getBytes(StandardCharsets.US_ASCII), 100))
            .startsWith("5521492a85139a8d9107a2d5c0d9c91610d0f959"));
  }

  @Test
  void aClientsHello() {
    byte[] hello = Hello.client(CLIENT.representative(), new byte[85], BRIDGE, HOUR);
    assertEquals(149, hello.length);
    assertEquals("d0d4fb1764b8cc49476fe6ef88664ec4", hex(Arrays.copyOfRange(hello, 117, 133)));
    assertEquals("0cf995e0f0c39c3d93d9e380f197e954", hex(Arrays.copyOfRange(hello, 133, 149)));
  }

  @Test
  void aServerAllowsAnHourOfError() {
    byte[] hello = Hello.client(CLIENT.representative(), BRIDGE, HOUR, new Random(4));
    for (int off = -2; off <= 2; off++) {
      Instant now = Instant.ofEpochSecond((HOUR + off) * 3600 + 1800);
      assertEquals(
          Math.abs(off) <= 1, Hello.question(hello, BRIDGE, now).isPresent(), "hours off: " + off);
    }
    Hello.Question read =
        Hello.question(hello, BRIDGE, Instant.ofEpochSecond((HOUR + 1) * 3600)).orElseThrow();
    assertEquals(HOUR, read.hour());
    assertArrayEquals(CLIENT.publicKey(), read.clientKey());
  }

  /** The server's MAC is made for the client's hour, whatever its own clock says. */
  @Test
  void anAnswerIsFoundWhenItIsWhole() throws StepFailed {
    byte[] auth = Ntor.server(SERVER, CLIENT.publicKey(), BRIDGE, BRIDGE_SECRET).auth();
    byte[] hello = Hello.server(SERVER.representative(), auth, BRIDGE, HOUR, new Random(5));
    for (int length = 0; length < hello.length; length += 7) {
      assertTrue(Hello.answer(Arrays.copyOf(hello, length), BRIDGE, HOUR).isEmpty());
    }
    Hello.Answer answer =
        Hello.answer(Arrays.copyOf(hello, hello.length + 50), BRIDGE, HOUR).orElseThrow();
    assertEquals(hello.length, answer.length());
    assertArrayEquals(SERVER.publicKey(), answer.serverKey());
    assertArrayEquals(auth, answer.auth());
    StepFailed otherHour =
        assertThrows(StepFailed.class, () -> Hello.answer(hello, BRIDGE, HOUR + 1));
    assertEquals("mac", otherHour.argument());
  }

  @Test
  void noiseIsNoAnswer() throws StepFailed {
    byte[] noise = new byte[Hello.LONGEST];
    new Random(6).nextBytes(noise);
    assertTrue(Hello.answer(Arrays.copyOf(noise, 8000), BRIDGE, HOUR).isEmpty());
    StepFailed failed = assertThrows(StepFailed.class, () -> Hello.answer(noise, BRIDGE, HOUR));
    assertEquals(FailureKind.PROTO_UNEXPECTED_REPLY, failed.kind());
  }

  @Test
  void frames() throws StepFailed {
    byte[] seed =
        HexFormat.of().parseHex("eebcfb4b59dc9aa16cf845d4b0a82bef2171e2c9d65b44ad2316de344ab4d63f");
    byte[] material = Arrays.copyOf(Ntor.expand(seed, 144), Frames.KEY_LENGTH);
    LengthMasks masks =
        new LengthMasks(Arrays.copyOfRange(material, 48, 64), Arrays.copyOfRange(material, 64, 72));
    assertEquals(0x0638, masks.next());
    assertEquals(0x0b51, masks.next());
    assertEquals(0x9afe, masks.next());
    Frames ours = new Frames(material);
    byte[] frame = ours.seal(Frames.DATA, "hi".getBytes(StandardCharsets.US_ASCII), 0);
    assertEquals("062d3b4bb66438042045f099274107a80de10aa9e731bd", hex(frame));
    Frames theirs = new Frames(material);
    assertEquals("hi", text(theirs, frame));
    assertEquals(
        "again",
        text(theirs, ours.seal(Frames.DATA, "again".getBytes(StandardCharsets.US_ASCII), 300)));
    byte[] broken = ours.seal(Frames.DATA, new byte[10], 0);
    broken[12] ^= 1;
    assertThrows(StepFailed.class, () -> text(theirs, broken));
  }

  private static String text(Frames frames, byte[] frame) throws StepFailed {
    assertEquals(frame.length - 2, frames.length(Arrays.copyOf(frame, 2)));
    Frames.Packet packet = frames.open(Arrays.copyOfRange(frame, 2, frame.length));
    assertEquals(Frames.DATA, packet.type());
    return new String(packet.payload(), StandardCharsets.US_ASCII);
  }

  @Test
  void secretsAreNotPrinted() {
    assertFalse(BRIDGE.toString().contains(BRIDGE.text().substring(0, 8)));
    assertEquals(70, BRIDGE.text().length());
    assertEquals(BRIDGE.text(), BridgeKey.of(BRIDGE.text()).text());
  }
}
