package org.vpnprobe.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.vpnprobe.analysis.change.Changes;
import org.vpnprobe.analysis.change.Series;
import org.vpnprobe.model.PastVerdict;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;
import org.vpnprobe.store.Filter;
import org.vpnprobe.store.History;
import org.vpnprobe.store.Runs;

/**
 * What a history costs: size, and the time to append to it and to look at it. Arguments: cells,
 * runs, and a JDBC URL (default: a file).
 */
public final class ManyRuns {
  private ManyRuns() {}

  private interface Work {
    void run() throws Exception;
  }

  private static void timed(String what, Work work) throws Exception {
    long begin = System.nanoTime();
    work.run();
    System.out.printf(Locale.ROOT, "%s: %.0f ms%n", what, (System.nanoTime() - begin) / 1e6);
  }

  /** Runs once. */
  public static void main(String[] args) throws Exception {
    int cells = Integer.parseInt(args[0]);
    int runs = Integer.parseInt(args[1]);
    Path file = Files.createTempDirectory("vpnprobe-bench").resolve("history.db");
    String where = args.length > 2 ? args[2] : file.toString();
    Instant begin = Instant.parse("2027-01-01T00:00:00Z");
    Random random = new Random(1);
    long appending = 0;
    for (int run = 0; run < runs; run++) {
      List<Report.Cell> all = new ArrayList<>();
      for (int i = 0; i < cells; i++) {
        double chance = random.nextDouble();
        State state =
            i % 20 == 0 && run > runs / 2
                ? State.LIKELY_BLOCKED
                : chance < 0.01 ? State.INSUFFICIENT : State.REACHABLE;
        all.add(Runs.cell("e" + i / 4, "wireguard", "c" + i % 4, state));
      }
      Report report =
          Runs.run("r" + run, begin.plus(Duration.ofMinutes(15L * run)), all, List.of());
      long before = System.nanoTime();
      try (History history = History.open(where)) {
        history.append(report);
      }
      appending += System.nanoTime() - before;
      if (run == runs - 1) {
        System.out.printf(
            Locale.ROOT,
            "the last append, opening included: %.0f ms; on average %.1f ms%n",
            (System.nanoTime() - before) / 1e6,
            appending / 1e6 / runs);
      }
    }
    if (args.length <= 2) {
      System.out.printf(
          Locale.ROOT,
          "%d verdicts, %.1f MB, %.1f bytes each%n",
          (long) cells * runs,
          Files.size(file) / 1e6,
          Files.size(file) / (double) ((long) cells * runs));
    }
    try (History history = History.existing(where)) {
      timed("one cell", () -> history.verdicts(Filter.all().ofCell("e1@c0")));
      timed("one carrier, with its changes", () -> changes(history));
      timed("the last two runs", () -> history.lastRuns(2));
      Instant end = begin.plus(Duration.ofMinutes(15L * runs));
      timed("what persistence needs", () -> history.earlier(end.minus(Duration.ofDays(9)), end));
      timed("forgetting a day", () -> history.forget(begin.plus(Duration.ofDays(1))));
    }
    System.out.println("heap at most " + Memory.peakHeap() + " MiB");
  }

  private static void changes(History history) throws Exception {
    List<PastVerdict> one = new ArrayList<>();
    int[] found = new int[1];
    history.byCell(
        Filter.all().ofCarrier("c0"),
        verdict -> {
          if (!one.isEmpty() && !one.getFirst().cell().equals(verdict.cell())) {
            found[0] += Changes.in(Series.of(one)).size();
            one.clear();
          }
          one.add(verdict);
        });
    System.out.println(found[0] + Changes.in(Series.of(one)).size() + " changes");
  }
}
