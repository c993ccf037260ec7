package org.vpnprobe.analysis.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What differs between two reports.
 *
 * @param changes the most urgent kind first, within a kind in the order of the reports
 * @param undecided cells of both reports that the later one could not judge and the earlier could
 * @param compared how many cells stand in one of the reports or both
 */
public record Changes(
    Snapshot before, Snapshot after, List<Change> changes, List<String> undecided, int compared) {

  public Changes {
    changes = List.copyOf(changes);
    undecided = List.copyOf(undecided);
  }

  /** Compares two reports cell by cell. */
  public static Changes between(Snapshot before, Snapshot after) {
    List<Change> changes = new ArrayList<>();
    List<String> undecided = new ArrayList<>();
    Set<String> cells = cells(before, after);
    for (String cell : cells) {
      Seen was = before.cells().get(cell);
      Seen is = after.cells().get(cell);
      Change.between(was, is).ifPresent(changes::add);
      if (was != null && is != null && isLost(was, is)) {
        undecided.add(cell);
      }
    }
    return new Changes(before, after, ordered(changes), undecided, cells.size());
  }

  /** True when nothing changed. */
  public boolean isEmpty() {
    return changes.isEmpty();
  }

  static Set<String> cells(Snapshot before, Snapshot after) {
    Set<String> cells = new LinkedHashSet<>(before.cells().keySet());
    cells.addAll(after.cells().keySet());
    return cells;
  }

  static boolean isLost(Seen was, Seen is) {
    return is.standing() == Standing.UNDECIDED && was.standing() != Standing.UNDECIDED;
  }

  static List<Change> ordered(List<Change> changes) {
    return changes.stream().sorted(Comparator.comparing(Change::kind)).toList();
  }
}
