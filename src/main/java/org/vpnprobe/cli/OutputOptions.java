package org.vpnprobe.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
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
      description =
          "json, tsv, table. One: what standard output gets, in place of the table on a terminal"
              + " and TSV in a pipe. With --out, also a file each.")
  private List<String> formats = List.of();

  @Option(
      names = "--by",
      paramLabel = "LIST",
      split = ",",
      description =
          "Below the table also count by protocol, tag, port or carrier, carrier by carrier.")
  private List<String> by = List.of();

  @Mixin PrivacyOptions privacy = new PrivacyOptions();

  /** Refuses unknown names before anything is measured. */
  void check() {
    for (String name : by) {
      if (!RollupTable.BY.contains(name)) {
        throw new Refused(
            "--by: cells cannot be counted by “"
                + name
                + "”; expected "
                + String.join(", ", RollupTable.BY));
      }
    }
    for (String name : formats) {
      if (!name.equals(TABLE) && Formats.named(name).isEmpty()) {
        throw new Refused(
            "--format: there is no format “"
                + name
                + "”; expected "
                + String.join(
                    ", ", Stream.concat(Formats.names().stream(), Stream.of(TABLE)).toList()));
      }
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
        Format format = Formats.named(name).orElseThrow();
        boolean forAll = format.shared() && privacy.redacts(format);
        Formats.save(format, privacy.shown(dossier, format, journals), folder, forAll);
      }
    }
  }

  /**
   * Prints the report to standard output.
   *
   * @param journals what the dossier was made from
   */
  void print(Dossier dossier, List<Recorded> journals, Streams streams) throws IOException {
    String name =
        formats.size() == 1 ? formats.getFirst() : streams.terminal().out() ? TABLE : "tsv";
    if (name.equals(TABLE)) {
      Report report = privacy.shown(dossier, journals).report();
      streams.out().print(Matrix.of(report, streams.terminal()));
      by.forEach(what -> streams.out().print(RollupTable.of(report, what, streams.terminal())));
    } else {
      Format format = Formats.named(name).orElseThrow();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      format.write(privacy.shown(dossier, format, journals), bytes);
      streams.out().print(bytes.toString(StandardCharsets.UTF_8));
    }
    streams.out().flush();
  }
}
