package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PrintedTest {
  /** Signs of one to four bytes, cut wherever a write or the buffer ends. */
  @Test
  void whatIsWrittenInPiecesIsPrintedWhole() {
    String text = "a é 網 😀 ".repeat(5_000);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Random random = new Random(11);
    StringWriter got = new StringWriter();
    try (Printed printed = new Printed(new PrintWriter(got))) {
      for (int at = 0; at < bytes.length; ) {
        int count = Math.min(bytes.length - at, random.nextInt(random.nextBoolean() ? 3 : 20_000));
        if (count == 1) {
          printed.write(bytes[at]);
        } else {
          printed.write(bytes, at, count);
        }
        at += count;
      }
    }
    assertEquals(text, got.toString());
  }

  @Test
  void aSignThatNeverEndsIsReplaced() {
    StringWriter got = new StringWriter();
    try (Printed printed = new Printed(new PrintWriter(got))) {
      printed.write('a');
      printed.write(0xe2);
      printed.write(0x82);
    }
    assertEquals("a\ufffd", got.toString());
  }
}
