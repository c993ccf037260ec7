package org.vpnprobe.analysis;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Plan;

/**
 * Whether a failure persists (design §4a.6): significant in two runs at least half an hour apart
 * with no success between.
 */
final class Persistence {
  private Persistence() {}

  /**
   * What one run showed of a cell.
   *
   * @param journal it is at hand, and not only remembered
   */
  record Shown(Instant at, boolean answered, boolean significant, boolean journal) {}

  /** The sentence that says so, empty when it is not known to persist. */
  static Optional<String> of(List<Shown> runs, Duration apart) {
    @Nullable Shown first = null;
    for (Shown run : runs.stream().sorted(Comparator.comparing(Shown::at)).toList()) {
      if (run.answered()) {
        first = null;
      } else if (run.significant()) {
        if (first != null && run.journal() && !run.at().isBefore(first.at().plus(apart))) {
          return Optional.of(
              first.journal()
                  ? "the same in two runs at least 30 minutes apart"
                  : "the same since an earlier run of the history, " + first.at());
        }
        first = first == null ? run : first;
      }
    }
    return Optional.empty();
  }

  /**
   * What a history knows of the same cell from before the last run, of runs whose journals are not
   * among these.
   */
  static List<Shown> remembered(
      List<Earlier> earlier, CellRecord cell, List<Merged.Run> runs, Merged.Run last) {
    if (earlier.isEmpty()) {
      return List.of();
    }
    Plan plan = last.recorded().plan();
    String target = Targets.of(cell.endpoint(), cell.vantage());
    Instant since = last.begin().minus(last.timing().memory());
    Set<String> here = new HashSet<>();
    runs.forEach(run -> here.add(run.recorded().plan().runId()));
    return earlier.stream()
        .filter(e -> e.cell().equals(cell.cell().id()) && e.target().equals(target))
        .filter(e -> e.rehearsal() == plan.rehearsal() && e.pace() == plan.pace())
        .filter(e -> Collections.disjoint(here, List.of(e.run().split("\\+"))))
        .filter(e -> !e.at().isBefore(since) && e.at().isBefore(last.begin()))
        .map(e -> new Shown(e.at(), e.answered(), e.significant(), false))
        .toList();
  }
}
