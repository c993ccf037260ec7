package org.vpnprobe.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vpnprobe.analysis.change.Comparison;
import org.vpnprobe.analysis.change.Events;
import org.vpnprobe.analysis.change.Series;
import org.vpnprobe.analysis.change.Watched;
import org.vpnprobe.model.PastVerdict;
import org.vpnprobe.model.Role;
import org.vpnprobe.store.Filter;
import org.vpnprobe.store.History;
import org.vpnprobe.store.HistoryUnusable;
import org.vpnprobe.store.PastCell;

/** Reads what a comparison before and after an event needs. */
final class EventComparisons {
  private EventComparisons() {}

  /** By carrier; those of which no cell was judged on both sides are left out. */
  static Map<String, Comparison> of(History history, Filter filter, Instant event, Duration window)
      throws HistoryUnusable {
    Map<String, PastCell> cells = new HashMap<>();
    history.cells(Filter.all()).forEach(cell -> cells.put(cell.name(), cell));
    List<Watched> controls = new ArrayList<>();
    Map<String, List<Watched>> carriers = new TreeMap<>();
    for (Watched watched : watched(history, filter, cells)) {
      PastCell cell = cells.get(watched.cell());
      if (cell != null && !watched.control()) {
        carriers.computeIfAbsent(cell.carrier(), c -> new ArrayList<>()).add(watched);
      }
    }
    Filter wide = new Filter(null, null, filter.since(), filter.until(), filter.rehearsal());
    for (String control :
        cells.values().stream()
            .filter(cell -> cell.role() == Role.CONTROL)
            .map(PastCell::carrier)
            .distinct()
            .sorted()
            .toList()) {
      controls.addAll(watched(history, wide.ofCarrier(control), cells));
    }
    Map<String, Comparison> found = new TreeMap<>();
    carriers.forEach((carrier, own) -> {
      List<Watched> all = new ArrayList<>(own);
      all.addAll(controls);
      Events.compare(all, event, window).ifPresent(c -> found.put(carrier, c));
    });
    return found;
  }

  private static List<Watched> watched(History history, Filter filter, Map<String, PastCell> cells)
      throws HistoryUnusable {
    Map<String, List<PastVerdict>> byCell = new HashMap<>();
    history.byCell(filter, v -> byCell.computeIfAbsent(v.cell(), c -> new ArrayList<>()).add(v));
    List<Watched> watched = new ArrayList<>();
    byCell.forEach((name, verdicts) -> {
      PastCell cell = cells.get(name);
      if (cell != null) {
        boolean control = cell.role() == Role.CONTROL;
        Series series = Series.of(verdicts);
        watched.add(new Watched(name, cell.endpoint(), cell.protocol(), control, series));
      }
    });
    watched.sort(Comparator.comparing(Watched::cell));
    return watched;
  }
}
