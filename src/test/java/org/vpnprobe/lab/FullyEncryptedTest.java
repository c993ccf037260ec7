package org.vpnprobe.lab;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Each exemption by itself, on a payload that is suspicious but for it. */
@NullMarked
class FullyEncryptedTest {
  @Test
  void fourBitsAByteAndNothingPrintableIsSuspicious() {
    assertTrue(FullyEncrypted.looksLike(filled(200, 0xe1)));
    assertFalse(FullyEncrypted.looksLike(new byte[0]));
  }

  @Test
  void fewOrManyBitsAreExempt() {
    assertFalse(FullyEncrypted.looksLike(filled(200, 0x83)));
    assertFalse(FullyEncrypted.looksLike(filled(200, 0xf8)));
    // 3.4 exactly: two of five bytes with four bits, three with three.
    byte[] border = new byte[200];
    for (int i = 0; i < border.length; i++) {
      border[i] = (byte) (i % 5 < 2 ? 0xe1 : 0x83);
    }
    assertFalse(FullyEncrypted.looksLike(border));
    border[2] = (byte) 0xe1;
    assertTrue(FullyEncrypted.looksLike(border));
  }

  @Test
  void printableBytesExempt() {
    assertFalse(FullyEncrypted.looksLike(with("SSH-2.", 0)));
    assertTrue(FullyEncrypted.looksLike(with("SSH-2", 0)));
    assertTrue(FullyEncrypted.looksLike(with("SSH-2.", 1)));
    assertFalse(FullyEncrypted.looksLike(with("m".repeat(21), 90)));
    assertTrue(FullyEncrypted.looksLike(with("m".repeat(20), 90)));
    byte[] half = filled(200, 0xe1);
    for (int i = 1; i < 200; i += 2) {
      half[i] = 'm';
    }
    assertTrue(FullyEncrypted.looksLike(half));
    half[2] = 'm';
    assertFalse(FullyEncrypted.looksLike(half));
  }

  @Test
  void tlsAndHttpAreExempt() {
    for (int type : new int[] {0x16, 0x17}) {
      byte[] record = filled(200, 0xe1);
      record[0] = (byte) type;
      record[1] = 3;
      record[2] = 1;
      assertFalse(FullyEncrypted.looksLike(record));
      record[1] = 4;
      assertTrue(FullyEncrypted.looksLike(record));
    }
    assertFalse(FullyEncrypted.looksLike(with("GET ", 0)));
    assertTrue(FullyEncrypted.looksLike(with("GOT ", 0)));
  }

  @Test
  void randomBytesAreMostlyCaught() {
    Random random = new Random(2);
    int caught = 0;
    for (int i = 0; i < 1000; i++) {
      byte[] payload = new byte[400];
      random.nextBytes(payload);
      caught += FullyEncrypted.looksLike(payload) ? 1 : 0;
    }
    // The paper: random payloads of this length are nearly all affected.
    assertTrue(caught > 980, "caught " + caught);
  }

  private static byte[] with(String text, int at) {
    byte[] bytes = filled(200, 0xe1);
    byte[] ascii = LabWorld.ascii(text);
    System.arraycopy(ascii, 0, bytes, at, ascii.length);
    return bytes;
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
