package org.vpnprobe.report.html;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.vpnprobe.report.Printable;

/** Numbers, times and foreign text as the page says them. Times are UTC. */
final class Wording {
  private static final DateTimeFormatter DAY = formatter("d MMM uuuu");
  private static final DateTimeFormatter MINUTE = formatter("d MMM uuuu, HH:mm");
  private static final DateTimeFormatter CLOCK = formatter("HH:mm");
  private static final DateTimeFormatter SECOND = formatter("HH:mm:ss.SSS");

  private Wording() {}

  private static DateTimeFormatter formatter(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
  }

  static String day(Instant time) {
    return DAY.format(time);
  }

  static String minute(Instant time) {
    return MINUTE.format(time);
  }

  static String clock(Instant time) {
    return CLOCK.format(time);
  }

  static String second(Instant time) {
    return SECOND.format(time);
  }

  /** {@code 4.2 ms}, {@code 43 ms}, {@code 1.33 s}. */
  static String time(Duration duration) {
    double ms = duration.toNanos() / 1e6;
    if (ms >= 999.5) {
      return say("%.2f s", ms / 1e3);
    }
    return say(ms < 9.95 ? "%.1f ms" : "%.0f ms", ms);
  }

  /** {@code 89 %} or {@code 75 to 89 %}. */
  static String share(double low, double high) {
    String from = say("%.0f", low * 100);
    String to = say("%.0f", high * 100);
    return from.equals(to) ? from + " %" : from + " to " + to + " %";
  }

  static String say(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** A coordinate, one digit behind the point and no more than needed. */
  static String at(double coordinate) {
    long tenths = Math.round(coordinate * 10);
    return tenths % 10 == 0 ? Long.toString(tenths / 10) : Double.toString(tenths / 10.0);
  }

  /** {@code a, b and c}; past the limit {@code a, b and 3 more}. */
  static String list(List<String> words, int limit) {
    if (words.size() == 1) {
      return words.getFirst();
    }
    boolean cut = words.size() > limit;
    List<String> first = cut ? words.subList(0, limit - 1) : words.subList(0, words.size() - 1);
    String last = cut ? words.size() - limit + 1 + " more" : words.getLast();
    return String.join(", ", first) + " and " + last;
  }

  /** {@code 1 endpoint}, {@code 2 endpoints}. */
  static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /** Foreign text without what controls or turns it, at most this long. */
  static String safe(String text, int length) {
    String printable = Printable.of(text);
    return printable.codePointCount(0, printable.length()) <= length
        ? printable
        : printable.substring(0, printable.offsetByCodePoints(0, length - 1)) + "…";
  }

  /** Foreign text that is a name. */
  static String name(String text) {
    return safe(text, 120);
  }

  /** {@code generic_timeout_error} as {@code timeout}: in a small place. */
  static String shortly(String failure) {
    return switch (failure) {
      case "generic_timeout_error" -> "timeout";
      case "connection_reset" -> "reset";
      case "connection_refused" -> "refused";
      case "eof_error" -> "closed";
      default -> safe(failure, 40);
    };
  }
}
