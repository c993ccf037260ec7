package org.vpnprobe.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Egress;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.State;
import org.vpnprobe.report.Printable;

/**
 * A report for people: endpoints down, carriers across, then a line for each carrier. A matrix too
 * wide for the terminal is split by carriers.
 */
final class Matrix {
  private static final String GAP = "  ";
  private static final int LONGEST_NAME = 32;
  private static final int SHORTEST_NAME = 12;
  private static final int NARROWEST_COLUMN = 12;

  /** What most cells take: {@code ✓ authenticated 43 ms}. */
  private static final int USUAL_COLUMN = 21;

  /** Below this width names and states need the room of the protocols. */
  private static final int NARROW = 72;

  private final Report report;
  private final Terminal terminal;
  private final Paint paint;
  private final StringBuilder out = new StringBuilder();

  private Matrix(Report report, Terminal terminal) {
    this.report = report;
    this.terminal = terminal;
    this.paint = new Paint(terminal.colour());
  }

  /** The report as text for this terminal, ending in a line break. */
  static String of(Report report, Terminal terminal) {
    Matrix matrix = new Matrix(report, terminal);
    matrix.table();
    matrix.summary();
    return terminal.plain() ? Plain.of(matrix.out.toString()) : matrix.out.toString();
  }

  /** What the two lines of a cell say. */
  private record Entry(State state, String first, String second) {
    int width() {
      return Math.max(Width.of(first), Width.of(second));
    }
  }

  /** One endpoint over one family. */
  private record Row(String name, String protocol) {}

  private void table() {
    Map<Row, Map<String, Entry>> rows = new LinkedHashMap<>();
    for (Report.Cell cell : report.cells()) {
      String name = Printable.of(cell.endpoint()) + (cell.family() == Family.IP6 ? " /ip6" : "");
      rows.computeIfAbsent(new Row(name, cell.protocol()), r -> new HashMap<>())
          .put(cell.carrier(), entry(cell));
    }
    int protocols =
        terminal.width() < NARROW
            ? 0
            : widest(rows.keySet().stream().map(Row::protocol).toList(), "PROTOCOL");
    int beside = protocols == 0 ? 0 : GAP.length() + protocols;
    int room = terminal.width() - beside - GAP.length() - USUAL_COLUMN;
    int names =
        Math.min(
            Math.clamp(room, SHORTEST_NAME, LONGEST_NAME),
            widest(rows.keySet().stream().map(Row::name).toList(), "ENDPOINT"));
    int left = names + beside;

    List<Report.Carrier> waiting = new ArrayList<>(report.carriers());
    waiting.removeIf(carrier ->
        rows.values().stream().noneMatch(entries -> entries.containsKey(carrier.name())));
    while (!waiting.isEmpty() && !rows.isEmpty()) {
      Map<Report.Carrier, Integer> columns = new LinkedHashMap<>();
      int used = left;
      while (!waiting.isEmpty()) {
        int width = width(waiting.getFirst(), rows);
        if (!columns.isEmpty() && used + GAP.length() + width > terminal.width()) {
          break;
        }
        int most = Math.max(NARROWEST_COLUMN, terminal.width() - left - GAP.length());
        columns.put(waiting.removeFirst(), Math.min(width, most));
        used += GAP.length() + width;
      }
      part(rows, columns, names, protocols);
      out.append('\n');
    }
  }

  private void part(
      Map<Row, Map<String, Entry>> rows,
      Map<Report.Carrier, Integer> columns,
      int names,
      int protocols) {
    StringBuilder head = new StringBuilder(pad("ENDPOINT", names));
    if (protocols > 0) {
      head.append(GAP).append(pad("PROTOCOL", protocols));
    }
    columns.forEach((carrier, width) -> head.append(GAP).append(pad(title(carrier), width)));
    out.append(paint.bold(head.toString().stripTrailing())).append('\n');
    rows.forEach((row, entries) -> {
      if (columns.keySet().stream().noneMatch(carrier -> entries.containsKey(carrier.name()))) {
        return;
      }
      line(row, entries, columns, names, protocols, false);
      boolean second =
          columns.keySet().stream()
              .map(carrier -> entries.get(carrier.name()))
              .anyMatch(entry -> entry != null && !entry.second().isEmpty());
      if (second) {
        line(new Row("", ""), entries, columns, names, protocols, true);
      }
    });
  }

  private void line(
      Row row,
      Map<String, Entry> entries,
      Map<Report.Carrier, Integer> columns,
      int names,
      int protocols,
      boolean second) {
    StringBuilder line = new StringBuilder(pad(row.name(), names));
    if (protocols > 0) {
      line.append(GAP).append(paint.faint(pad(row.protocol(), protocols)));
    }
    columns.forEach((carrier, width) -> {
      Entry entry = entries.get(carrier.name());
      line.append(GAP);
      if (entry == null) {
        line.append(" ".repeat(width));
      } else if (second) {
        line.append(paint.faint(pad(entry.second(), width)));
      } else {
        line.append(paint.state(entry.state(), pad(entry.first(), width)));
      }
    });
    out.append(line.toString().stripTrailing()).append('\n');
  }

