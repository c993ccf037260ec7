package org.vpnprobe.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.vpnprobe.analysis.change.Change;
import org.vpnprobe.analysis.change.Comparison;
import org.vpnprobe.analysis.change.Gap;
import org.vpnprobe.analysis.change.Sign;
import org.vpnprobe.analysis.change.Tally;
import org.vpnprobe.model.Event;
import org.vpnprobe.report.Printable;

/** A history for people. */
final class HistoryText {
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int LONGEST_NAME = 40;
  private static final int MOST_GAPS = 5;
  private static final int MOST_MOVED = 12;
  private static final double SMALLEST = 1e-99;

  private static final String SHARES =
      "A share is a range: runs that could not judge or could not blame anybody count as failed at"
          + " its low end and as reachable at its high end. All runs stand in it, no sample of them:"
          + " it is no confidence interval.";

  private final PrintWriter out;
  private final Paint paint;
  private final boolean plain;

  HistoryText(PrintWriter out, Paint paint, boolean plain) {
    this.out = out;
    this.paint = paint;
    this.plain = plain;
  }

  /** Head, ribbon of all, a line for each cell, changes, gaps. */
  void overview(
      String title, List<Instant> times, Ribbon all, List<Lifeline> lines, List<Event> events) {
    out.println(
        paint.bold(Printable.of(title))
            + ": "
            + lines.size()
            + (lines.size() == 1 ? " cell, " : " cells, ")
            + times.size()
            + (times.size() == 1 ? " run, " : " runs, ")
            + time(times.getFirst())
            + " to "
            + time(times.getLast())
            + " UTC");
    int names =
        Math.min(
            LONGEST_NAME,
            lines.stream().mapToInt(l -> Printable.of(l.cell().name()).length()).max().orElse(0));
    if (lines.size() > 1) {
      Tally tally = lines.stream().map(Lifeline::tally).reduce(new Tally(0, 0, 0), Tally::plus);
      out.println(pad("all", names) + "  " + all.text(plain, paint) + "  " + share(tally));
    }
    for (Lifeline line : lines) {
      String symbol = plain ? "" : Paint.symbol(line.last().state()) + " ";
      out.println(
          pad(Printable.of(line.cell().name()), names)
              + "  "
              + line.ribbon().text(plain, paint)
              + "  "
              + share(line.tally())
              + ", now "
              + paint.state(line.last().state(), symbol + line.last().state().id()));
    }
    out.println(paint.faint(Ribbon.legend(plain) + "; a character is " + Spans.text(all.piece())));
    out.println(paint.faint(signs(SHARES)));
    changes(lines);
    gaps(lines);
    if (!events.isEmpty()) {
      out.println();
      out.println("Events (compare with --event):");
      events.forEach(event -> out.println("  " + event.date() + "  " + Printable.of(event.name())));
    }
  }

  private void changes(List<Lifeline> lines) {
    record Told(Lifeline line, Change change) {}
    List<Told> told = new ArrayList<>();
    lines.forEach(line -> line.changes().forEach(change -> told.add(new Told(line, change))));
    told.sort(Comparator.comparing(t -> t.change().firstAfter()));
    out.println();
    if (told.isEmpty()) {
      out.println("No change is certain in this time.");
      return;
    }
    out.println("Changes:");
    for (Told each : told) {
      out.println(
          "  " + paint.bold(Printable.of(each.line().cell().name())) + " " + when(each.change()));
      out.println("    " + what(each.change()));
    }
  }

  private String when(Change change) {
    String first = time(change.firstAfter());
    String last = time(change.lastBefore());
    String second = first.startsWith(last.substring(0, 10)) ? first.substring(11) : first;
    return verb(change)
        + " some time between "
        + last
        + arrow(" … ", " and ")
        + second
        + " ("
        + Spans.text(Duration.between(change.lastBefore(), change.firstAfter()))
        + (change.silent() == 0 ? "" : ", " + change.silent() + " runs in it could not judge")
        + ")";
  }

  /** Which way it went, and whether it went all the way. */
  private static String verb(Change change) {
    Tally after = change.after();
    if (change.to() == Sign.WORKS) {
      return after.reachable() > after.failing() ? "works since" : "works more often since";
    }
    return after.failing() > after.reachable() ? "fails since" : "fails more often since";
  }

  private String what(Change change) {
    return change.stateBefore().id()
        + arrow(" → ", " to ")
        + change.stateAfter().id()
        + (change.causeAfter() == null ? "" : " by " + Printable.of(change.causeAfter()))
        + "; reachable in "
        + share(change.before())
        + " before, "
        + share(change.after())
        + " after; by chance "
        + p(change.pValue())
        + (change.dependence() < 0.05
            ? ""
            : String.format(
                Locale.ROOT, ", runs resemble their neighbours (%.2f)", change.dependence()));
  }

