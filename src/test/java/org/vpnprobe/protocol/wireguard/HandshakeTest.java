package org.vpnprobe.protocol.wireguard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Messages that wireguard-go accepted, made from fixed keys; functions against published values.
 */
class HandshakeTest {
  private static final byte[] SERVER_PUBLIC =
      hex("a4e09292b651c278b9772c569f5fa9bb13d906b46ab68c9df9dc2b4409f8a209");
  private static final String INITIATION =
      "01000000443322115dfedd3b6bd47f6fa28ee15d969d5bb0ea53774d488bdaf9df1c6e0124b3ef221f1f5b7b3fda"
          + "e8d1855d0c746a81d11e1b6bf4e46a142c120afa1bb28112d1a2053183af575274f778f3250872f547f306"
          + "e9ee1ed58679543b7e16a4dc81452833ef251c789425f3bae2636030450d190cebe95e011b5c64d893f25a"
          + "00000000000000000000000000000000";
  private static final String RESPONSE =
      "020000008877665544332211ac01b2209e86354fb853237b5de0f4fab13c7fcbf433a61c019369617fecf10badac"
          + "0f9dacb9b979a04306af70db99a1fda8120ed66395e7df3e005b1f1633ea"
          + "00000000000000000000000000000000";
  private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000, 500_000_000);

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private static byte[] repeated(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static Handshake handshake(int preshared) {
    return new Handshake(
        new Handshake.Keys(repeated(2), SERVER_PUBLIC, repeated(preshared)),
        repeated(3),
        0x11223344L);
  }

  @Test
  void publicKeysAreDerived() {
    assertArrayEquals(SERVER_PUBLIC, Noise.publicKey(repeated(1)));
    assertArrayEquals(
        hex("ce8d3ad1ccb633ec7b70c17814a5c76ecd029685050d344745ba05870e587d59"),
        Noise.publicKey(repeated(2)));
  }

  @Test
  void theTranscriptBeginsAsInThePaper() {
    assertArrayEquals(
        hex("60e26daef327efc02ec335e2a025d2d016eb4206f87277f52d38d1988b78cd36"),
        Noise.initialKey());
    assertArrayEquals(
        hex("2211b361081ac566691243db458ad5322d9c6c662293e8b70ee19c65ba079ef3"),
        Noise.initialHash());
    assertArrayEquals(hex("400000006553f10a1d000000"), Noise.timestamp(TIME));
  }

  /** wireguard-go, device/kdf_test.go. */
  @Test
  void kdf3() {
    byte[][] out =
        Noise.kdf(
            3,
            "test-key".getBytes(StandardCharsets.US_ASCII),
            "test-input".getBytes(StandardCharsets.US_ASCII));
    assertArrayEquals(
        hex("6f0e5ad38daba1bea8a0d213688736f19763239305e0f58aba697f9ffc41c633"), out[0]);
    assertArrayEquals(
        hex("df1194df20802a4fe594cde27e92991c8cae66c366e8106aaa937a55fa371e8a"), out[1]);
    assertArrayEquals(
        hex("fac6e2745a325f5dc5d11a5b165aad08b0ada28e7b4e666b7c077934a4d76c24"), out[2]);
  }

  /** draft-irtf-cfrg-xchacha-03, A.3.1. */
  @Test
  void xchacha20Poly1305() {
    byte[] key = hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
    byte[] nonce = hex("404142434445464748494a4b4c4d4e4f5051525354555657");
    byte[] additional = hex("50515253c0c1c2c3c4c5c6c7");
    byte[] plain =
        ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the"
                + " future, sunscreen would be it.")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] sealed = Noise.xseal(key, nonce, plain, additional);
    assertArrayEquals(
        hex("c0875924c1c7987947deafd8780acf49"),
        Arrays.copyOfRange(sealed, plain.length, sealed.length));
    assertArrayEquals(hex("bd6d179d3e83d43b9576579493c0e939"), Arrays.copyOf(sealed, 16));
    assertArrayEquals(plain, Noise.xopen(key, nonce, sealed, additional).orElseThrow());
    sealed[0] ^= 1;
    assertTrue(Noise.xopen(key, nonce, sealed, additional).isEmpty());
  }

  @Test
  void messageOne() {
    byte[] message = handshake(5).initiation(1, TIME, null);
    assertEquals(INITIATION, HexFormat.of().formatHex(message));
    assertEquals(Noise.INITIATION_SIZE, message.length);
  }

  /** AmneziaWG: mac1 covers the type that is sent. */
  @Test
  void aSubstitutedTypeIsUnderTheMac() {
    byte[] message = handshake(5).initiation(0x12345678L, TIME, null);
    assertEquals("7856341244332211", HexFormat.of().formatHex(message, 0, 8));
    assertEquals("8304d40ad9e2504cd12578b5fa35a62a", HexFormat.of().formatHex(message, 116, 132));
  }

  @Test
  void aCookieMakesTheSecondMac() {
    byte[] cookie = hex("000102030405060708090a0b0c0d0e0f");
    byte[] message = handshake(5).initiation(1, TIME, cookie);
    assertArrayEquals(
        Noise.mac(cookie, Arrays.copyOf(message, 132)), Arrays.copyOfRange(message, 132, 148));
  }

  @Test
  void messageTwoGivesTheTransportKeys() {
    Handshake handshake = handshake(5);
    handshake.initiation(1, TIME, null);
    Handshake.Session session = handshake.response(hex(RESPONSE)).orElseThrow();
    assertEquals(0x55667788L, session.receiver());
    assertArrayEquals(
        hex("c9026e7e2690ab755662045e4115cb78103294686347849b257e7966ef8e254c"),
        session.sendingKey());
    assertArrayEquals(
        hex("1132526b4522e9e712963f7629007048decb36979e37c308d66d5b8f9ed10644"),
        session.receivingKey());
    assertArrayEquals(
        hex("cc90bbbd7cf23f36331a1c2356de8e7a"),
        Noise.seal(session.sendingKey(), 0, new byte[0], new byte[0]));
  }

  @Test
  void anotherPresharedKeyDoesNotOpenMessageTwo() {
    Handshake handshake = handshake(6);
    handshake.initiation(1, TIME, null);
    assertTrue(handshake.response(hex(RESPONSE)).isEmpty());
  }

  @Test
  void aForgedAnswerOpensNothingAndDoesNoHarm() {
    Handshake handshake = handshake(5);
    handshake.initiation(1, TIME, null);
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      byte[] forged = hex(RESPONSE);
      forged[12 + random.nextInt(48)] ^= (byte) (1 + random.nextInt(255));
      assertTrue(handshake.response(forged).isEmpty());
      byte[] cookie = new byte[Noise.COOKIE_REPLY_SIZE];
      random.nextBytes(cookie);
      assertTrue(handshake.cookie(cookie).isEmpty());
    }
    assertTrue(handshake.response(hex(RESPONSE)).isPresent());
  }

  @Test
  void theServersCookieOpens() {
    Handshake handshake = handshake(5);
    byte[] initiation = handshake.initiation(1, TIME, null);
    byte[] cookie = hex("0f0e0d0c0b0a09080706050403020100");
    byte[] nonce = Arrays.copyOf(repeated(9), 24);
    byte[] sealed =
        Noise.xseal(
            Noise.cookieKey(SERVER_PUBLIC),
            nonce,
            cookie,
            Arrays.copyOfRange(initiation, 116, 132));
    byte[] reply = new byte[Noise.COOKIE_REPLY_SIZE];
    reply[0] = 3;
    System.arraycopy(initiation, 4, reply, 4, 4);
    System.arraycopy(nonce, 0, reply, 8, 24);
    System.arraycopy(sealed, 0, reply, 32, 32);
    assertTrue(handshake.isFor(reply, 4));
    assertArrayEquals(cookie, handshake.cookie(reply).orElseThrow());
  }
}
