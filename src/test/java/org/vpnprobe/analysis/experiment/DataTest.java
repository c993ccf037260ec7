package org.vpnprobe.analysis.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  private static Case suspect(List<Measurement> experiments) {
    return new Case(
        new CellFacts(HERE, "vpn", "mobile", Family.IP4, Expectation.REACHABLE),
        ENDPOINT,
        CONTROL,
        List.of(),
        List.of(),
        experiments,
        List.of(),
        List.of(),
        Diagnose.SAFE,
        List.of(),
        new Case.Vantage(true, true),
        1);
  }

  private static Measurement passed(int number, Try what, int kbps) {
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
        List.of(new Observation(Duration.ZERO, "data_kbps", Integer.toString(kbps))),
        null,
        new Experiment("data", number, what.variation()));
  }

  /** The experiment to its end. */
  private static List<Measurement> made(int kbpsHere) {
    Data data = new Data();
    List<Measurement> made = new ArrayList<>();
    for (Optional<Try> next = data.next(suspect(made));
        next.isPresent();
        next = data.next(suspect(made))) {
      assertTrue(made.size() < 20, "no end");
      Try what = next.get();
      made.add(passed(made.size() + 1, what, what.cell().equals(HERE) ? kbpsHere : FAST));
    }
    return made;
  }

  private static Evidence read(List<Measurement> made) {
    Evidence evidence = new Evidence();
    new Data().read(suspect(made), evidence);
    return evidence;
  }

  @Test
  void aTenthOfTheControlsRateIsShownThreeTimes() {
    List<Measurement> made = made(SLOW);
    assertEquals(6, made.size());
    assertEquals(3, read(made).shown(Mark.THROTTLED));
  }

  @Test
  void theControlsRateIsLookedAtOnce() {
    List<Measurement> made = made(FAST);
    assertEquals(2, made.size());
    assertEquals(0, read(made).shown(Mark.THROTTLED));
    assertEquals(1, read(made).shown(Mark.DATA_PASSES));
  }
}
