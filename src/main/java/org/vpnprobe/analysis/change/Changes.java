package org.vpnprobe.analysis.change;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.PastVerdict;
import org.vpnprobe.model.State;

/**
 * When a cell changed. A CUSUM that knows whether the cell works or fails now (reference:
 * science.md §1.3, §7) raises the question: its evidence grows with each run that says otherwise
 * and shrinks with each that does not, so that one stray run asks nothing. The answer is a {@link
 * Split}: the change stands when one share for the whole time since the change before explains the
 * runs at most one time in a thousand. A cell that flaps has its own share of failures, and runs
 * that resemble their neighbours count for less; so flapping is no row of changes.
 *
 * <p>Runs that could not judge are no evidence: a change is dated between the runs that could.
 */
public final class Changes {
  /** How often a cell that works fails by itself, and how often one that fails (science.md §7). */
  private static final double P0 = 0.10;

  private static final double P1 = 0.70;
  private static final double AGAINST = Math.log(P1 / P0);
  private static final double FOR = Math.log((1 - P1) / (1 - P0));

  /** A steady cell raises the question once in at least 1000 runs (Lorden 1971): e to this. */
  private static final double ALARM = Math.log(1000);

  /** So that a question once raised can be dropped again. */
  private static final double CEILING = 2 * ALARM;

  /** What is left to chance in the answer. */
  static final double P_LIMIT = 0.001;

  private final Series series;
  private final int[] works;

  private Changes(Series series) {
    this.series = series;
    int n = series.evidence().size();
    works = new int[n + 1];
    for (int i = 0; i < n; i++) {
      works[i + 1] = works[i] + (series.works(i) ? 1 : 0);
    }
  }

  /** The changes of a cell, oldest first. */
  public static List<Change> in(Series series) {
    return new Changes(series).find();
  }

  private List<Change> find() {
    List<Integer> cuts = cuts();
    List<Change> changes = new ArrayList<>();
    int end = works.length - 1;
    int from = 0;
    for (int i = 0; i < cuts.size(); i++) {
      int to = i + 1 < cuts.size() ? cuts.get(i + 1) : end;
      // Once more with what came later: dates get sharper.
      Split split = Split.of(works, from, to);
      changes.add(change(split, from, to));
      from = split.at();
    }
    return changes;
  }

  /** The first index after each change. */
  private List<Integer> cuts() {
    List<Integer> cuts = new ArrayList<>();
    int end = works.length - 1;
    int from = 0;
    boolean working = end > 0 && series.works(0);
    double evidence = 0;
    int asked = 0;
    for (int i = 0; i < end; i++) {
      evidence = Math.clamp(evidence + (series.works(i) == working ? FOR : AGAINST), 0, CEILING);
      // A long flapping is not looked through again after each run.
      if (evidence < ALARM || i < asked) {
        continue;
      }
      Split split = Split.of(works, from, i + 1);
      asked = i + 1 + (i - from) / 50;
      boolean otherwise = share(split.at(), i + 1) > share(from, split.at()) != working;
      if (split.pValue() <= P_LIMIT && otherwise) {
        cuts.add(split.at());
        from = split.at();
        working = !working;
        evidence = 0;
        asked = 0;
      } else if (cuts.isEmpty() && split.pValue() > 0.5 && share(0, i + 1) > 0.5 != working) {
        working = !working; // The record began with a stray run.
        evidence = 0;
      }
    }
    return cuts;
  }

  private double share(int from, int to) {
    return (works[to] - works[from]) / (double) (to - from);
  }

  private Change change(Split split, int from, int to) {
    List<PastVerdict> evidence = series.evidence();
    PastVerdict last = evidence.get(split.first() - 1);
    PastVerdict first = evidence.get(split.last());
    List<PastVerdict> before = evidence.subList(from, split.at());
    List<PastVerdict> after = evidence.subList(split.at(), to);
    int silent =
        (int)
            series.all().stream()
                .filter(v -> v.at().isAfter(last.at()) && v.at().isBefore(first.at()))
                .filter(v -> Sign.of(v.state()) == Sign.NONE)
                .count();
    return new Change(
        share(split.at(), to) > share(from, split.at()) ? Sign.WORKS : Sign.FAILS,
        last.at(),
        first.at(),
        silent,
        most(before),
        most(after),
        cause(after, most(after)),
        Tally.of(before),
        Tally.of(after),
        split.dependence(),
        split.pValue());
  }

  private static State most(List<PastVerdict> verdicts) {
    Map<State, Integer> counts = new EnumMap<>(State.class);
    verdicts.forEach(verdict -> counts.merge(verdict.state(), 1, Integer::sum));
    return counts.entrySet().stream()
        .max(Map.Entry.<State, Integer>comparingByValue())
        .orElseThrow()
        .getKey();
  }

  /** The commonest cause of those in this state: another state's says nothing of it. */
  private static @Nullable String cause(List<PastVerdict> verdicts, State state) {
    Map<String, Integer> counts = new HashMap<>();
    for (PastVerdict verdict : verdicts) {
      if (verdict.state() == state && verdict.cause() != null) {
        counts.merge(verdict.cause(), 1, Integer::sum);
      }
    }
    return counts.entrySet().stream()
        .max(
            Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .orElse(null);
  }
}
