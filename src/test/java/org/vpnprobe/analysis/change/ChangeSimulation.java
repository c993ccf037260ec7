package org.vpnprobe.analysis.change;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.vpnprobe.model.PastVerdict;
import org.vpnprobe.model.State;

/**
 * How often changes are found where there is none, and how soon where there is one: weeks of
 * 15-minute runs. Prints the tables of the documentation.
 */
public final class ChangeSimulation {
  static final int WEEK = 672;
  static final Instant MONDAY = Instant.parse("2027-02-01T00:00:00Z");

  private ChangeSimulation() {}

  /**
   * A cell as runs see it.
   *
   * @param fails how often, in the long run
   * @param stays how many runs a failure lasts on average, 1 for no memory
   * @param lost how many runs are missing
   * @param undecided how many of the others could not judge
   */
  record Line(double fails, double stays, double lost, double undecided) {}

  /** So many runs; from one of them on the cell fails as another line does. */
  static Series series(Line line, Line then, int change, int runs, Random random) {
    List<PastVerdict> verdicts = new ArrayList<>();
    boolean failing = random.nextDouble() < line.fails();
    for (int i = 0; i < runs; i++) {
      Line now = i < change ? line : then;
      if (i == change) {
        failing = random.nextDouble() < now.fails();
      } else if (failing) {
        failing = random.nextDouble() >= leaves(now);
      } else {
        failing = random.nextDouble() < enters(now);
      }
      if (random.nextDouble() < now.lost()) {
        continue;
      }
      State state =
          random.nextDouble() < now.undecided()
              ? State.INSUFFICIENT
              : failing ? State.IMPAIRED : State.REACHABLE;
      verdicts.add(
          new PastVerdict(
              "r" + i, MONDAY.plus(Duration.ofMinutes(15L * i)), "a@m", state, null, null));
    }
    return Series.of(verdicts);
  }

  /** Out of a failure; without memory as often as a run works at all. */
  private static double leaves(Line line) {
    return line.stays() <= 1 ? 1 - line.fails() : 1 / line.stays();
  }

  private static double enters(Line line) {
    return line.stays() <= 1
        ? line.fails()
        : Math.min(1, line.fails() * leaves(line) / (1 - line.fails()));
  }

  /** Changes found per steady week. */
  static double falseChanges(Line line, int weeks, long seed) {
    Random random = new Random(seed);
    int found = 0;
    for (int i = 0; i < weeks; i++) {
      found += Changes.in(series(line, line, WEEK, WEEK, random)).size();
    }
    return (double) found / weeks;
  }

  /**
   * What was made of true changes.
   *
   * @param once exactly one change was found, to failing, and its dates hold the true one
   * @param missed no change to failing was found
   * @param width hours between the dates, median
   */
  record Found(double once, double missed, double width) {}

  static Found trueChange(Line before, Line after, int change, int runs, int weeks, long seed) {
    Random random = new Random(seed);
    int once = 0;
    int missed = 0;
    List<Double> widths = new ArrayList<>();
    for (int i = 0; i < weeks; i++) {
      List<Change> changes = Changes.in(series(before, after, change, runs, random));
      Instant truth = MONDAY.plus(Duration.ofMinutes(15L * change));
      if (changes.stream().noneMatch(c -> c.to() == Sign.FAILS)) {
        missed++;
      }
      if (changes.size() == 1) {
        Change found = changes.getFirst();
        if (found.lastBefore().isBefore(truth) && !found.firstAfter().isBefore(truth)) {
          once++;
          widths.add(Duration.between(found.lastBefore(), found.firstAfter()).toMinutes() / 60.0);
        }
      }
    }
    widths.sort(null);
    return new Found(
        (double) once / weeks,
        (double) missed / weeks,
        widths.isEmpty() ? Double.NaN : widths.get(widths.size() / 2));
  }

  /** Arguments: how many weeks each. */
  public static void main(String[] args) {
    int weeks = Integer.parseInt(args[0]);
    PrintStream out = System.out;
    for (double stays : new double[] {1, 3, 8}) {
      for (double fails : new double[] {0.002, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9}) {
        out.printf(
            Locale.ROOT,
            "steady fails=%.3f stays=%.0f: %.4f changes a week%n",
            fails,
            stays,
            falseChanges(new Line(fails, stays, 0, 0), weeks, 1));
      }
    }
    out.printf(
        "steady, a third missing, a third undecided, fails=0.05: %.4f%n",
        falseChanges(new Line(0.05, 1, 0.33, 0.33), weeks, 1));
    Line good = new Line(0.01, 1, 0, 0);
    for (double fails : new double[] {1, 0.95, 0.7, 0.5, 0.26}) {
      for (int runs : new int[] {340, 348, 384, WEEK}) {
        Found f = trueChange(good, new Line(fails, 1, 0, 0), 336, runs, weeks, 2);
        out.printf(
            Locale.ROOT,
            "change to fails=%.2f, %d runs later: once %.3f, missed %.3f, width %.2f h%n",
            fails,
            runs - 336,
            f.once(),
            f.missed(),
            f.width());
      }
    }
    Line poor = new Line(0.05, 1, 0.33, 0.33);
    Found f = trueChange(poor, new Line(1, 1, 0.33, 0.33), 336, WEEK, weeks, 3);
    out.printf(
        "poor records: once %.3f, missed %.3f, width %.2f h%n", f.once(), f.missed(), f.width());
  }
}
