package org.vpnprobe.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;

/**
 * Times as this tool writes them: {@code 2027-01-01T00:00:00.123456789Z} and {@code PT1M2.003S}.
 * The platform's readers take anything that ISO 8601 allows, and many times as long; what is not
 * written so is left to them.
 */
final class WrittenTime {
  private static final int FRACTION = 9;

  /** Farther than any time of a journal, and no sum of these overflows. */
  private static final int MOST_DIGITS = 9;

  private final String text;
  private int at;

  private WrittenTime(String text, int at) {
    this.text = text;
    this.at = at;
  }

  /**
   * Reads a moment.
   *
   * @throws java.time.DateTimeException when it is none
   */
  static Instant instant(String text) {
    int length = text.length();
    boolean usual =
        length >= 20
            && text.charAt(4) == '-'
            && text.charAt(7) == '-'
            && text.charAt(10) == 'T'
            && text.charAt(13) == ':'
            && text.charAt(16) == ':'
            && text.charAt(length - 1) == 'Z';
    if (!usual) {
      return Instant.parse(text);
    }
    int year = digits(text, 0, 4);
    int month = digits(text, 5, 7);
    int day = digits(text, 8, 10);
    int hour = digits(text, 11, 13);
    int minute = digits(text, 14, 16);
    int second = digits(text, 17, 19);
    int nanos = length == 20 ? 0 : fraction(text, 19, length - 1);
    if ((year | month | day | hour | minute | second | nanos) < 0
        || hour > 23
        || minute > 59
        || second > 59) {
      return Instant.parse(text);
    }
    long days = LocalDate.of(year, month, day).toEpochDay();
    return Instant.ofEpochSecond(days * 86_400 + hour * 3600L + minute * 60L + second, nanos);
  }

  /**
   * Reads a duration.
   *
   * @throws java.time.DateTimeException when it is none
   */
  static Duration duration(String text) {
    if (!text.startsWith("PT")) {
      return Duration.parse(text);
    }
    WrittenTime in = new WrittenTime(text, 2);
    long seconds = 0;
    int nanos = 0;
    int last = 0;
    while (in.at < text.length()) {
      int from = in.at;
      int number = in.number();
      int until = in.at;
      if (until < text.length() && text.charAt(until) == '.') {
        in.at++;
        in.number();
        nanos = fraction(text, until, in.at);
      }
      char unit = in.at < text.length() ? text.charAt(in.at++) : ' ';
      int order = "HMS".indexOf(unit) + 1;
      boolean whole = unit == 'S' || in.at == until + 1;
      if (number < 0 || nanos < 0 || until == from || order <= last || !whole) {
        return Duration.parse(text);
      }
      seconds += unit == 'H' ? number * 3600L : unit == 'M' ? number * 60L : number;
      last = order;
    }
    return last == 0 ? Duration.parse(text) : Duration.ofSeconds(seconds, nanos);
  }

  /** The digits that follow, negative when they are too many. */
  private int number() {
    int from = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at - from > MOST_DIGITS ? -1 : digits(text, from, at);
  }

  /** A number of digits alone, negative when there is something else. */
  private static int digits(String text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = 10 * value + digit;
    }
    return value;
  }

  /** Nanoseconds of {@code .123}, negative when it is none. */
  private static int fraction(String text, int point, int to) {
    int count = to - point - 1;
    if (text.charAt(point) != '.' || count < 1 || count > FRACTION) {
      return -1;
    }
    int value = digits(text, point + 1, to);
    for (int i = count; i < FRACTION && value > 0; i++) {
      value *= 10;
    }
    return value;
  }
}
