package org.vpnprobe.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.SourceMark;

/**
 * Workflow commands for the log of a GitHub Actions step: an annotation at the line of the file for
 * each cell that is not as expected (error) or was not judged (warning), and for each entry of the
 * file that was rejected (error). The step summary is {@link MarkdownFormat}'s text, cut to {@link
 * #summary}'s limit.
 */
public final class GitHubFormat implements Format {
  /** Annotations of one kind that GitHub shows for a step; more vanish without a word. */
  private static final int MOST = 10;

  /** What GitHub takes of one step's summary; a larger one is refused as a whole. */
  public static final int SUMMARY_LIMIT = 1 << 20;

  /** The longest message: GitHub cuts at 64 KiB, a reader much earlier. */
  private static final int LONGEST = 4000;

  @Override
  public String name() {
    return "github";
  }

  @Override
  public String fileName() {
    return "github-annotations.txt";
  }

  @Override
  public boolean shared() {
    return true;
  }

  @Override
  public void write(Dossier dossier, OutputStream out) throws IOException {
    List<String> errors = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    boolean rehearsal = dossier.report().rehearsal();
    for (Report.Cell cell : dossier.report().cells()) {
      SourceMark where = dossier.sources().get(cell.endpoint());
      if (CellWords.failed(cell)) {
        errors.add(cell(cell, where, "error", rehearsal));
      } else if (cell.asExpected() == null) {
        warnings.add(cell(cell, where, "warning", rehearsal));
      }
    }
    dossier
        .report()
        .rejected()
        .forEach(entry ->
            errors.add(
                command(
                    "error",
                    new SourceMark(entry.file(), entry.line(), entry.column()),
                    "rejected entry",
                    List.of(entry.message()))));
    StringBuilder text = new StringBuilder();
    limited("error", "errors", errors).forEach(line -> text.append(line).append('\n'));
    limited("warning", "warnings", warnings).forEach(line -> text.append(line).append('\n'));
    out.write(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The step summary.
   *
   * @param present bytes that are in the step's summary already
   */
  public static String summary(Report report, long present) {
    return MarkdownFormat.text(report, (int) Math.max(0, SUMMARY_LIMIT - present));
  }

  private static String cell(
      Report.Cell cell, @Nullable SourceMark where, String kind, boolean rehearsal) {
    List<String> lines = new ArrayList<>(List.of(CellWords.verdict(cell)));
    if (rehearsal) {
      lines.add("a rehearsal: the embedded lab was measured, not the world");
    }
    lines.addAll(CellWords.story(cell));
    return command(kind, where, cell.id(), lines);
  }

  /** At most ten, the last of which says how many more there are. */
  private static List<String> limited(String kind, String several, List<String> all) {
    if (all.size() <= MOST) {
      return all;
    }
    List<String> some = new ArrayList<>(all.subList(0, MOST - 1));
    some.add(
        command(
            kind,
            null,
            "more " + several,
            List.of((all.size() - some.size()) + " more " + several + ": see the step summary")));
    return some;
  }

  /** One command, its line breaks written as the runner reads them. */
  private static String command(
      String kind, @Nullable SourceMark where, String title, List<String> lines) {
    StringBuilder out = new StringBuilder("::").append(kind).append(' ');
    if (where != null) {
      out.append("file=").append(property(where.file()));
      out.append(",line=").append(where.line()).append(",col=").append(where.column()).append(',');
    }
    out.append("title=").append(property(title)).append("::");
    StringBuilder message = new StringBuilder();
    for (String line : lines) {
      message.append(message.isEmpty() ? "" : "%0A").append(data(line));
    }
    if (message.length() > LONGEST) {
      message.setLength(LONGEST);
      int escape = message.lastIndexOf("%");
      if (escape > LONGEST - 3) {
        message.setLength(escape); // Half an escape says something else.
      }
      message.append('…');
    }
    return out.append(message).toString();
  }

  /** Escapes as actions/toolkit does for the data of a command; other controls are taken out. */
  private static String data(String text) {
    return Printable.of(text).replace("%", "%25");
  }

  private static String property(String text) {
    return data(text).replace(":", "%3A").replace(",", "%2C");
  }
}
