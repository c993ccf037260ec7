package org.vpnprobe.analysis.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.commons.statistics.distribution.BetaDistribution;
import org.vpnprobe.analysis.simulation.Scenario.Censor;
import org.vpnprobe.analysis.simulation.Scenario.Tally;
import org.vpnprobe.analysis.simulation.World.Weather;

/**
 * Prints how often the rules blame the innocent and miss the blocked. By hand: {@code mvn
 * test-compile exec:exec@simulation}.
 */
public final class Simulation {
  /** The worlds that the documentation quotes. */
  static final List<Scenario> SCENARIOS =
      List.of(
          new Scenario("no loss", Weather.lossy(0), Censor.NONE),
          new Scenario("5 % loss", Weather.lossy(0.05), Censor.NONE),
          new Scenario("20 % loss", Weather.lossy(0.20), Censor.NONE),
          new Scenario("36 % loss", Weather.lossy(0.36), Censor.NONE),
          new Scenario("bursts of 5 s each minute", bursts(60, 5), Censor.NONE),
          new Scenario("bursts of 20 s each 2 min", bursts(120, 20), Censor.NONE),
          new Scenario("outages of 2 min each 5 min", bursts(300, 120), Censor.NONE),
          new Scenario(
              "a tenth of the servers off",
              new Weather(0.02, Duration.ZERO, Duration.ZERO, 0.1, 0),
              Censor.NONE),
          new Scenario(
              "a tenth of the servers flaky",
              new Weather(0.02, Duration.ZERO, Duration.ZERO, 0, 0.1),
              Censor.NONE),
          new Scenario("one cell blocked, 2 % loss", Weather.lossy(0.02), Censor.LONE),
          new Scenario("one cell blocked, 20 % loss", Weather.lossy(0.20), Censor.LONE),
          new Scenario("one protocol blocked, 2 % loss", Weather.lossy(0.02), Censor.PROTOCOL),
          new Scenario("half of a carrier blocked, 2 % loss", Weather.lossy(0.02), Censor.HALF),
          new Scenario("half blocked, bursts of 20 s", bursts(120, 20), Censor.HALF),
          new Scenario("one cell by chance (26 %)", Weather.lossy(0.02), Censor.CHANCE));

  private Simulation() {}

  static Weather bursts(int everySeconds, int lastSeconds) {
    return new Weather(
        0.02, Duration.ofSeconds(everySeconds), Duration.ofSeconds(lastSeconds), 0, 0);
  }

  /**
   * Runs all scenarios.
   *
   * @param args how many runs each, the first seed, and part of the name of the scenarios wanted
   */
  public static void main(String[] args) {
    int runs = args.length > 0 ? Integer.parseInt(args[0]) : 50;
    long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
    System.out.println(
        "| World | Runs | Innocent cells | Blamed | 95 % below | Impaired | Blocked cells | Found |"
            + " Impaired | Missed |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|");
    for (Scenario scenario : SCENARIOS) {
      if (args.length > 2 && !scenario.name().contains(args[2])) {
        continue;
      }
      Tally tally = Tally.NONE;
      for (int i = 0; i < runs; i++) {
        tally = tally.plus(scenario.run(seed + i));
      }
      System.out.println(row(scenario.name(), runs, tally));
    }
    // Half as many: each has far more trials.
    ExperimentTables.print((runs + 1) / 2, seed, args.length > 2 ? args[2] : "");
  }

  private static String row(String name, int runs, Tally t) {
    return String.format(
        Locale.ROOT,
        "| %s | %d | %d | %d | %s | %d | %d | %d | %d | %d |",
        name,
        runs,
        t.innocent(),
        t.blamed(),
        bound(t.blamed(), t.innocent()),
        t.impaired(),
        t.blocked(),
        t.found(),
        t.foundImpaired(),
        t.missed());
  }

  /** One-sided upper Clopper–Pearson bound. */
  static String bound(long x, long n) {
    if (n == 0) {
      return "";
    }
    double upper =
        x >= n ? 1 : BetaDistribution.of(x + 1.0, n - x).inverseCumulativeProbability(0.95);
    return String.format(Locale.ROOT, "1 in %.0f", 1 / upper);
  }
}
