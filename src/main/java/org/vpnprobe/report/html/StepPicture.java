package org.vpnprobe.report.html;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.Explanation;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.Step;

/**
 * How far trials came: a row per trial, its steps as bars on one logarithmic time axis. The cell's
 * own trials first, then a control's for comparison. Drawn 720 wide.
 */
public record StepPicture(int height, List<Timeline.Tick> ticks, List<Row> rows) {
  private static final int LEFT = 130;
  private static final int RIGHT = 690;
  private static final int ROW = 26;
  private static final int TOP = 8;
  private static final int OWN = 6;

  /** Wide enough for the name of a step. */
  private static final int LETTER = 7;

  /**
   * One trial.
   *
   * @param cross where it failed, empty when it did not
   */
  public record Row(String name, int y, List<Span> spans, String cross, String label) {}

  /** One step; {@code text} is empty where there is no room for it. */
  public record Span(
      String css, String x, String width, String middle, String text, String label) {}

  /** Where a time stands. */
  private record Axis(double most) {
    double x(Duration since) {
      return LEFT + (RIGHT - LEFT) * Math.log10(1 + millis(since)) / Math.log10(1 + most);
    }
  }

  static @Nullable StepPicture of(List<Explanation.Line> lines, Report.Cell cell) {
    List<Explanation.Line> with = lines.stream().filter(l -> !l.steps().isEmpty()).toList();
    List<Explanation.Line> own =
        with.stream().filter(l -> l.from().equals(cell.id()) && usual(l)).limit(OWN).toList();
    Stream<Explanation.Line> other =
        with.stream()
            .filter(l -> !l.from().equals(cell.id()) && endpoint(l).equals(cell.endpoint()))
            .filter(Lanes::succeeded)
            .limit(1);
    List<Explanation.Line> shown = Stream.concat(own.stream(), other).toList();
    if (shown.isEmpty()) {
      return null;
    }
    double most =
        shown.stream()
            .flatMap(l -> l.steps().stream())
            .mapToDouble(s -> millis(end(s)))
            .max()
            .orElse(1);
    Axis axis = new Axis(Math.max(2, most));
    List<Row> rows = new ArrayList<>();
    for (Explanation.Line line : shown) {
      rows.add(row(line, cell, axis, TOP + rows.size() * ROW));
    }
    List<Timeline.Tick> ticks = new ArrayList<>();
    for (long ms = 1; ms <= axis.most(); ms *= 10) {
      ticks.add(
          new Timeline.Tick(
              Wording.at(axis.x(Duration.ofMillis(ms))),
              ms < 1000 ? ms + " ms" : ms / 1000 + " s"));
    }
    return new StepPicture(TOP + rows.size() * ROW + 20, ticks, rows);
  }

  /** Not an experiment. */
  private static boolean usual(Explanation.Line line) {
    return switch (line.role()) {
      case "screening", "repeat", "counted", "witness", "survey" -> true;
      default -> false;
    };
  }

  private static String endpoint(Explanation.Line line) {
    int at = line.from().lastIndexOf('@');
    return at < 0 ? line.from() : line.from().substring(0, at);
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }

  private static Duration end(Step step) {
    return step.start().plus(step.took());
  }

  private static Row row(Explanation.Line line, Report.Cell cell, Axis axis, int y) {
    List<Span> spans = new ArrayList<>();
    String cross = "";
    List<String> words = new ArrayList<>();
    for (Step step : line.steps()) {
      double x = axis.x(step.start());
      double width = Math.max(2, axis.x(end(step)) - x);
      String name = step.name().id();
      String label =
          name
              + " "
              + Wording.time(step.took())
              + (step.failure() == null ? "" : ", " + Wording.safe(step.failure(), 60));
      words.add(label);
      spans.add(
          new Span(
              "t-" + name,
              Wording.at(x),
              Wording.at(width),
              Wording.at(x + width / 2),
              width > LETTER * name.length() + 6 ? name : "",
              label));
      if (step.failure() != null) {
        double at = axis.x(end(step)) + 7;
        cross = "M" + Wording.at(at - 4) + " " + (y + 5) + "l8 8m0-8l-8 8";
      }
    }
    boolean own = Objects.equals(line.from(), cell.id());
    String name =
        own ? line.role() : Wording.safe(line.from().substring(endpoint(line).length()), 18);
    return new Row(name, y, spans, cross, name + ": " + String.join(", ", words));
  }
}
