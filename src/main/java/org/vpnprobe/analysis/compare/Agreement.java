package org.vpnprobe.analysis.compare;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A run held against a baseline: a difference is told when enough runs in a row agree on it, so
 * that what flaps is not told. A run in which a cell could not be judged counts neither way.
 *
 * @param told the differences that enough runs agree on
 * @param since when each told difference was first seen, by cell
 * @param waiting all differences with the number of runs that agree, told ones included: what the
 *     next run has to be given
 * @param accepted the baseline with what was told taken over, and with what was found out where
 *     nothing was known
 */
public record Agreement(
    Changes told, Map<String, Instant> since, List<Waiting> waiting, Snapshot accepted) {

  public Agreement {
    since = Map.copyOf(since);
    waiting = List.copyOf(waiting);
  }

  /**
   * Holds a run against a baseline.
   *
   * @param earlier what earlier runs saw: {@link #waiting} of the last one
   * @param needed how many runs have to agree, at least one
   * @param partial only some of the cells were asked for: none is gone
   */
  public static Agreement of(
      Snapshot baseline, List<Waiting> earlier, Snapshot run, int needed, boolean partial) {
    if (needed < 1) {
      throw new IllegalArgumentException("at least one run has to see a change");
    }
    return new Comparing(baseline, earlier, run, needed, partial).made();
  }

  /**
   * Differences that have not been told yet: all that stay when the baseline took over the rest.
   */
  public List<Waiting> open() {
    return waiting.stream().filter(each -> !since.containsKey(each.cell())).toList();
  }

  /** One pass over all cells. */
  private static final class Comparing {
    private final Snapshot baseline;
    private final Snapshot run;
    private final int needed;
    private final boolean partial;
    private final Map<String, Waiting> earlier = new HashMap<>();
    private final List<Change> told = new ArrayList<>();
    private final List<String> undecided = new ArrayList<>();
    private final Map<String, Instant> since = new HashMap<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private final Map<String, Seen> accepted = new LinkedHashMap<>();

    Comparing(Snapshot baseline, List<Waiting> earlier, Snapshot run, int needed, boolean partial) {
      this.baseline = baseline;
      this.run = run;
      this.needed = needed;
      this.partial = partial;
      earlier.forEach(each -> this.earlier.put(each.cell(), each));
    }

    Agreement made() {
      Set<String> cells = Changes.cells(baseline, run);
      if (partial) {
        cells.addAll(earlier.keySet()); // Else what stands in neither report came and went.
      }
      for (String cell : cells) {
        compare(cell, baseline.cells().get(cell), run.cells().get(cell));
      }
      Changes changes = new Changes(baseline, run, Changes.ordered(told), undecided, cells.size());
      return new Agreement(changes, since, waiting, run.with(accepted));
    }

    private void compare(String cell, @Nullable Seen before, @Nullable Seen now) {
      Waiting known = earlier.get(cell);
      if (now == null && partial) {
        keep(cell, before, null);
        Optional.ofNullable(known).ifPresent(waiting::add);
        return;
      }
      if (isUnjudged(before, now, known)) {
        if (before != null && now != null && Changes.isLost(before, now)) {
          undecided.add(cell);
        }
        settle(cell, before, before, known);
        return;
      }
      settle(cell, before, now, next(cell, before, now, known));
    }

    /** Nothing was found out of it this time. */
    private static boolean isUnjudged(
        @Nullable Seen before, @Nullable Seen now, @Nullable Waiting known) {
      return now != null
          && now.standing() == Standing.UNDECIDED
          && (before != null || isDecided(known));
    }

    private static boolean isDecided(@Nullable Waiting known) {
      Seen seen = known == null ? null : known.after();
      return seen != null && seen.standing() != Standing.UNDECIDED;
    }

    private @Nullable Waiting next(
        String cell, @Nullable Seen before, @Nullable Seen now, @Nullable Waiting known) {
      if (Change.between(before, now).isEmpty()) {
        return null;
      }
      boolean same = known != null && known.lastRun().equals(run.runId());
      if (known != null && !(same && known.runs() == 1)) {
        Optional<Agreed> agreed = agreed(known.after(), now);
        if (agreed.isPresent() && Change.between(before, agreed.get().seen()).isPresent()) {
          int runs = same ? known.runs() : known.runs() + 1;
          return new Waiting(cell, agreed.get().seen(), runs, known.since(), run.runId());
        }
      }
      return new Waiting(cell, now, 1, run.startedAt(), run.runId());
    }

    private void settle(
        String cell, @Nullable Seen before, @Nullable Seen now, @Nullable Waiting next) {
      Optional<Change> change =
          next == null ? Optional.empty() : Change.between(before, next.after());
      if (next == null || change.isEmpty()) {
        keep(cell, before, now);
        return;
      }
      waiting.add(next);
      if (next.runs() < needed) {
        keep(cell, before, before);
        return;
      }
      told.add(change.get());
      since.put(cell, next.since());
      if (next.after() != null) {
        accepted.put(cell, next.after());
      }
    }

    /** What the baseline says from now on of a cell that has not changed. */
    private void keep(String cell, @Nullable Seen before, @Nullable Seen now) {
      if (before == null) {
        return;
      }
      boolean same = now != null && now.standing() == before.standing();
      boolean first = before.standing() == Standing.UNDECIDED;
      if (now == null || (!same && !first)) {
        accepted.put(cell, before);
      } else {
        accepted.put(cell, now.withCause(Causes.deeper(before.cause(), now.cause())));
      }
    }
  }

  /** What two runs agree on; null inside when both say that the cell is gone. */
  private record Agreed(@Nullable Seen seen) {}

  /**
   * The least that both say: one may know the reason of a failure, the other only that it fails.
   */
  private static Optional<Agreed> agreed(@Nullable Seen a, @Nullable Seen b) {
    if (a == null || b == null) {
      return a == null && b == null ? Optional.of(new Agreed(null)) : Optional.empty();
    }
    if (a.standing() == b.standing()) {
      return Causes.agree(a.cause(), b.cause())
          ? Optional.of(new Agreed(b.withCause(Causes.deeper(a.cause(), b.cause()))))
          : Optional.of(new Agreed(b.withCause(null)));
    }
    if (a.standing() == Standing.FAILS && b.standing().silent()) {
      return Optional.of(new Agreed(a));
    }
    return b.standing() == Standing.FAILS && a.standing().silent()
        ? Optional.of(new Agreed(b))
        : Optional.empty();
  }
}
