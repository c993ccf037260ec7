package org.vpnprobe.report.html;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;

/** How the cells of one carrier divide into states, column by column of the time axis. */
final class Shares {
  private final List<Report.Cell> cells;
  private final List<Map<State, Integer>> columns = new ArrayList<>();

  Shares(List<Report.Cell> cells, int columns) {
    this.cells = cells;
    for (int i = 0; i < columns; i++) {
      this.columns.add(new EnumMap<>(State.class));
    }
  }

  /** Adds what one run said; several runs may share a column. */
  void add(Map<String, State> states, int column) {
    Map<State, Integer> counts = columns.get(Math.min(column, columns.size() - 1));
    for (Report.Cell cell : cells) {
      State state = states.get(cell.id());
      if (state != null) {
        counts.merge(state, 1, Integer::sum);
      }
    }
  }

  /** One path per state; columns without a run stay empty. */
  List<Timeline.Band> bands(int top, int height, double left, double width) {
    Map<State, StringBuilder> paths = new EnumMap<>(State.class);
    for (int i = 0; i < columns.size(); i++) {
      double all = sum(columns.get(i));
      double bottom = top + height;
      for (Look look : Look.all()) {
        int count = columns.get(i).getOrDefault(look.state(), 0);
        if (count > 0) {
          double tall = height * count / all;
          bottom -= tall;
          paths
              .computeIfAbsent(look.state(), s -> new StringBuilder())
              .append('M')
              .append(Wording.at(left + i * width))
              .append(' ')
              .append(Wording.at(bottom))
              .append('h')
              .append(Wording.at(Math.max(1, width - 0.6)))
              .append('v')
              .append(Wording.at(tall))
              .append('h')
              .append(Wording.at(-Math.max(1, width - 0.6)))
              .append('z');
        }
      }
    }
    List<Timeline.Band> bands = new ArrayList<>();
    paths.forEach((state, path) -> bands.add(new Timeline.Band(Look.of(state), path.toString())));
    return bands;
  }

  /** {@code 100 % reachable at first, 87 % now}. */
  String label() {
    return said(columns.getFirst()) + " reachable at first, " + said(columns.getLast()) + " now";
  }

  private static String said(Map<State, Integer> counts) {
    double all = Math.max(1.0, sum(counts));
    double reachable = counts.getOrDefault(State.REACHABLE, 0);
    double undecided =
        counts.entrySet().stream()
            .filter(entry -> entry.getKey().undecided())
            .mapToInt(Map.Entry::getValue)
            .sum();
    return Wording.share(reachable / all, (reachable + undecided) / all);
  }

  private static double sum(Map<State, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }
}
