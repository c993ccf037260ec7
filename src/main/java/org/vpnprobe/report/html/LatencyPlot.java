package org.vpnprobe.report.html;

import java.util.ArrayList;
import java.util.List;
import org.vpnprobe.model.Report;

/**
 * How long answers took: a row per carrier on one logarithmic axis, a dot per cell, or bars where
 * there are too many to tell apart. Drawn 960 wide.
 *
 * @param ticks of the time axis
 * @param rows carriers with any answer
 */
public record LatencyPlot(int height, List<Timeline.Tick> ticks, List<Row> rows) {
  private static final int LEFT = 190;
  private static final int RIGHT = 830;
  private static final int ROW = 52;
  private static final int DOTS = 150;
  private static final int BINS = 64;
  private static final int DOT_LANES = 5;

  /**
   * One carrier.
   *
   * @param bars a path of bars, empty when dots are drawn
   * @param median its place
   * @param said the median in words
   */
  public record Row(
      String carrier, int y, List<Dot> dots, String bars, String median, String said, int cells) {}

  /** One cell. */
  public record Dot(String x, String y, String label) {}

  private record Timed(Report.Cell cell, double ms) {}

  /** Where a time stands: logarithmic, whole decades. */
  private record Axis(int from, int to) {
    double x(double ms) {
      double place = (Math.log10(ms) - from) / (to - from);
      return LEFT + (RIGHT - LEFT) * Math.clamp(place, 0, 1);
    }
  }

  static LatencyPlot of(Report report, Titles titles) {
    List<Timed> all = report.cells().stream().flatMap(c -> timed(c).stream()).toList();
    if (all.isEmpty()) {
      return new LatencyPlot(0, List.of(), List.of());
    }
    double least = all.stream().mapToDouble(Timed::ms).min().orElse(1);
    double most = all.stream().mapToDouble(Timed::ms).max().orElse(1);
    int from = (int) Math.floor(Math.log10(least));
    Axis axis = new Axis(from, Math.max(from + 1, (int) Math.ceil(Math.log10(most))));
    List<Row> rows = new ArrayList<>();
    for (Report.Carrier carrier : report.carriers()) {
      List<Timed> own =
          all.stream().filter(t -> t.cell().carrier().equals(carrier.name())).toList();
      if (!own.isEmpty()) {
        rows.add(row(titles.of(carrier.name()), own, axis, 10 + rows.size() * ROW));
      }
    }
    List<Timeline.Tick> ticks = new ArrayList<>();
    for (int decade = axis.from(); decade <= axis.to(); decade++) {
      ticks.add(new Timeline.Tick(Wording.at(axis.x(Math.pow(10, decade))), decade(decade)));
    }
    return new LatencyPlot(10 + rows.size() * ROW + 26, ticks, rows);
  }

  private static List<Timed> timed(Report.Cell cell) {
    return cell.latency() == null
        ? List.of()
        : List.of(new Timed(cell, Math.max(0.01, cell.latency().p50().toNanos() / 1e6)));
  }

  private static String decade(int decade) {
    return decade >= 3
        ? Math.round(Math.pow(10, decade - 3)) + " s"
        : Wording.say(decade < 0 ? "%.2g ms" : "%.0f ms", Math.pow(10, decade));
  }

  private static Row row(String carrier, List<Timed> cells, Axis axis, int y) {
    double median =
        cells.stream().mapToDouble(Timed::ms).sorted().skip(cells.size() / 2).findFirst().orElse(0);
    List<Dot> dots = new ArrayList<>();
    if (cells.size() <= DOTS) {
      for (Timed each : cells) {
        double lane = y + 10 + 7 * (dots.size() % DOT_LANES);
        dots.add(
            new Dot(
                Wording.at(axis.x(each.ms())), Wording.at(lane), label(each.cell(), each.ms())));
      }
    }
    return new Row(
        carrier,
        y,
        dots,
        cells.size() <= DOTS ? "" : bars(cells, axis, y),
        Wording.at(axis.x(median)),
        Wording.time(nanos(median)),
        cells.size());
  }

  private static String label(Report.Cell cell, double ms) {
    return Wording.name(cell.endpoint())
        + ", "
        + Wording.name(cell.protocol())
        + ": "
        + Wording.time(nanos(ms));
  }

  private static java.time.Duration nanos(double ms) {
    return java.time.Duration.ofNanos((long) (ms * 1e6));
  }

  private static String bars(List<Timed> cells, Axis axis, int y) {
    int[] counts = new int[BINS];
    double width = (RIGHT - LEFT) / (double) BINS;
    int most = 1;
    for (Timed each : cells) {
      int bin = Math.min(BINS - 1, (int) ((axis.x(each.ms()) - LEFT) / width));
      most = Math.max(most, ++counts[bin]);
    }
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < BINS; i++) {
      if (counts[i] > 0) {
        double tall = Math.max(1, 40.0 * counts[i] / most);
        path.append('M').append(Wording.at(LEFT + i * width));
        path.append(' ').append(Wording.at(y + 44));
        path.append('v').append(Wording.at(-tall)).append('h').append(Wording.at(width - 1));
        path.append('v').append(Wording.at(tall)).append('z');
      }
    }
    return path.toString();
  }
}
