package org.vpnprobe.report.redact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.PseudonymKey;

class PseudonymsTest {
  /**
   * HMAC-SHA-256 by another implementation: {@code printf ip4-c0000201 | openssl dgst -mac HMAC}.
   */
  @Test
  void isTheHmacOfTheAddress() {
    Pseudonyms pseudonyms = new Pseudonyms(Journals.KEY);
    assertEquals(EXPECTED, pseudonyms.address(InetAddress.ofLiteral("192.0.2.1")));
  }

  private static final String EXPECTED = "ip4-0319016c";

  @Test
  void twoThingsNeverShareOne() {
    Pseudonyms short1 = new Pseudonyms(Journals.KEY, 1);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 2000; i++) {
      seen.add(short1.host("h" + i + ".example.net"));
    }
    assertEquals(2000, seen.size());
    assertEquals(short1.host("h7.example.net"), short1.host("h7.example.net"));
  }

  @Test
  void anotherKeyGivesOthers() {
    PseudonymKey other = PseudonymKey.of("22".repeat(PseudonymKey.BYTES));
    assertNotEquals(
        new Pseudonyms(Journals.KEY).host("a.example.net"),
        new Pseudonyms(other).host("a.example.net"));
  }

  @Test
  void aKeyShowsNothingOfItself() {
    assertFalse(Journals.KEY.toString().contains("11"));
    String message =
        String.valueOf(
            assertThrows(IllegalArgumentException.class, () -> PseudonymKey.of("11zz"))
                .getMessage());
    assertFalse(message.contains("11zz"), message);
    assertThrows(IllegalArgumentException.class, () -> PseudonymKey.of("11"));
  }
}
