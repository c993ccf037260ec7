package org.vpnprobe.layer.quic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SalamanderTest {
  private static final Salamander DISGUISE =
      new Salamander("average_password".getBytes(StandardCharsets.US_ASCII));

  /** Made with another implementation of BLAKE2b (Python's) from the text of the specification. */
  private static final String WORN =
      "01020304050607081821e2d11267eb1ee7a8c8cc6f6d0ff818c9bcc285b5144f813771ec8b0a7b7a3801c2f13247cb3e";

  @Test
  void theDisguiseOfTheSpecification() {
    byte[] plain = new byte[40];
    for (int i = 0; i < plain.length; i++) {
      plain[i] = (byte) i;
    }
    assertArrayEquals(plain, DISGUISE.unwrap(HexFormat.of().parseHex(WORN)).orElseThrow());
  }

  @Test
  void whatIsWornComesOffAgain() {
    Random random = new Random(8);
    for (int length : new int[] {1, 31, 32, 33, 1200, 1492}) {
      byte[] plain = new byte[length];
      random.nextBytes(plain);
      byte[] worn = DISGUISE.wrap(plain, random);
      assertEquals(length + 8, worn.length);
      assertArrayEquals(plain, DISGUISE.unwrap(worn).orElseThrow());
      byte[] other = new Salamander(new byte[4]).unwrap(worn).orElseThrow();
      assertFalse(length > 8 && Arrays.equals(plain, other));
    }
    assertTrue(DISGUISE.unwrap(new byte[8]).isEmpty());
    assertTrue(DISGUISE.unwrap(new byte[0]).isEmpty());
  }
}
