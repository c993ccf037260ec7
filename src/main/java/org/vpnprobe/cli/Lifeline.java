package org.vpnprobe.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vpnprobe.analysis.change.Change;
import org.vpnprobe.analysis.change.Changes;
import org.vpnprobe.analysis.change.Gap;
import org.vpnprobe.analysis.change.Series;
import org.vpnprobe.analysis.change.Tally;
import org.vpnprobe.model.PastVerdict;
import org.vpnprobe.store.Filter;
import org.vpnprobe.store.History;
import org.vpnprobe.store.HistoryUnusable;
import org.vpnprobe.store.PastCell;

/**
 * One cell over time, without its single verdicts: thousands of cells fit into memory.
 *
 * @param last the latest verdict
 */
record Lifeline(
    PastCell cell,
    Tally tally,
    Ribbon ribbon,
    List<Change> changes,
    List<Gap> gaps,
    PastVerdict last) {

  /**
   * The cells that match, by name.
   *
   * @param times of the runs, the first and the last being where the ribbons begin and end
   * @param all gets every verdict, too
   */
  static List<Lifeline> in(
      History history, Filter filter, List<Instant> times, int pieces, Ribbon all)
      throws HistoryUnusable {
    Map<String, PastCell> cells = new HashMap<>();
    history.cells(filter).forEach(cell -> cells.put(cell.name(), cell));
    List<Lifeline> lines = new ArrayList<>();
    List<PastVerdict> one = new ArrayList<>();
    history.byCell(
        filter,
        verdict -> {
          if (!one.isEmpty() && !one.getFirst().cell().equals(verdict.cell())) {
            lines.add(of(cells, one, times, pieces));
            one.clear();
          }
          one.add(verdict);
          all.add(verdict);
        });
    if (!one.isEmpty()) {
      lines.add(of(cells, one, times, pieces));
    }
    return lines;
  }

  private static Lifeline of(
      Map<String, PastCell> cells, List<PastVerdict> verdicts, List<Instant> times, int pieces) {
    Series series = Series.of(verdicts);
    Ribbon ribbon = new Ribbon(times.getFirst(), times.getLast(), pieces);
    ribbon.add(series.all());
    return new Lifeline(
        java.util.Objects.requireNonNull(cells.get(verdicts.getFirst().cell())),
        Tally.of(series.all()),
        ribbon,
        Changes.in(series),
        Gap.in(series, times.getLast()),
        series.all().getLast());
  }
}
