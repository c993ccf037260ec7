package org.vpnprobe.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;
import org.vpnprobe.report.Printable;

/** Counts of cells by what they have in common: a line for each value and carrier. */
final class RollupTable {
  /** What cells can be counted by. */
  static final List<String> BY = List.of("carrier", "protocol", "tag", "port");

  private static final int LONGEST_NAME = 32;

  private RollupTable() {}

  /** The roll-up as text, beginning and ending in a line break; empty when there is nothing. */
  static String of(Report report, String by, Terminal terminal) {
    Paint paint = new Paint(terminal.colour());
    List<Report.Rollup> rollups =
        report.rollups().stream().filter(rollup -> rollup.by().equals(by)).toList();
    if (rollups.isEmpty()) {
      return "";
    }
    int values = width(by, rollups.stream().map(Report.Rollup::value).toList());
    int carriers = width("CARRIER", rollups.stream().map(Report.Rollup::carrier).toList());
    boolean total = by.equals("carrier");
    StringBuilder out = new StringBuilder("\n");
    String head = total ? "" : pad(by.toUpperCase(Locale.ROOT), values) + "  ";
    out.append(paint.bold(head + pad("CARRIER", carriers) + "  CELLS  REACHABLE")).append('\n');
    String last = "";
    for (Report.Rollup rollup : rollups) {
      String value = rollup.value().equals(last) ? "" : rollup.value();
      last = rollup.value();
      out.append(total ? "" : pad(Printable.of(value), values) + "  ")
          .append(pad(Printable.of(rollup.carrier()), carriers))
          .append(String.format(Locale.ROOT, "  %5d  ", rollup.cells()))
          .append(share(rollup))
          .append(others(rollup, paint))
          .append('\n');
    }
    return terminal.plain() ? Plain.of(out.toString()) : out.toString();
  }

  private static String share(Report.Rollup rollup) {
    String low = String.format(Locale.ROOT, "%.0f", rollup.share().low() * 100);
    String high = String.format(Locale.ROOT, "%.0f", rollup.share().high() * 100);
    return rollup.count(State.REACHABLE)
        + (low.equals(high) ? " (" + low + " %)" : " (" + low + " to " + high + " %)");
  }

  private static String others(Report.Rollup rollup, Paint paint) {
    List<String> others = new ArrayList<>();
    for (State state : State.values()) {
      int count = rollup.count(state);
      if (state != State.REACHABLE && count > 0) {
        others.add(paint.state(state, count + " " + state.id()));
      }
    }
    return others.isEmpty() ? "" : ", " + String.join(", ", others);
  }

  private static int width(String title, List<String> texts) {
    return Math.min(
        LONGEST_NAME, texts.stream().mapToInt(Width::of).reduce(title.length(), Math::max));
  }

  private static String pad(String text, int width) {
    return Width.pad(text, width);
  }
}
