package org.vpnprobe.cli;

import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Durations on the command line and in talk: {@code 300ms}, {@code 5s}, {@code 2m}, {@code 1h},
 * {@code 90d}.
 */
final class Spans implements ITypeConverter<Duration> {
  @Override
  public Duration convert(String value) {
    if (value.matches("\\d{1,9}(ms|s|m|h|d)")) {
      long number = Long.parseLong(value.replaceAll("\\D", ""));
      return switch (value.replaceAll("\\d", "")) {
        case "ms" -> Duration.ofMillis(number);
        case "s" -> Duration.ofSeconds(number);
        case "m" -> Duration.ofMinutes(number);
        case "d" -> Duration.ofDays(number);
        default -> Duration.ofHours(number);
      };
    }
    throw new TypeConversionException(
        "“" + value + "” is no duration; expected 30s, 5m, 1h or 90d");
  }

  /** Two figures at most: {@code 0.8 s}, {@code 42 s}, {@code 9 min 20 s}, {@code 3 h 5 min}. */
  static String text(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3);
    }
    if (seconds < 120) {
      return seconds + " s";
    }
    if (seconds < 7200) {
      return seconds / 60 + " min" + (seconds % 60 == 0 ? "" : " " + seconds % 60 + " s");
    }
    return seconds / 3600 + " h" + (seconds % 3600 < 60 ? "" : " " + seconds % 3600 / 60 + " min");
  }
}
