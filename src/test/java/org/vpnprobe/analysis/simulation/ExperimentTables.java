package org.vpnprobe.analysis.simulation;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import org.vpnprobe.analysis.simulation.Experiments.Tallies;
import org.vpnprobe.analysis.simulation.Experiments.Tally;
import org.vpnprobe.analysis.simulation.World.Routes;
import org.vpnprobe.analysis.simulation.World.Weather;

/** How often experiments and causes err, as tables. */
public final class ExperimentTables {
  static final List<Meddling> CENSORS =
      Arrays.stream(Meddling.values()).filter(kind -> !kind.own()).toList();

  /** What a server does itself; who is at fault for a dead address is another question. */
  static final List<Meddling> OWN =
      Arrays.stream(Meddling.values())
          .filter(Meddling::own)
          .filter(kind -> kind != Meddling.OWN_DEAD_ADDRESS)
          .toList();

  /** The worlds that the documentation quotes. */
  static final List<Experiments> WORLDS =
      List.of(
          new Experiments("2 % loss", Weather.lossy(0.02), List.of()),
          new Experiments("20 % loss", Weather.lossy(0.20), List.of()),
          new Experiments("bursts of 20 s each 2 min", Simulation.bursts(120, 20), List.of()),
          new Experiments("outages of 2 min each 5 min", Simulation.bursts(300, 120), List.of()),
          new Experiments(
              "a tenth of the servers flaky",
              new Weather(0.02, Duration.ZERO, Duration.ZERO, 0, 0.1),
              List.of()),
          faults("1 in 10 addresses unreachable for minutes", new Routes(0.1, 1, 1, Duration.ZERO)),
          faults("… 20 s on and off", new Routes(0.1, 1, 1, Duration.ofSeconds(20))),
          faults("… 60 s on and off", new Routes(0.1, 1, 1, Duration.ofSeconds(60))),
          faults("… 7 of 10 packets lost", new Routes(0.1, 1, 0.7, Duration.ZERO)),
          faults("… half of the flows to them", new Routes(0.1, 0.5, 1, Duration.ZERO)),
          faults(
              "… half of the flows, 60 s on and off",
              new Routes(0.1, 0.5, 1, Duration.ofSeconds(60))),
          faults("… nine in ten flows to them", new Routes(0.1, 0.9, 1, Duration.ZERO)),
          new Experiments("servers' own filters, 2 % loss", Weather.lossy(0.02), OWN),
          new Experiments("servers' own filters, 20 % loss", Weather.lossy(0.20), OWN),
          new Experiments("every censor, 2 % loss", Weather.lossy(0.02), CENSORS),
          new Experiments("every censor, 20 % loss", Weather.lossy(0.20), CENSORS),
          new Experiments("every censor, bursts of 20 s", Simulation.bursts(120, 20), CENSORS));

  private ExperimentTables() {}

  private static Experiments faults(String name, Routes routes) {
    return new Experiments(
        name, new Weather(0.02, Duration.ZERO, Duration.ZERO, 0, 0, routes), List.of());
  }

  /**
   * Runs these worlds alone.
   *
   * @param args how many runs each, the first seed, and part of the name of the worlds wanted
   */
  public static void main(String[] args) {
    print(Integer.parseInt(args[0]), Long.parseLong(args[1]), args.length > 2 ? args[2] : "");
  }

  static void print(int runs, long seed, String wanted) {
    System.out.println();
    System.out.println(
        "| World | Runs | Cells | `blocked` | 95 % below | `likely_blocked` | 95 % below | Impaired"
            + " | Filtered cells | `blocked` | `likely_blocked` |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|---|");
    Map<String, Tallies> all = new LinkedHashMap<>();
    for (Experiments world : WORLDS) {
      if (world.name().contains(wanted)) {
        Tallies tallies =
            LongStream.range(seed, seed + runs)
                .parallel()
                .mapToObj(world::run)
                .reduce(Tallies.NONE, Tallies::plus);
        all.put(world.name(), tallies);
        System.out.println(innocent(world.name(), runs, tallies));
      }
    }
    all.forEach((name, tallies) -> stopped(name, tallies.stopped()));
  }

  private static String innocent(String name, int runs, Tallies tallies) {
    Tally t = tallies.innocent();
    Tally own = tallies.filtered();
    return String.format(
        Locale.ROOT,
        "| %s | %d | %d | %d | %s | %d | %s | %d | %d | %d | %d |",
        name,
        runs,
        t.cells(),
        t.blocked(),
        Simulation.bound(t.blocked(), t.cells()),
        t.likely(),
        Simulation.bound(t.likely(), t.cells()),
        t.impaired(),
        own.cells(),
        own.blocked(),
        own.likely());
  }

  private static void stopped(String name, Map<Meddling, Tally> tallies) {
    if (tallies.isEmpty()) {
      return;
    }
    System.out.printf("%n%s:%n%n", name);
    System.out.println(
        "| Censor | Cells | `blocked` | `likely_blocked` | Impaired, degraded | Missed | Right cause |");
    System.out.println("|---|---|---|---|---|---|---|");
    new EnumMap<>(tallies)
        .forEach((kind, t) ->
            System.out.printf(
                Locale.ROOT,
                "| %s | %d | %d | %d | %d | %d | %.0f %% |%n",
                kind.words(),
                t.cells(),
                t.blocked(),
                t.likely(),
                t.impaired(),
                t.missed(),
                t.named() == 0 ? 0 : 100.0 * t.right() / t.named()));
  }
}
