package org.vpnprobe.report.html;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vpnprobe.model.Event;
import org.vpnprobe.model.PastVerdict;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;
import org.vpnprobe.report.Dossier;

/**
 * Availability over time: per carrier the shares of its cells by state, run by run, and a ribbon
 * for each of its cells that changed. Drawn 960 wide.
 *
 * @param runs how many runs are shown, this one included
 * @param span from when to when, in words
 * @param height of the whole drawing
 * @param ticks of the time axis
 * @param marks the user's events inside the span
 * @param outside the user's events outside it, in words
 * @param looks of the states that are drawn
 * @param left how many cells that changed are not shown
 */
public record Timeline(
    int runs,
    String span,
    int height,
    List<Tick> ticks,
    List<Mark> marks,
    List<String> outside,
    List<Lane> lanes,
    List<Look> looks,
    int left) {

  static final int LEFT = 190;
  static final int RIGHT = 940;
  private static final int TOP = 34;
  private static final int AREA = 56;
  private static final int RIBBON = 16;
  private static final int GAP = 18;

  /** So many columns at most: the page stays small however long the history is. */
  private static final int COLUMNS = 120;

  /** So many ribbons in all. */
  private static final int RIBBONS = 36;

  /** Wide enough for a symbol. */
  private static final int LEGIBLE = 12;

  /** A point on the time axis. */
  public record Tick(String x, String text) {}

  /** A dated event; the number stands at its line and in the list below. */
  public record Mark(int number, String x, String text) {}

  /**
   * One carrier.
   *
   * @param bands one path per state, stacked from the bottom
   * @param label the first and the last share in words
   */
  public record Lane(
      String carrier, int y, int height, List<Band> bands, List<Ribbon> ribbons, String label) {}

  /** Everything of one state in one carrier. */
  public record Band(Look look, String path) {}

  /** One cell that changed. */
  public record Ribbon(String name, int y, List<Stretch> stretches, String label) {}

  /** A cell in one state for a while; {@code wide} where its symbol has room. */
  public record Stretch(Look look, String x, String width, String middle, boolean wide) {}

  /** One run: what it said, by cell. */
  private record Run(Instant at, Map<String, State> states) {}

  /** Where a time stands. */
  private record Axis(Instant from, Instant to) {
    double x(Instant at) {
      double all = Math.max(1, Duration.between(from, to).toMillis());
      return LEFT + (RIGHT - LEFT) * Duration.between(from, at).toMillis() / all;
    }
  }

  static Timeline of(Dossier dossier, Titles titles) {
    Report report = dossier.report();
    Map<String, Report.Cell> cells = new LinkedHashMap<>();
    report.cells().forEach(cell -> cells.put(cell.id(), cell));
    List<Run> runs = runs(dossier, cells);
    Instant first = runs.getFirst().at();
    Instant last = runs.getLast().at();
    if (!last.isAfter(first)) {
      return new Timeline(
          1, "", 0, List.of(), List.of(), told(report.events()), List.of(), List.of(), 0);
    }
    int columns = Math.min(COLUMNS, Math.max(24, runs.size()));
    Duration column = Duration.between(first, last).dividedBy(columns - 1);
    Axis axis = new Axis(first, last.plus(column));
    Map<String, List<Report.Cell>> changed = changed(report, runs);
    List<Lane> lanes = new ArrayList<>();
    int y = TOP;
    int room = RIBBONS;
    int left = 0;
    for (Report.Carrier carrier : report.carriers()) {
      List<Report.Cell> own =
          report.cells().stream().filter(cell -> cell.carrier().equals(carrier.name())).toList();
      if (own.isEmpty()) {
        continue;
      }
      List<Report.Cell> shown = changed.getOrDefault(carrier.name(), List.of());
      int each = Math.min(shown.size(), Math.max(4, RIBBONS / report.carriers().size()));
      int ribbons = Math.min(room, each);
      room -= ribbons;
      left += shown.size() - ribbons;
      int height = AREA + (ribbons == 0 ? 0 : 6 + ribbons * RIBBON);
      Shares shares = new Shares(own, columns);
      runs.forEach(run -> shares.add(run.states(), column(run.at(), first, column)));
      List<Ribbon> rows = new ArrayList<>();
      for (Report.Cell cell : shown.subList(0, ribbons)) {
        rows.add(ribbon(cell, runs, axis, y + AREA + 6 + rows.size() * RIBBON));
      }
      lanes.add(
          new Lane(
              titles.of(carrier.name()),
              y,
              height,
              shares.bands(y, AREA, LEFT, (RIGHT - LEFT) / (double) columns),
              rows,
              shares.label()));
      y += height + GAP;
    }
    return new Timeline(
        runs.size(),
        Wording.minute(first) + " to " + Wording.minute(last) + " UTC",
        y + 14,
        ticks(axis),
        marks(report.events(), axis),
        told(report.events().stream().filter(event -> !inside(event, axis)).toList()),
        lanes,
        Look.all().stream()
            .filter(look -> runs.stream().anyMatch(r -> r.states().containsValue(look.state())))
            .toList(),
        left);
  }

  /** Earlier runs and this one, by time; cells that this run does not know are left out. */
  private static List<Run> runs(Dossier dossier, Map<String, Report.Cell> cells) {
    Map<String, Run> byId = new LinkedHashMap<>();
    for (PastVerdict past : dossier.past()) {
      if (cells.containsKey(past.cell()) && !past.run().equals(dossier.report().runId())) {
        byId.computeIfAbsent(past.run(), run -> new Run(past.at(), new HashMap<>()))
            .states()
            .put(past.cell(), past.state());
      }
    }
    Run now = new Run(dossier.report().finishedAt(), new HashMap<>());
    cells.forEach((id, cell) -> now.states().put(id, cell.state()));
    List<Run> runs = new ArrayList<>(byId.values());
    runs.add(now);
    runs.sort(Comparator.comparing(Run::at));
    return runs;
  }

  private static int column(Instant at, Instant first, Duration column) {
    long width = Math.max(1, column.toMillis());
    return (int) (Duration.between(first, at).toMillis() / width);
  }

  /** By carrier, those that changed most often first. */
  private static Map<String, List<Report.Cell>> changed(Report report, List<Run> runs) {
    Map<String, TreeMap<Integer, List<Report.Cell>>> found = new HashMap<>();
    for (Report.Cell cell : report.cells()) {
      int changes = 0;
      State before = null;
      for (Run run : runs) {
        State now = run.states().get(cell.id());
        if (now != null) {
          changes += before != null && before != now ? 1 : 0;
          before = now;
        }
      }
      if (changes > 0) {
        found
            .computeIfAbsent(cell.carrier(), c -> new TreeMap<>(Comparator.reverseOrder()))
            .computeIfAbsent(changes, n -> new ArrayList<>())
            .add(cell);
      }
    }
    Map<String, List<Report.Cell>> ordered = new HashMap<>();
    found.forEach((carrier, byChanges) ->
        ordered.put(carrier, byChanges.values().stream().flatMap(List::stream).toList()));
    return ordered;
  }

  private static Ribbon ribbon(Report.Cell cell, List<Run> runs, Axis axis, int y) {
    List<Stretch> stretches = new ArrayList<>();
    List<String> words = new ArrayList<>();
    Instant from = null;
    State state = null;
    for (Run run : runs) {
      State now = run.states().get(cell.id());
      if (now != state) {
        if (from != null && state != null) {
          stretches.add(stretch(state, from, run.at(), axis));
        }
        if (now != null) {
          words.add(Look.of(now).word() + " from " + Wording.minute(run.at()));
        }
        state = now;
        from = run.at();
      }
    }
    if (from != null && state != null) {
      stretches.add(stretch(state, from, axis.to(), axis));
    }
    return new Ribbon(
        Wording.safe(cell.endpoint(), 26),
        y,
        stretches,
        Wording.name(cell.id()) + ": " + Wording.list(words, 12));
  }

  private static Stretch stretch(State state, Instant from, Instant to, Axis axis) {
    double x = axis.x(from);
    double width = Math.max(1, axis.x(to) - x);
    return new Stretch(
        Look.of(state),
        Wording.at(x),
        Wording.at(width),
        Wording.at(x + width / 2),
        width >= LEGIBLE);
  }

  private static List<Tick> ticks(Axis axis) {
    long span = Duration.between(axis.from(), axis.to()).toMillis();
    boolean days = span > Duration.ofHours(60).toMillis();
    List<Tick> ticks = new ArrayList<>();
    for (int i = 0; i <= 4; i++) {
      Instant at = axis.from().plusMillis(span * i / 4);
      ticks.add(new Tick(Wording.at(axis.x(at)), days ? Wording.day(at) : Wording.minute(at)));
    }
    return ticks;
  }

  private static Instant start(Event event) {
    return event.date().atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private static boolean inside(Event event, Axis axis) {
    return !start(event).isBefore(axis.from()) && start(event).isBefore(axis.to());
  }

  private static List<Mark> marks(List<Event> events, Axis axis) {
    List<Mark> marks = new ArrayList<>();
    for (Event event : events) {
      if (inside(event, axis)) {
        marks.add(new Mark(marks.size() + 1, Wording.at(axis.x(start(event))), told(event)));
      }
    }
    return marks;
  }

  private static List<String> told(List<Event> events) {
    return events.stream().map(Timeline::told).toList();
  }

  private static String told(Event event) {
    return Wording.day(start(event)) + ": " + Wording.name(event.name());
  }
}
