package org.vpnprobe.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Times of journals: whatever is written, what comes of it is what the platform's reader says. */
class WrittenTimeTest {
  private static final String SIGNS = "0123456789PTZHMS.-:+, Dtz９";

  private static Object outcome(Function<String, ?> reader, String text) {
    try {
      return reader.apply(text);
    } catch (DateTimeException | ArithmeticException e) {
      return "refused";
    }
  }

  private static void agree(String text) {
    assertEquals(outcome(Instant::parse, text), outcome(WrittenTime::instant, text), text);
    assertEquals(outcome(Duration::parse, text), outcome(WrittenTime::duration, text), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2027-01-01T00:00:00Z",
        "2027-02-29T00:00:00Z",
        "2028-02-29T23:59:59.999999999Z",
        "2027-01-01T00:00:00.Z",
        "2027-01-01T00:00:00.1234567890Z",
        "2027-01-01T24:00:00Z",
        "2027-01-01T23:59:60Z",
        "0000-01-01T00:00:00.5Z",
        "-001-01-01T00:00:00Z",
        "2027-13-01T00:00:00Z",
        "2027-00-01T00:00:00Z",
        "2027-01-01T00:00:00+01:00",
        "2027-01-01T00:00Z",
        "2027-01-01t00:00:00z",
        "PT0S",
        "PT10S",
        "PT0.057034567S",
        "PT1.S",
        "PT.5S",
        "PT1,5S",
        "PT1.1234567890S",
        "PT1H2M3.4S",
        "PT1M2H",
        "PT1M1M",
        "PT1.5M",
        "PT-1S",
        "-PT1S",
        "PT",
        "PTS",
        "PT5",
        "PT999999999H",
        "PT9999999999S",
        "P1D",
        "P1DT1S",
        "pt1s",
        "PT1s",
        "",
        "PT1S ",
      })
  void asThePlatformReadsThem(String text) {
    agree(text);
  }

  @Test
  void whatIsWrittenIsRead() {
    Random random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      Instant at = Instant.ofEpochSecond(random.nextLong(5_000_000_000L), nanos(random));
      Duration length = Duration.ofSeconds(random.nextLong(90_000), nanos(random));
      assertEquals(at, WrittenTime.instant(at.toString()));
      assertEquals(length, WrittenTime.duration(length.toString()));
      agree(changed(at.toString(), random));
      agree(changed(length.toString(), random));
    }
  }

  private static int nanos(Random random) {
    int nanos = random.nextInt(1_000_000_000);
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> nanos / 1_000_000 * 1_000_000;
      case 2 -> nanos / 1_000 * 1_000;
      default -> nanos;
    };
  }

  private static String changed(String text, Random random) {
    StringBuilder changed = new StringBuilder(text);
    for (int i = random.nextInt(3); i >= 0 && !changed.isEmpty(); i--) {
      int at = random.nextInt(changed.length());
      char sign = SIGNS.charAt(random.nextInt(SIGNS.length()));
      switch (random.nextInt(3)) {
        case 0 -> changed.deleteCharAt(at);
        case 1 -> changed.insert(at, sign);
        default -> changed.setCharAt(at, sign);
      }
    }
    return changed.toString();
  }
}