  private static String p(double pValue) {
    return pValue < SMALLEST ? "p < 1e-99" : String.format(Locale.ROOT, "p ≤ %.1g", pValue);
  }

  private String arrow(String fine, String ascii) {
    return plain ? ascii : fine;
  }

  private String signs(String text) {
    return plain ? Plain.of(text) : text;
  }

  private void gaps(List<Lifeline> lines) {
    record Told(Gap gap, int cells) {}
    List<Told> told = new ArrayList<>();
    lines.stream()
        .flatMap(line -> line.gaps().stream())
        .collect(
            java.util.stream.Collectors.groupingBy(
                gap -> gap, java.util.stream.Collectors.counting()))
        .forEach((gap, cells) -> told.add(new Told(gap, cells.intValue())));
    told.sort(Comparator.comparing(t -> t.gap().from()));
    if (told.isEmpty()) {
      return;
    }
    out.println();
    out.println("Nothing is known of:");
    for (Told each : told.subList(0, Math.min(MOST_GAPS, told.size()))) {
      Gap gap = each.gap();
      out.println(
          "  "
              + time(gap.from())
              + " to "
              + time(gap.to())
              + (gap.runs() == 0 ? ": no run" : ": " + gap.runs() + " runs could not judge")
              + (lines.size() == 1 ? "" : ", " + each.cells() + " of " + lines.size() + " cells"));
    }
    if (told.size() > MOST_GAPS) {
      out.println("  and " + (told.size() - MOST_GAPS) + " more times");
    }
  }

  /** A carrier before and after an event. */
  void comparison(String carrier, String event, Comparison c) {
    out.println(
        paint.bold(Printable.of(carrier))
            + signs(" and “")
            + Printable.of(event)
            + signs("”: ")
            + time(c.from())
            + " to "
            + time(c.event())
            + arrow(" ↔ ", " against ")
            + time(c.to())
            + " UTC");
    out.println(
        "  reachable in "
            + share(c.before())
            + " before, "
            + share(c.after())
            + " after, "
            + c.cells()
            + " cells of "
            + c.endpoints()
            + " endpoints");
    out.println(
        String.format(
            Locale.ROOT,
            "  an endpoint's own share shifted by %+d points on average; p = %.2g, by flipping"
                + " the signs of the %d endpoints",
            Math.round(c.shift() * 100),
            c.pValue(),
            c.endpoints()));
    if (c.largestElsewhere() != null) {
      out.println(
          String.format(
              Locale.ROOT,
              "  the same at %d other dates before: at most %d points",
              c.otherDates(),
              Math.round(c.largestElsewhere() * 100)));
    }
    if (c.controls() != null) {
      out.println(
          String.format(
              Locale.ROOT,
              "  the controls at the same endpoints: %+.0f points",
              c.controls() * 100));
    }
    out.println("  by protocol:");
    for (Comparison.Group group : c.protocols()) {
      out.println(
          "    "
              + pad(Printable.of(group.protocol()), 14)
              + "  "
              + group.moved()
              + " of "
              + group.cells()
              + " cells changed, "
              + share(group.before())
              + arrow(" → ", " to ")
              + share(group.after())
              + (group.first() == null
                  ? ""
                  : ", the first until " + time(group.first().change().firstAfter())));
    }
    if (!c.moved().isEmpty()) {
      out.println("  in this order:");
      c.moved().stream()
          .limit(MOST_MOVED)
          .forEach(m ->
              out.println(
                  "    "
                      + time(m.change().lastBefore())
                      + arrow(" … ", " to ")
                      + time(m.change().firstAfter())
                      + "  "
                      + Printable.of(m.cell())));
      if (c.moved().size() > MOST_MOVED) {
        out.println("    and " + (c.moved().size() - MOST_MOVED) + " more");
      }
    }
    c.warnings().forEach(warning -> out.println("  weak: " + Printable.of(warning)));
    out.println(paint.faint("  " + signs(SHARES)));
  }

  private static String share(Tally tally) {
    String low = String.format(Locale.ROOT, "%.0f", tally.low() * 100);
    String high = String.format(Locale.ROOT, "%.0f", tally.high() * 100);
    return (low.equals(high) ? low : low + " to " + high) + " % of " + tally.all();
  }

  private static String time(Instant at) {
    return MINUTE.format(at);
  }

  private static String pad(String text, int width) {
    String cut = text.length() <= width ? text : text.substring(0, width - 1) + "…";
    return cut + " ".repeat(width - cut.length());
  }
}
