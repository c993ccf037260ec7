package org.vpnprobe.analysis.change;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.PastVerdict;
import org.vpnprobe.model.State;

/** Before and after a date, over hourly runs. */
class EventsTest {
  private static final Instant EVENT = Instant.parse("2027-02-01T00:00:00Z");
  private static final Duration WEEK = Duration.ofDays(7);

  /** A cell that fails as often as this function of the day says, from 28 days before on. */
  private static Watched cell(
      String endpoint, String carrier, String protocol, Random random, DoubleUnaryOperator fails) {
    List<PastVerdict> verdicts = new ArrayList<>();
    for (int hour = -28 * 24; hour < 7 * 24; hour++) {
      boolean failing = random.nextDouble() < fails.applyAsDouble(hour / 24.0);
      verdicts.add(
          new PastVerdict(
              "r" + hour,
              EVENT.plus(Duration.ofHours(hour)),
              endpoint + "@" + carrier,
              failing ? State.LIKELY_BLOCKED : State.REACHABLE,
              null,
              null));
    }
    return new Watched(
        endpoint + "@" + carrier, endpoint, protocol, carrier.equals("fra"), Series.of(verdicts));
  }

  private static Comparison compare(List<Watched> cells) {
    return Events.compare(cells, EVENT, WEEK).orElseThrow();
  }

  @Test
  void whatAnOrderStopsIsFound() {
    Random random = new Random(1);
    List<Watched> cells = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int first = i;
      String protocol = i < 6 ? "wireguard" : "tls";
      cells.add(
          cell("e" + i, "cm", protocol, random, day -> first < 6 && day >= first / 2.0 ? 1 : 0.01));
      cells.add(cell("e" + i, "fra", protocol, random, day -> 0.01));
    }
    Comparison c = compare(cells);
    assertEquals(8, c.cells());
    assertEquals(
        List.of("wireguard", "tls"),
        c.protocols().stream().map(Comparison.Group::protocol).toList());
    assertEquals(6, c.protocols().getFirst().moved());
    assertEquals(
        List.of("e0@cm", "e1@cm", "e2@cm", "e3@cm", "e4@cm", "e5@cm"),
        c.moved().stream().map(Comparison.Moved::cell).toList());
    assertTrue(c.shift() < -0.55 && c.shift() > -0.65, c.toString());
    // 2 · 2^-6 when two endpoints hardly move.
    assertTrue(c.pValue() <= 0.05, c.toString());
    assertEquals(15, c.otherDates());
    assertTrue(c.largestElsewhere() != null && c.largestElsewhere() < 0.05, c.toString());
    assertEquals(List.of(), c.warnings());
  }

  @Test
  void aServerThatWentOffIsNoOrder() {
    Random random = new Random(2);
    List<Watched> cells = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      cells.add(cell("e" + i, "cm", "tls", random, day -> day < 0 ? 0.01 : 0.6));
      cells.add(cell("e" + i, "fra", "tls", random, day -> day < 0 ? 0.01 : 0.6));
    }
    assertTrue(
        compare(cells).warnings().stream().anyMatch(w -> w.startsWith("the controls' shares")),
        compare(cells).warnings().toString());
  }

  @Test
  void weakComparisonsAreSaidToBeWeak() {
    Random random = new Random(3);
    Watched early = cell("e", "cm", "tls", random, day -> day < -1 ? 0 : 1);
    Watched late =
        new Watched(
            "l@cm",
            "l",
            "tls",
            false,
            Series.of(
                cell("l", "cm", "tls", random, day -> 0).series().all().stream()
                    .filter(v -> v.at().isAfter(EVENT))
                    .toList()));
    Comparison c = compare(List.of(early, late));
    String all = c.warnings().toString();
    assertTrue(all.contains("1 cells were judged on one side only"), all);
    assertTrue(all.contains("1 endpoints are too few for a test: p cannot be below 1"), all);
    assertTrue(all.contains("no control judged the same endpoints"), all);
    assertTrue(all.contains("1 cells changed before the event"), all);
    assertEquals(1, c.pValue());
    assertTrue(Events.compare(List.of(late), EVENT, WEEK).isEmpty());
    Comparison few = Events.compare(List.of(early), EVENT, Duration.ofHours(10)).orElseThrow();
    assertTrue(few.warnings().getFirst().contains("fewer than 20 runs"), few.warnings().toString());
  }

  /** Dates at which nothing happened, on lines whose faults last for hours. */
  @Test
  void nothingIsMadeOfNothing() {
    Random random = new Random(4);
    int found = 0;
    int times = 400;
    for (int i = 0; i < times; i++) {
      double[] shifts = new double[10];
      for (int e = 0; e < shifts.length; e++) {
        double before = faults(random);
        shifts[e] = faults(random) - before;
      }
      found += SignFlips.pValue(shifts) <= 0.05 ? 1 : 0;
    }
    assertTrue(found <= 0.08 * times, found + " of " + times);
  }

  /**
   * The share of a week of hourly runs on a line that is up for two days and down for six hours.
   */
  private static double faults(Random random) {
    boolean up = random.nextDouble() < 0.9;
    int works = 0;
    for (int hour = 0; hour < 168; hour++) {
      up = up ? random.nextDouble() >= 1 / 48.0 : random.nextDouble() < 1 / 6.0;
      works += up ? 1 : 0;
    }
    return works / 168.0;
  }

  @Test
  void signFlipsOfFewAreExact() {
    assertEquals(1, SignFlips.pValue(new double[0]));
    assertEquals(1, SignFlips.pValue(new double[] {-1}));
    assertEquals(2 / 64.0, SignFlips.pValue(new double[] {-1, -1, -1, -1, -1, -1}));
    assertEquals(2 / 64.0, SignFlips.least(6));
    double[] many = new double[40];
    java.util.Arrays.fill(many, -0.5);
    assertTrue(SignFlips.pValue(many) <= 1 / 20_000.0);
  }
}
