package org.vpnprobe.lab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Against the sample packet of RFC 9001 appendix A.2, protected with the keys of A.1. */
@NullMarked
class QuicInitialTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] HEADER = HEX.parseHex("c300000001088394c8f03e5157080000449e00000002");
  private static final String CRYPTO =
      "060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e868"
          + "04fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578"
          + "616d706c652e636f6dff01000100000a00080006001d00170018001000070005"
          + "04616c706e000500050100000000003300260024001d00209370b2c9caa47fba"
          + "baf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b000302030400"
          + "0d0010000e0403050306030203080408050806002d00020101001c0002400100"
          + "3900320408ffffffffffffffff05048000ffff07048000ffff08011001048000"
          + "75300901100f088394c8f03e51570806048000ffff";

  @Test
  void opensTheSampleAndFindsItsName() {
    byte[] sample = sample();
    assertEquals(1200, sample.length);
    assertTrue(
        HEX.formatHex(sample)
            .startsWith("c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11"));
    assertTrue(HEX.formatHex(sample).endsWith("e221af44860018ab0856972e194cd934"));
    assertArrayEquals(
        HEX.parseHex(CRYPTO.substring(8)), QuicInitial.clientHello(sample).orElseThrow());
    assertEquals(new FirstFlight("quic", "example.com"), FirstFlight.datagram(sample));
  }

  @Test
  void piecesInAnyOrderArePutTogether() {
    byte[] hello = HEX.parseHex(CRYPTO.substring(8));
    byte[] first = Arrays.copyOf(hello, 50);
    byte[] second = Arrays.copyOfRange(hello, 50, hello.length);
    byte[] payload = new byte[1162];
    byte[] frames =
        HEX.parseHex(
            "06403240bf" + HEX.formatHex(second) + "0001" + "060032" + HEX.formatHex(first));
    System.arraycopy(frames, 0, payload, 0, frames.length);
    assertEquals(
        new FirstFlight("quic", "example.com"), FirstFlight.datagram(protect(HEADER, payload)));
  }

  @Test
  void aDamagedOneIsQuicWithoutAName() {
    byte[] damaged = sample();
    damaged[600] ^= 1;
    assertEquals(new FirstFlight("quic", null), FirstFlight.datagram(damaged));
    byte[] negotiation = sample();
    negotiation[4] = 0;
    assertFalse(QuicInitial.looksLike(negotiation));
    assertEquals(FirstFlight.UNKNOWN, FirstFlight.datagram(negotiation));
  }

  @Test
  void hostileDatagramsOnlyFailToOpen() {
    Random random = new Random(11);
    byte[] sample = sample();
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = Arrays.copyOf(sample, i % 2 == 0 ? sample.length : random.nextInt(24, 1300));
      for (int n = random.nextInt(1, 4); n > 0; n--) {
        // The header is where lengths stand.
        bytes[random.nextInt(5, Math.min(bytes.length, 24))] ^= (byte) random.nextInt(1, 256);
      }
      boolean whole = Arrays.equals(bytes, 0, 24, sample, 0, 24) && bytes.length >= sample.length;
      Optional<byte[]> opened = QuicInitial.clientHello(bytes);
      assertEquals(whole, opened.isPresent(), "every bit of the header is authenticated");
      FirstFlight.datagram(bytes);
    }
  }

  static byte[] sample() {
    return protect(HEADER, Arrays.copyOf(HEX.parseHex(CRYPTO), 1162));
  }

  /** RFC 9001 sections 5.3 and 5.4, with the published keys: independent of what is tested. */
  private static byte[] protect(byte[] header, byte[] payload) {
    try {
      byte[] nonce = HEX.parseHex("fa044b2f42a3fd3b46fb255c");
      nonce[11] ^= 2;
      Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
      gcm.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(HEX.parseHex("1f369613dd76d5467730efcbe3b1a22d"), "AES"),
          new GCMParameterSpec(128, nonce));
      gcm.updateAAD(header);
      byte[] sealed = gcm.doFinal(payload);
      byte[] packet = Arrays.copyOf(header, header.length + sealed.length);
      System.arraycopy(sealed, 0, packet, header.length, sealed.length);
      Cipher ecb = Cipher.getInstance("AES/ECB/NoPadding");
      ecb.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(HEX.parseHex("9f50449e04a0e810283a1e9933adedd2"), "AES"));
      byte[] mask = ecb.doFinal(sealed, 0, 16);
      packet[0] ^= (byte) (mask[0] & 0x0f);
      for (int i = 0; i < 4; i++) {
        packet[header.length - 4 + i] ^= mask[1 + i];
      }
      return packet;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
