package org.vpnprobe.analysis.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.vpnprobe.analysis.simulation.Scenario.Censor;
import org.vpnprobe.analysis.simulation.Scenario.Tally;
import org.vpnprobe.analysis.simulation.World.Weather;
import org.vpnprobe.model.Profile;

/** A sample of the simulation: the targets that the documentation quotes hold. */
class SimulationTest {
  private static Tally tally(Weather weather, Censor censor, int runs) {
    Tally tally = Tally.NONE;
    for (int i = 0; i < runs; i++) {
      tally = tally.plus(new Scenario("", weather, censor).run(1000 + i));
    }
    return tally;
  }

  @Test
  void heavyLossBlamesNobody() {
    Tally tally = tally(Weather.lossy(0.2), Censor.NONE, 3);
    assertEquals(2700, tally.innocent());
    assertEquals(0, tally.blamed());
  }

  @Test
  void burstsBlameNobody() {
    Weather bursts = new Weather(0.02, Duration.ofMinutes(2), Duration.ofSeconds(20), 0, 0);
    assertEquals(0, tally(bursts, Censor.NONE, 3).blamed());
  }

  @Test
  void serversThatAreOffBlameNobody() {
    Weather off = new Weather(0.02, Duration.ZERO, Duration.ZERO, 0.1, 0);
    assertEquals(0, tally(off, Censor.NONE, 2).blamed());
  }

  @Test
  void aLoneBlockedCellIsFound() {
    Tally tally = tally(Weather.lossy(0.02), Censor.LONE, 5);
    assertEquals(5, tally.blocked());
    assertEquals(5, tally.found());
    assertEquals(0, tally.blamed());
  }

  @Test
  void halfOfACarrierIsFoundAndTheOtherHalfIsLeftAlone() {
    Tally tally = tally(Weather.lossy(0.02), Censor.HALF, 2);
    assertEquals(0, tally.blamed());
    assertTrue(tally.missed() * 20 < tally.blocked(), tally.toString());
  }

  @Test
  void theQuickProfileNeverBlames() {
    Tally tally = new Scenario("", Weather.lossy(0.2), Censor.HALF).run(7, Profile.QUICK);
    assertEquals(0, tally.blamed() + tally.found() + tally.impaired() + tally.foundImpaired());
  }

  private static Experiments.Tallies tallies(Experiments world, long... seeds) {
    Experiments.Tallies tallies = Experiments.Tallies.NONE;
    for (long seed : seeds) {
      tallies = tallies.plus(world.run(seed));
    }
    return tallies;
  }

  private static Experiments world(String name) {
    return ExperimentTables.WORLDS.stream()
        .filter(world -> world.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void experimentsBlameNobodyForLossAndRoutes() {
    for (String name :
        List.of(
            "20 % loss",
            "bursts of 20 s each 2 min",
            "1 in 10 addresses unreachable for minutes",
            "… 60 s on and off")) {
      Experiments.Tally innocent = tallies(world(name), 1, 2, 3).innocent();
      assertEquals(1440, innocent.cells());
      assertEquals(0, innocent.blocked() + innocent.likely(), name);
    }
  }

  /** A server may do to a carrier what a carrier may do to it. */
  @Test
  void serversOwnFiltersAreNeverCalledBlocking() {
    Experiments.Tally filtered =
        tallies(world("servers' own filters, 2 % loss"), 1, 2, 3).filtered();
    assertEquals(21, filtered.cells());
    assertEquals(0, filtered.blocked());
  }

  /** An address that is dead is no forgery, though somebody answers where no resolver is. */
  @Test
  void aDeadAddressBehindARedirectingRouterIsNotCalledBlocking() {
    Experiments world =
        new Experiments("", Weather.lossy(0.02), List.of(Meddling.OWN_DEAD_ADDRESS));
    Experiments.Tally filtered = tallies(world, 1, 2).filtered();
    assertEquals(2, filtered.cells());
    assertEquals(0, filtered.blocked() + filtered.likely(), filtered.toString());
    assertEquals(2, filtered.impaired(), "that the name leads there is said");
  }

  /** Each rule of causes that a censor can be known by decides here for its own. */
  @Test
  void everyCensorIsKnownByItsCause() {
    Experiments.Tallies tallies = tallies(world("every censor, 2 % loss"), 1, 2, 3);
    assertEquals(Set.copyOf(ExperimentTables.CENSORS), tallies.stopped().keySet());
    tallies.stopped().forEach((kind, tally) -> assertTrue(tally.right() >= 1, kind + " " + tally));
    assertEquals(0, tallies.innocent().blocked() + tallies.innocent().likely());
  }

  @Test
  void theSameSeedGivesTheSameTally() {
    Scenario scenario = new Scenario("", Weather.lossy(0.1), Censor.HALF);
    assertEquals(scenario.run(3), scenario.run(3));
  }
}
