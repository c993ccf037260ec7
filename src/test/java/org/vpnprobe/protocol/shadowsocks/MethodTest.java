package org.vpnprobe.protocol.shadowsocks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;
import org.bouncycastle.crypto.digests.Blake3Digest;
import org.bouncycastle.crypto.params.Blake3Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.net.wire.ByteWriter;

class MethodTest {
  private static final HexFormat HEX = HexFormat.of();

  /** Computed apart from this code: key and subkey by OpenSSL's MD5 and HKDF. */
  @Test
  void keysAndChunksOfBefore2022() {
    Method method = Method.of("aes-256-gcm");
    byte[] key = method.key(Secret.of("pass"));
    assertEquals(
        "1a1dc91c907325c69271ddf0c944bc72535355012788d8b1893a4eb06864f3e1", HEX.formatHex(key));
    byte[] salt = new byte[32];
    for (int i = 0; i < 32; i++) {
      salt[i] = (byte) i;
    }
    assertEquals(
        "08859ee6409d9f74c41c86ea12ed5e357f598636dfae1d528eec08189fa06eed",
        HEX.formatHex(method.subkey(key, salt)));
    byte[] address = HEX.parseHex("030b" + "6578616d706c652e636f6d" + "0050");
    Chunks chunks = new Chunks(method, key, salt);
    String sealed =
        HEX.formatHex(chunks.seal(new ByteWriter().u16(address.length).toByteArray()))
            + HEX.formatHex(chunks.seal(address));
    assertEquals(
        "198bfc0f4282dd396542c8e1d9f43398259a923d20354937c7369b64a2ee"
            + "dfe4d27edd5917dcbd1a6751f428989cf1342a",
        sealed);
    assertEquals(
        "1a1dc91c907325c69271ddf0c944bc72",
        HEX.formatHex(Method.of("aes-128-gcm").key(Secret.of("pass"))));
  }

  /** From the tests of another implementation (Zmax0/urban-spork, AEAD2022TestCase). */
  @Test
  void subkeyOf2022() {
    Method method = Method.of("2022-blake3-aes-256-gcm");
    byte[] key = method.key(Secret.of("Lc3tTx0BY6ZJ/fCwOx3JvF0I/anhwJBO5p2+FA5Vce4="));
    byte[] salt = Base64.getDecoder().decode("3oFO0VyLyGI4nFN0M9P+62vPND/L6v8IingaPJWTbJA=");
    assertEquals(
        "EdNE+4U8dVnHT0+poAFDK2bdlwfrHT61sUNr9WYPh+E=",
        Base64.getEncoder().encodeToString(method.subkey(key, salt)));
  }

  /** BLAKE3's own test_vectors.json, derive_key of an empty input, the first 32 bytes. */
  @Test
  void blake3() {
    Blake3Digest digest = new Blake3Digest(256);
    digest.init(
        Blake3Parameters.context(
            "BLAKE3 2019-12-27 16:29:52 test vectors context"
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    byte[] out = new byte[32];
    digest.doFinal(out, 0, 32);
    assertEquals(
        "2cc39783c223154fea8dfb7c1b1660f2ac2dcbd1c1de8277b0b0dd39b7e50d7d", HEX.formatHex(out));
  }

  @ParameterizedTest
  @CsvSource({
    "aes-128-gcm, x",
    "aes-256-gcm, x",
    "2022-blake3-aes-128-gcm, AAECAwQFBgcICQoLDA0ODw==",
    "2022-blake3-aes-256-gcm, Lc3tTx0BY6ZJ/fCwOx3JvF0I/anhwJBO5p2+FA5Vce4=",
    "chacha20-ietf-poly1305, x"
  })
  void packetsOpenWithTheirKeyAlone(String name, String password) {
    Method method = Method.of(name);
    Packets packets = new Packets(method, method.key(Secret.of(password)));
    byte[] session = new byte[packets.sessionLength()];
    session[0] = 7;
    byte[] body = {1, 2, 3};
    byte[] sealed = packets.seal(session, 5, body);
    Packets.Opened opened = packets.open(sealed).orElseThrow();
    assertArrayEquals(body, opened.body());
    assertArrayEquals(session, opened.session());
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      assertTrue(packets.open(changed).isEmpty(), "byte " + i);
      assertTrue(packets.open(java.util.Arrays.copyOf(sealed, i)).isEmpty(), "length " + i);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2022-blake3-aes-128-gcm, secret",
    "2022-blake3-aes-128-gcm, Lc3tTx0BY6ZJ/fCwOx3JvF0I/anhwJBO5p2+FA5Vce4=",
    "2022-blake3-aes-256-gcm, AAECAwQFBgcICQoLDA0ODw==:AAECAwQFBgcICQoLDA0ODw=="
  })
  void keysThatDoNotFitAreNotQuoted(String name, String password) {
    InvalidSetting e =
        assertThrows(InvalidSetting.class, () -> Method.of(name).key(Secret.of(password)));
    assertEquals("password", e.key());
    assertFalse(Objects.requireNonNull(e.getMessage()).contains(password));
    assertThrows(InvalidSetting.class, () -> Method.of("rc4-md5"));
  }
}
