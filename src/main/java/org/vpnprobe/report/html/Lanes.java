package org.vpnprobe.report.html;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.vpnprobe.analysis.Explanation;
import org.vpnprobe.model.Report;

/**
 * Which trial came when: a lane for each part that trials play, answers as dots, failures as
 * crosses, void failures as thin crosses. Drawn 720 wide.
 */
public record Lanes(int height, List<Lane> lanes, List<Timeline.Tick> ticks) {
  private static final int LEFT = 130;
  private static final int RIGHT = 700;
  private static final int ROW = 26;

  /**
   * One part.
   *
   * @param answered a path of round dots
   * @param failed a path of crosses
   * @param voided a path of crosses that do not count
   */
  public record Lane(
      String name, int y, String answered, String failed, String voided, String label) {}

  /** The parts, in the order in which they are drawn. */
  private enum Part {
    OWN("this cell"),
    CONTROL("control"),
    CONTRAST("same address"),
    WITNESS("witnesses"),
    EXPERIMENT("experiments");

    private final String words;

    Part(String words) {
      this.words = words;
    }
  }

  /** What is drawn in one lane so far. */
  private static final class Paths {
    private final StringBuilder answered = new StringBuilder();
    private final StringBuilder failed = new StringBuilder();
    private final StringBuilder voided = new StringBuilder();
    private int answers;
    private int failures;
  }

  static Lanes of(List<Explanation.Line> timeline, Report.Cell cell) {
    Instant first = timeline.getFirst().at();
    Instant last = timeline.getLast().at();
    double all = Math.max(1, Duration.between(first, last).toMillis());
    Map<Part, Paths> paths = new EnumMap<>(Part.class);
    timeline.forEach(line -> paths.computeIfAbsent(part(line, cell), p -> new Paths()));
    Map<Part, Integer> places = new EnumMap<>(Part.class);
    paths.keySet().forEach(part -> places.put(part, 14 + places.size() * ROW));
    for (Explanation.Line line : timeline) {
      Part part = part(line, cell);
      double x = LEFT + (RIGHT - LEFT) * Duration.between(first, line.at()).toMillis() / all;
      mark(paths.getOrDefault(part, new Paths()), line, x, places.getOrDefault(part, 0));
    }
    List<Lane> lanes = new ArrayList<>();
    paths.forEach((part, drawn) ->
        lanes.add(
            new Lane(
                part.words,
                places.getOrDefault(part, 0),
                drawn.answered.toString(),
                drawn.failed.toString(),
                drawn.voided.toString(),
                part.words + ": " + drawn.answers + " answered, " + drawn.failures + " failed")));
    List<Timeline.Tick> ticks = new ArrayList<>();
    for (int i = 0; i <= 4; i++) {
      ticks.add(
          new Timeline.Tick(
              Wording.at(LEFT + (RIGHT - LEFT) * i / 4.0), since((long) (all * i / 4))));
    }
    return new Lanes(14 + lanes.size() * ROW + 14, lanes, ticks);
  }

  /** True when the trial reached what it was to reach. */
  static boolean succeeded(Explanation.Line line) {
    return line.result().startsWith("reached ");
  }

  private static Part part(Explanation.Line line, Report.Cell cell) {
    return switch (line.role()) {
      case "screening", "repeat", "counted", "survey" ->
          line.from().equals(cell.id()) ? Part.OWN : Part.CONTROL;
      case "control_before", "control_after" -> Part.CONTROL;
      case "contrast" -> Part.CONTRAST;
      case "witness" -> line.from().equals(cell.id()) ? Part.OWN : Part.WITNESS;
      default -> Part.EXPERIMENT;
    };
  }

  private static void mark(Paths paths, Explanation.Line line, double x, int y) {
    if (succeeded(line)) {
      paths.answers++;
      paths.answered.append('M').append(Wording.at(x)).append(' ').append(y).append("h0");
      return;
    }
    paths.failures++;
    StringBuilder cross = line.standing().startsWith("void") ? paths.voided : paths.failed;
    cross.append('M').append(Wording.at(x - 4)).append(' ').append(y - 4).append("l8 8m0-8l-8 8");
  }

  private static String since(long millis) {
    if (millis >= 7_200_000) {
      return Wording.say("+%.1f h", millis / 3.6e6);
    }
    return millis >= 120_000
        ? Wording.say("+%.1f min", millis / 6e4)
        : Wording.say("+%.0f s", millis / 1e3);
  }
}
