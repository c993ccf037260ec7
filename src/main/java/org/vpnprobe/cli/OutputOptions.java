package org.vpnprobe.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.Recorded;
import org.vpnprobe.model.Report;
import org.vpnprobe.report.Dossier;
import org.vpnprobe.report.Format;
import org.vpnprobe.report.Formats;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a report goes and in which forms. */
final class OutputOptions {
  /** For people; the other formats are for programs. */
  private static final String TABLE = "table";

  private static final String GITHUB = "github";

  /** For browsers. */
  private static final String PAGE = "html";

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      description =
          "Write results.ndjson and report.json here. Default: a folder of its own for each run"
              + " under $XDG_STATE_HOME/vpnprobe.")
  @Nullable Path out;

  @Option(
      names = {"-f", "--format"},
      paramLabel = "LIST",
      split = ",",
      completionCandidates = Words.FormatNames.class,
      description =
          "Form of the report: ${COMPLETION-CANDIDATES}. With --out a file each. One: also what a"
              + " pipe gets in place of TSV (but for html), and without --out a terminal in place"
              + " of the table.")
  private List<String> formats = List.of();

  @Option(
      names = "--by",
      paramLabel = "LIST",
      split = ",",
      completionCandidates = Words.Groups.class,
      description =
          "Below the table also count by protocol, tag, port or carrier, carrier by carrier.")
  private List<String> by = List.of();

  @Option(
      names = "--csv-bom",
      description = "Begin CSV with a byte order mark: Excel reads it as UTF-8 only then.")
  private boolean csvMark;

  @Option(names = "--plain", description = "The table without colour and in ASCII signs.")
  private boolean plain;

  @Mixin PrivacyOptions privacy = new PrivacyOptions();

  private final Map<String, Path> saved = new HashMap<>();

  /** Refuses unknown names before anything is measured. */
  void check() {
    for (String name : by) {
      if (!RollupTable.BY.contains(name)) {
        throw new Refused(Unknown.word("--by", name, RollupTable.BY));
      }
    }
    for (String name : formats) {
      if (!name.equals(TABLE) && Formats.named(name).isEmpty()) {
        throw new Refused(
            Unknown.word(
                "--format",
                name,
                Stream.concat(Formats.names().stream(), Stream.of(TABLE)).toList()));
      }
    }
    if (out == null && formats.stream().distinct().count() > 1) {
      throw new Refused(
          "--format: standard output takes one; several need --out DIR, for a file each");
    }
  }

  /**
   * Writes {@code report.json} and the other files asked for into the folder.
   *
   * @param journals what the dossier was made from
   */
  void save(Dossier dossier, List<Recorded> journals, Path folder) throws IOException {
    List<String> files = out == null ? List.of() : formats;
    for (String name : Stream.concat(Stream.of("json"), files.stream()).distinct().toList()) {
      if (!name.equals(TABLE)) {
        Format format = format(name);
        boolean forAll = format.readByOthers() && (privacy.redacts(format) || !format.shared());
        saved.put(
            name, Formats.save(format, privacy.shown(dossier, format, journals), folder, forAll));
      }
    }
  }

  /**
   * Prints the report to standard output.
   *
   * @param journals what the dossier was made from
   */
  void print(Dossier dossier, List<Recorded> journals, Streams streams) throws IOException {
    String name = printed(streams.terminal());
    if (name.equals(TABLE)) {
      Terminal terminal = plain ? streams.terminal().inPlain() : streams.terminal();
      Report report = privacy.shown(dossier, journals).report();
      streams.out().print(Matrix.of(report, terminal));
      by.forEach(what -> streams.out().print(RollupTable.of(report, what, terminal)));
    } else {
      Format format = format(name);
      Path file = saved.get(name);
      try (Printed printed = new Printed(streams.out())) {
        if (file != null) {
          Files.copy(file, printed); // A million trials are not told twice.
        } else {
          format.write(privacy.shown(dossier, format, journals), printed);
        }
      }
    }
    streams.out().flush();
  }

  /**
   * Tells the CI system that we run in.
   *
   * @param journals what the dossier was made from
   * @param unasked also when the user did not name its format
   */
  void tell(
      Dossier dossier,
      List<Recorded> journals,
      Streams streams,
      Map<String, String> environment,
      boolean unasked)
      throws IOException {
    GitHubActions step = GitHubActions.of(environment);
    if (!formats.contains(GITHUB) && !(unasked && step.running())) {
      return;
    }
    Dossier shown = privacy.shown(dossier, format(GITHUB), journals);
    if (!printed(streams.terminal()).equals(GITHUB)) {
      GitHubActions.annotate(shown, streams);
    }
    step.summarise(shown, streams);
  }

  private String printed(Terminal terminal) {
    List<String> names = formats.stream().distinct().toList();
    // Its file is there already; nobody reads a page's source on a terminal or in a cron mail.
    boolean fileEnough = out != null && (terminal.out() || names.contains(PAGE));
    if (names.size() == 1 && !fileEnough) {
      return names.getFirst();
    }
    return names.contains(TABLE) || terminal.out() ? TABLE : "tsv";
  }

  private Format format(String name) {
    return csvMark && name.equals("csv")
        ? Formats.csvWithMark()
        : Formats.named(name).orElseThrow();
  }
}
