package org.vpnprobe.report.html;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;
import org.vpnprobe.model.StepName;

/**
 * Where handshakes stop: a row per carrier, a column per step that any cell stopped in, in the
 * order of the way; the last column is what came through. Drawn 960 wide.
 */
public record FailurePlot(int height, List<Timeline.Tick> columns, List<Row> rows) {
  private static final int LEFT = 190;
  private static final int RIGHT = 910;
  private static final int ROW = 52;
  private static final int TOP = 34;
  private static final double LARGEST = 20;

  /** The kinds that a row names. */
  private static final int KINDS = 3;

  /** One carrier; {@code most} names its commonest failures. */
  public record Row(String carrier, int y, List<Bubble> bubbles, String most) {}

  /** So many cells stopped here, or came through. */
  public record Bubble(String x, String r, int count, boolean through, String label) {}

  static FailurePlot of(Report report, Titles titles) {
    Map<StepName, Integer> steps = new EnumMap<>(StepName.class);
    report.cells().stream().filter(FailurePlot::stopped).forEach(c -> count(steps, c));
    if (steps.isEmpty()) {
      return new FailurePlot(0, List.of(), List.of());
    }
    List<StepName> columns = List.copyOf(steps.keySet());
    double width = (RIGHT - LEFT) / (double) (columns.size() + 1);
    List<Timeline.Tick> heads = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      heads.add(new Timeline.Tick(x(i, width), columns.get(i).id()));
    }
    heads.add(new Timeline.Tick(x(columns.size(), width), "came through"));
    List<Row> rows = new ArrayList<>();
    for (Report.Carrier carrier : report.carriers()) {
      List<Report.Cell> own =
          report.cells().stream().filter(cell -> cell.carrier().equals(carrier.name())).toList();
      if (!own.isEmpty()) {
        int y = TOP + ROW / 2 + rows.size() * ROW;
        rows.add(row(titles.of(carrier.name()), own, columns, width, y));
      }
    }
    return new FailurePlot(TOP + rows.size() * ROW + 4, heads, rows);
  }

  private static boolean stopped(Report.Cell cell) {
    return cell.state() != State.REACHABLE && cell.lastFailure() != null;
  }

  private static void count(Map<StepName, Integer> steps, Report.Cell cell) {
    if (cell.lastFailure() != null) {
      steps.merge(cell.lastFailure().step(), 1, Integer::sum);
    }
  }

  private static String x(int column, double width) {
    return Wording.at(LEFT + (column + 0.5) * width);
  }

  private static Row row(
      String carrier, List<Report.Cell> cells, List<StepName> columns, double width, int y) {
    Map<StepName, Integer> counts = new EnumMap<>(StepName.class);
    Map<String, Integer> kinds = new TreeMap<>();
    for (Report.Cell cell : cells) {
      if (stopped(cell) && cell.lastFailure() != null) {
        count(counts, cell);
        kinds.merge(cell.lastFailure().failure(), 1, Integer::sum);
      }
    }
    List<Bubble> bubbles = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      int count = counts.getOrDefault(columns.get(i), 0);
      if (count > 0) {
        String label = Wording.count(count, "cell") + " stopped at " + columns.get(i).id();
        bubbles.add(new Bubble(x(i, width), r(count, cells.size()), count, false, label));
      }
    }
    int through = (int) cells.stream().filter(c -> c.state() == State.REACHABLE).count();
    if (through > 0) {
      String label = Wording.count(through, "cell") + " came through";
      bubbles.add(
          new Bubble(x(columns.size(), width), r(through, cells.size()), through, true, label));
    }
    String most =
        kinds.entrySet().stream()
            .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
            .limit(KINDS)
            .map(kind -> Wording.shortly(kind.getKey()) + " ×" + kind.getValue())
            .collect(java.util.stream.Collectors.joining(", "));
    return new Row(carrier, y, bubbles, most);
  }

  private static String r(int count, int all) {
    return Wording.at(Math.max(9, LARGEST * Math.sqrt(count / (double) all)));
  }
}
