package org.vpnprobe.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Rejected;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.State;

/**
 * {@code report.md}: for an issue comment, a step summary or a forum. A table for each carrier, and
 * below it what is known of each cell that is not as expected.
 */
final class MarkdownFormat implements Format {
  @Override
  public String name() {
    return "markdown";
  }

  @Override
  public String fileName() {
    return "report.md";
  }

  @Override
  public boolean shared() {
    return true;
  }

  @Override
  public void write(Dossier dossier, OutputStream out) throws IOException {
    write(dossier.report(), new Page(Integer.MAX_VALUE, out));
  }

  /**
   * The report in at most so many bytes of UTF-8: what does not fit is left out from the end, and
   * said to be. Cells that are not as expected come first in their table.
   */
  static String text(Report report, int limit) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      write(report, new Page(limit, out));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static void write(Report report, Page page) throws IOException {
    page.add("## vpnprobe: " + CellWords.tally(report) + "\n\n");
    page.add(when(report) + "\n");
    if (!report.notes().isEmpty()) {
      page.add("\n");
      for (String note : report.notes()) {
        page.add("- " + MarkdownText.sentence(note) + "\n");
      }
    }
    for (Report.Carrier carrier : report.carriers()) {
      table(page, report, carrier);
    }
    if (!report.rejected().isEmpty()) {
      page.add("\n### Rejected entries of the file\n\n");
      for (Rejected entry : report.rejected()) {
        page.add(
            "- "
                + MarkdownText.code(entry.file() + ":" + entry.line() + ":" + entry.column())
                + " "
                + MarkdownText.sentence(entry.message())
                + "\n");
      }
    }
    page.end();
  }

  private static String when(Report report) {
    return (report.rehearsal() ? "Rehearsal, " : "Run, ")
        + report.profile().id()
        + " profile, "
        + MarkdownText.code(JsonFormat.time(report.startedAt()))
        + " to "
        + MarkdownText.code(JsonFormat.time(report.finishedAt()))
        + ", vpnprobe "
        + MarkdownText.code(report.toolVersion())
        + ".";
  }

  private static void table(Page page, Report report, Report.Carrier carrier) throws IOException {
    List<Report.Cell> cells =
        report.cells().stream()
            .filter(cell -> cell.carrier().equals(carrier.name()))
            .sorted((a, b) -> Boolean.compare(CellWords.failed(b), CellWords.failed(a)))
            .toList();
    if (cells.isEmpty()) {
      return;
    }
    page.add(
        "\n### "
            + MarkdownText.code(carrier.displayName())
            + (carrier.role() == Role.CONTROL ? " (control)" : "")
            + "\n\n"
            + CellWords.counts(carrier.counts()).replace("_", "\\_")
            + share(carrier.reachableShare())
            + "\n\n| Endpoint | Protocol | State | Why | Depth | Latency | As expected |\n"
            + "|---|---|---|---|---|---|---|\n");
    for (Report.Cell cell : cells) {
      page.add(row(cell));
    }
    List<Report.Cell> failing = cells.stream().filter(CellWords::failed).toList();
    if (!failing.isEmpty()) {
      page.add("\n");
      for (Report.Cell cell : failing) {
        page.add(story(cell));
      }
    }
  }

  private static String row(Report.Cell cell) {
    return "| "
        + String.join(
            " | ",
            MarkdownText.code(cell.endpoint()) + (cell.family() == Family.IP6 ? " ip6" : ""),
            MarkdownText.code(cell.protocol()),
            sign(cell.state()) + " " + MarkdownText.code(cell.state().id()),
            why(cell),
            cell.depth() == null ? "" : cell.depth().id(),
            latency(cell.latency()),
            expected(cell))
        + " |\n";
  }

  private static String story(Report.Cell cell) {
    StringBuilder out =
        new StringBuilder("- ")
            .append(MarkdownText.code(cell.id()))
            .append(' ')
            .append(MarkdownText.sentence(CellWords.verdict(cell)))
            .append('\n');
    CellWords.story(cell)
        .forEach(line -> out.append("  - ").append(MarkdownText.sentence(line)).append('\n'));
    return out.toString();
  }

  private static String why(Report.Cell cell) {
    if (cell.cause() != null) {
      return MarkdownText.code(cell.cause());
    }
    Report.LastFailure failure = cell.lastFailure();
    return failure == null || cell.state() == State.REACHABLE
        ? ""
        : failure.step().id() + ": " + MarkdownText.code(failure.failure());
  }

  private static String expected(Report.Cell cell) {
    return cell.asExpected() == null ? "not judged" : cell.asExpected() ? "yes" : "**no**";
  }

  private static String latency(Report.@Nullable Latency latency) {
    return latency == null ? "" : milliseconds(latency.p50());
  }

  private static String milliseconds(Duration duration) {
    return String.format(Locale.ROOT, "%.0f ms", duration.toNanos() / 1e6);
  }

  private static String share(Report.@Nullable Share share) {
    if (share == null) {
      return ".";
    }
    String low = String.format(Locale.ROOT, "%.0f", share.low() * 100);
    String high = String.format(Locale.ROOT, "%.0f", share.high() * 100);
    return "; reachable: " + low + (low.equals(high) ? " %." : " to " + high + " %.");
  }

  /** A shape beside the word, told apart without colour. */
  private static String sign(State state) {
    return switch (state) {
      case REACHABLE -> "✅";
      case DEGRADED, IMPAIRED -> "⚠️";
      case BLOCKED, LIKELY_BLOCKED -> "⛔";
      case DOWN -> "⬇️";
      case CONFIG_ERROR -> "🔧";
      case VANTAGE_OFFLINE, INSUFFICIENT -> "❔";
    };
  }

  /** Pieces that stand whole or not at all. */
  private static final class Page {
    /** Room for the last sentence. */
    private static final int RESERVE = 200;

    private final OutputStream out;
    private final int limit;
    private long bytes;
    private int leftOut;

    Page(int limit, OutputStream out) {
      this.limit = limit;
      this.out = out;
    }

    void add(String piece) throws IOException {
      byte[] text = piece.getBytes(StandardCharsets.UTF_8);
      if (leftOut > 0 || bytes + text.length > limit - RESERVE) {
        leftOut++;
        return;
      }
      bytes += text.length;
      out.write(text);
    }

    /** Says what was left out; nothing where not even the heading fits. */
    void end() throws IOException {
      if (leftOut > 0 && bytes > 0) {
        String left =
            "\n**Cut off here: " + leftOut + " more rows and lines are in the other formats.**\n";
        out.write(left.getBytes(StandardCharsets.UTF_8));
      }
    }
  }
}
