package org.vpnprobe.analysis;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Observation;

/**
 * How far the clock of the machine that measured was off, as far as it is known: by what the user
 * said, by what servers told, and by how much it was set meanwhile, since it was wrong either
 * before or after.
 */
final class WrongClock {
  /** By how much the clock was set since the run began, seconds. */
  static final String CLOCK_SET = "clock_set_s";

  /** By how much a clock may be off for the server to answer at all, seconds. */
  static final String CLOCK_WINDOW = "clock_window_s";

  /** When a certificate was made that has not been made yet by our clock, ISO 8601. */
  private static final String AT_LEAST = "clock_at_least";

  /** One server's clock may be wrong itself. */
  private static final int SERVERS = 2;

  /** More than a certificate's edge or a leap of a virtual machine. */
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private WrongClock() {}

  /** Zero when nothing is known against it. */
  static Duration off(Recorded recorded) {
    Duration said = recorded.plan().clockAhead();
    return Stream.of(
            said == null ? Duration.ZERO : said.abs(),
            told(recorded.measurements()),
            set(recorded.measurements()))
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  /** A failure that a clock so far off makes: of a certificate's dates, or of a stale request. */
  static boolean mayFail(Measurement m, Duration off) {
    if (Failing.ofDates(m)) {
      return off.compareTo(LIMIT) > 0;
    }
    return !m.succeeded() && window(m).filter(window -> off.compareTo(window) > 0).isPresent();
  }

  /** How far off a clock may be for this trial to be answered, empty where that is no question. */
  static Optional<Duration> window(Measurement m) {
    return m.observed(CLOCK_WINDOW).flatMap(WrongClock::seconds);
  }

  /** By how much the clock was set, the farthest from how it stood; negative when back. */
  static Optional<Duration> setBy(List<Measurement> measurements) {
    return measurements.stream()
        .flatMap(m -> m.observed(CLOCK_SET).flatMap(WrongClock::seconds).stream())
        .max(Comparator.comparing(Duration::abs));
  }

  private static Duration set(List<Measurement> measurements) {
    return setBy(measurements).map(Duration::abs).orElse(Duration.ZERO);
  }

  /** What at least two servers say. */
  private static Duration told(List<Measurement> measurements) {
    Map<String, Duration> byServer = new HashMap<>();
    for (Measurement m : measurements) {
      for (Observation o : m.observations()) {
        if (o.key().equals(Clocks.SERVER_CLOCK) || o.key().equals(AT_LEAST)) {
          apart(o.value(), m.started().plus(o.at()))
              .ifPresent(apart ->
                  byServer.merge(
                      String.valueOf(m.address()), apart, (a, b) -> a.compareTo(b) < 0 ? a : b));
        }
      }
    }
    return byServer.values().stream()
        .sorted(Comparator.reverseOrder())
        .skip(SERVERS - 1)
        .findFirst()
        .orElse(Duration.ZERO);
  }

  private static Optional<Duration> apart(String told, Instant here) {
    try {
      return Optional.of(Duration.between(Instant.parse(told), here).abs());
    } catch (DateTimeException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> seconds(String text) {
    try {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    } catch (NumberFormatException | ArithmeticException e) {
      return Optional.empty();
    }
  }
}