  private static Entry entry(Report.Cell cell) {
    String symbol = Paint.symbol(cell.state()) + " ";
    if (cell.state() == State.REACHABLE) {
      String depth = cell.depth() == null ? "" : cell.depth().id();
      return new Entry(cell.state(), symbol + depth + latency(cell.latency()), "");
    }
    return new Entry(cell.state(), symbol + cell.state().id(), Printable.of(why(cell)));
  }

  /** The cause where it is known, else where and how the last trial failed. */
  private static String why(Report.Cell cell) {
    if (cell.cause() != null) {
      return "  " + cell.cause();
    }
    Report.LastFailure failure = cell.lastFailure();
    return failure == null ? "" : "  " + failure.step().id() + ": " + shortly(failure);
  }

  private static String latency(Report.@Nullable Latency latency) {
    return latency == null ? "" : " " + milliseconds(latency.p50());
  }

  /** Three digits at most. */
  private static String milliseconds(Duration duration) {
    double value = duration.toNanos() / 1e6;
    return String.format(Locale.ROOT, value < 10 ? "%.1f ms" : "%.0f ms", value);
  }

  private static String shortly(Report.LastFailure failure) {
    return switch (failure.failure()) {
      case "generic_timeout_error" -> "timeout";
      case "connection_reset" -> "reset";
      case "connection_refused" -> "refused";
      case "eof_error" -> "closed";
      default -> failure.failure();
    };
  }

  private int width(Report.Carrier carrier, Map<Row, Map<String, Entry>> rows) {
    int widest = Width.of(title(carrier));
    for (Map<String, Entry> entries : rows.values()) {
      Entry entry = entries.get(carrier.name());
      widest = Math.max(widest, entry == null ? 0 : entry.width());
    }
    return widest;
  }

  private static String title(Report.Carrier carrier) {
    String name = Printable.of(carrier.name());
    return carrier.role() == Role.CONTROL ? name + " (control)" : name;
  }

  private void summary() {
    for (Report.Carrier carrier : report.carriers()) {
      int cells = carrier.counts().values().stream().mapToInt(Integer::intValue).sum();
      out.append(paint.bold(title(carrier))).append(": ");
      out.append(carrier.counts().getOrDefault(State.REACHABLE, 0));
      out.append(" of ").append(cells).append(" reachable");
      Report.Share share = carrier.reachableShare();
      if (share != null) {
        out.append(' ').append(range(share));
      }
      for (State state : State.values()) {
        int count = carrier.counts().getOrDefault(state, 0);
        if (state != State.REACHABLE && count > 0) {
          out.append(", ").append(paint.state(state, count + " " + state.id()));
        }
      }
      out.append(paint.faint(" [" + place(carrier.vantage()) + "]")).append('\n');
      works(carrier.name());
    }
    if (!report.rejected().isEmpty()) {
      int rejected = report.rejected().size();
      out.append(rejected == 1 ? "1 entry of the file was" : rejected + " entries of the file were")
          .append(" rejected and skipped\n");
    }
    for (String note : report.notes()) {
      out.append(Printable.of(note)).append('\n');
    }
  }

  /** What to use instead of what fails here. */
  private void works(String carrier) {
    String works =
        report.alternatives().stream()
            .filter(each -> each.carrier().equals(carrier))
            .map(each ->
                "%s (%s, %s %d)"
                    .formatted(
                        each.endpoint(), each.protocol(), each.transport().id(), each.port()))
            .collect(Collectors.joining(", "));
    if (!works.isEmpty()) {
      out.append("  works there: ").append(Printable.of(works)).append('\n');
    }
  }

  private static String place(Report.Vantage vantage) {
    List<String> words = new ArrayList<>(List.of(vantage.kind(), vantage.state()));
    if (!vantage.network().equals("unknown") && !vantage.network().equals(vantage.kind())) {
      words.add(1, vantage.network());
    }
    vantage.egress().stream()
        .map(Egress::shown)
        .filter(shown -> !shown.isEmpty())
        .distinct()
        .forEach(shown -> words.add(Printable.of(shown)));
    return String.join(", ", words);
  }

  private static String range(Report.Share share) {
    String low = String.format(Locale.ROOT, "%.0f", share.low() * 100);
    String high = String.format(Locale.ROOT, "%.0f", share.high() * 100);
    return low.equals(high) ? "(" + low + " %)" : "(" + low + " to " + high + " %)";
  }

  private static int widest(List<String> texts, String title) {
    return texts.stream().mapToInt(Width::of).reduce(title.length(), Math::max);
  }

  private static String pad(String text, int width) {
    return Width.pad(text, width);
  }
}
