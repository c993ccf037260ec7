package org.vpnprobe.analysis.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Diagnose;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.Experiment;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Observation;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.Transport;

/** Data through a tunnel that opens, here and at the control in turn. */
class DataTest {
  private static final String HERE = "vpn@mobile";
  private static final String CONTROL = "vpn@control";
  private static final String BESIDE = "other@mobile";
  private static final int SLOW = 100;
  private static final int FAST = 10_000;

  private static final EndpointFacts ENDPOINT =
      new EndpointFacts(
          "vpn",
          "wireguard",
          Transport.UDP,
          "192.0.2.1:51820",
          Depth.TUNNEL,
          Depth.TUNNEL,
          true,
          false,
          false,
          false,
          Duration.ofSeconds(15),
          null,
          List.of(),
          List.of(),
          null,
          null,
          true);

  private static Case suspect(List<Measurement> experiments, @Nullable String beside) {
    return new Case(
        new CellFacts(HERE, "vpn", "mobile", Family.IP4, Expectation.REACHABLE),
        ENDPOINT,
        CONTROL,
        List.of(),
        List.of(),
        experiments,
        List.of(),
        beside,
        List.of(),
        Diagnose.SAFE,
        List.of(),
        new Case.Vantage(true, true),
        1);
  }

  private static Measurement passed(int number, Try what, int kbps) {
    return passed(number, what, List.of(seen("data_kbps", kbps)));
  }

  private static Observation seen(String key, int value) {
    return new Observation(Duration.ZERO, key, Integer.toString(value));
  }

  private static Measurement passed(int number, Try what, List<Observation> seen) {
    return new Measurement(
        "m" + number,
        what.cell(),
        HERE,
        "vpn",
        what.cell().substring(what.cell().indexOf('@') + 1),
        Family.IP4,
        Purpose.EXPERIMENT,
        number,
        Instant.EPOCH.plusSeconds(100L * number),
        Duration.ofSeconds(60),
        "192.0.2.1:51820",
        Duration.ofSeconds(95),
        Depth.TUNNEL,
        Depth.TUNNEL,
        "data went through",
        null,
        null,
        List.of(),
        seen,
        null,
        new Experiment("data", number, what.variation()));
  }

  /**
   * The experiment to its end.
   *
   * @param kbps by cell, {@link #FAST} where none is said
   */
  private static List<Measurement> made(Map<String, Integer> kbps, @Nullable String beside) {
    Data data = new Data();
    List<Measurement> made = new ArrayList<>();
    for (Optional<Try> next = data.next(suspect(made, beside));
        next.isPresent();
        next = data.next(suspect(made, beside))) {
      assertTrue(made.size() < 20, "no end");
      Try what = next.get();
      made.add(passed(made.size() + 1, what, kbps.getOrDefault(what.cell(), FAST)));
    }
    return made;
  }

  private static int throttled(List<Measurement> made, @Nullable String beside) {
    return read(made, beside).shown(Mark.THROTTLED);
  }

  private static Evidence read(List<Measurement> made, @Nullable String beside) {
    Evidence evidence = new Evidence();
    new Data().read(suspect(made, beside), evidence);
    return evidence;
  }

  @Test
  void aTenthOfTheControlsRateIsShownThreeTimes() {
    List<Measurement> made = made(Map.of(HERE, SLOW), BESIDE);
    assertEquals(
        List.of(HERE, CONTROL, BESIDE, "other@control", HERE, CONTROL, HERE, CONTROL, BESIDE),
        made.stream().map(Measurement::cell).toList());
    assertEquals(3, throttled(made, BESIDE));
  }

  /** Somebody's upload fills it, or it loses what TCP has to send again. */
  @Test
  void aLineThatIsSlowIsNoThrottle() {
    List<Measurement> made = made(Map.of(HERE, SLOW, BESIDE, SLOW), BESIDE);
    assertEquals(4, made.size());
    assertEquals(0, throttled(made, BESIDE));
  }

  @Test
  void withoutAnotherServerNobodyIsBlamed() {
    List<Measurement> made = made(Map.of(HERE, SLOW), null);
    assertEquals(2, made.size());
    assertEquals(0, throttled(made, null));
  }

  /** The control stands beside the server: a tenth of its rate is still much. */
  @Test
  void whatIsFasterThanAnyThrottleIsNone() {
    assertEquals(0, throttled(made(Map.of(HERE, 300), BESIDE), BESIDE));
  }

  // Trains of packets.

  private static Measurement offered(int number, Try what, int rate, int tripMillis) {
    return passed(
        number,
        what,
        List.of(
            seen("data_kbps", FAST),
            seen("data_rate_kbps", rate),
            seen("data_trip_us", 1000 * tripMillis)));
  }

  /** The rates of each cell in turn, the last one for ever; round trips as given. */
  private static List<Measurement> offered(
      Map<String, List<Integer>> rates, Map<String, Integer> trips) {
    Data data = new Data();
    List<Measurement> made = new ArrayList<>();
    for (Optional<Try> next = data.next(suspect(made, BESIDE));
        next.isPresent();
        next = data.next(suspect(made, BESIDE))) {
      assertTrue(made.size() < 20, "no end");
      Try what = next.get();
      List<Integer> all = rates.getOrDefault(what.cell(), List.of(FAST));
      int before = (int) made.stream().filter(m -> m.cell().equals(what.cell())).count();
      int rate = all.get(Math.min(before, all.size() - 1));
      made.add(offered(made.size() + 1, what, rate, trips.getOrDefault(what.cell(), 40)));
    }
    return made;
  }

  @Test
  void aPolicerThatLetsSinglePacketsThroughIsSeenWhenMoreIsOffered() {
    List<Measurement> made = offered(Map.of(HERE, List.of(128, 140, 131)), Map.of());
    assertEquals(9, made.size(), "the line once more at the end");
    assertEquals(3, throttled(made, BESIDE));
  }

  @Test
  void aLineThatIsSlowOrBecomesSoIsNoPolicer() {
    Map<String, List<Integer>> slow = Map.of(HERE, List.of(128), BESIDE, List.of(200));
    assertEquals(0, throttled(offered(slow, Map.of()), BESIDE));
    Map<String, List<Integer>> later = Map.of(HERE, List.of(128), BESIDE, List.of(FAST, 300));
    assertEquals(0, throttled(offered(later, Map.of()), BESIDE));
  }

  @Test
  void aCrowdedWayIsNoPolicer() {
    Map<String, List<Integer>> crowded = Map.of(HERE, List.of(150, 700, 1900));
    assertEquals(0, throttled(offered(crowded, Map.of()), BESIDE));
  }

  @Test
  void aLongWayIsNoPolicer() {
    Map<String, List<Integer>> far = Map.of(HERE, List.of(1200));
    assertEquals(0, throttled(offered(far, Map.of(HERE, 250)), BESIDE));
  }

  @Test
  void theControlsRateIsLookedAtOnce() {
    List<Measurement> made = made(Map.of(), BESIDE);
    assertEquals(2, made.size());
    assertEquals(0, throttled(made, BESIDE));
    assertEquals(1, read(made, BESIDE).shown(Mark.DATA_PASSES));
  }
}
