package org.vpnprobe.report.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.Analyst;
import org.vpnprobe.analysis.compare.Seen;
import org.vpnprobe.analysis.compare.Snapshot;
import org.vpnprobe.engine.Journal;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Report;

/**
 * Reads reports back for comparing: {@code report.json}, a baseline, or a journal, of which the
 * report is made again. Files may come from anywhere: bounded, strict, and what is wrong is said
 * with its line.
 */
public final class ReportFile {
  /** Inside a run's folder (design §6, contract). */
  private static final String JOURNAL = "results.ndjson";

  private static final String REPORT = "report.json";

  /** How the first line of a journal begins. */
  private static final byte[] PLAN = "{\"type\":".getBytes(StandardCharsets.UTF_8);

  private ReportFile() {}

  /**
   * The file that holds the report: itself, or the journal or report inside a run's folder.
   *
   * @throws IOException when the folder holds neither
   */
  public static Path in(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return path;
    }
    for (String name : List.of(JOURNAL, REPORT)) {
      if (Files.isRegularFile(path.resolve(name))) {
        return path.resolve(name);
      }
    }
    throw new InvalidReport(path + ": holds neither " + JOURNAL + " nor " + REPORT);
  }

  /** True for what a run left behind, which is never written over: its folder or a file there. */
  public static boolean isOfRun(Path path) {
    Path folder = path.toAbsolutePath().getParent();
    return Files.isDirectory(path)
        || (folder != null && Files.exists(folder.resolve(JOURNAL)))
        || path.toString().endsWith(".ndjson");
  }

  /**
   * Reads a journal, a {@code report.json}, a baseline, or the run in a folder.
   *
   * @throws InvalidReport for what is no report of this version
   * @throws org.vpnprobe.engine.InvalidJournal for what is no journal of this version
   */
  public static Snapshot read(Path path) throws IOException {
    Path file = in(path);
    if (isJournal(file)) {
      return Snapshot.of(Analyst.report(List.of(Journal.read(file).recorded())));
    }
    try (StrictJson json = StrictJson.open(file)) {
      return read(json);
    }
  }

  static Snapshot read(StrictJson json) throws InvalidReport {
    return new Reader(json).read();
  }

  private static boolean isJournal(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return java.util.Arrays.equals(PLAN, in.readNBytes(PLAN.length));
    }
  }

  /** Takes the keys of the document. */
  private static final class Reader {
    private final StrictJson json;
    private final SeenJson cell;
    private final Map<String, Seen> cells = new LinkedHashMap<>();
    private @Nullable Integer version;
    private @Nullable String runId;
    private @Nullable Instant startedAt;
    private @Nullable Instant finishedAt;
    private @Nullable String toolVersion;
    private @Nullable Profile profile;
    private @Nullable Boolean rehearsal;
    private boolean listed;

    Reader(StrictJson json) {
      this.json = json;
      this.cell = new SeenJson(json);
    }

    Snapshot read() throws InvalidReport {
      json.document(this::take);
      json.present(version, "schema_version");
      json.present(listed ? cells : null, "cells");
      return new Snapshot(
          json.present(runId, "run_id"),
          json.present(startedAt, "started_at"),
          json.present(finishedAt, "finished_at"),
          json.present(toolVersion, "tool"),
          json.present(profile, "profile"),
          json.present(rehearsal, "rehearsal"),
          cells);
    }

    private boolean take(String key) throws InvalidReport {
      switch (key) {
        case "schema_version" -> version = version();
        case "run_id" -> runId = json.text();
        case "started_at" -> startedAt = json.time();
        case "finished_at" -> finishedAt = json.time();
        case "tool" -> json.object(this::takeTool);
        case "profile" -> profile = json.oneOf(Profile.class, Profile::id);
        case "rehearsal" -> rehearsal = json.truth();
        case "cells" -> {
          listed = true;
          json.objects(this::add, cell::take);
        }
        default -> {
          return false;
        }
      }
      return true;
    }

    private int version() throws InvalidReport {
      int found = json.count();
      if (found != Report.SCHEMA_VERSION) {
        throw json.wrong(
            "schema version "
                + found
                + ", expected "
                + Report.SCHEMA_VERSION
                + "; make the report again from its journal, or read it with the vpnprobe that"
                + " wrote it");
      }
      return found;
    }

    private boolean takeTool(String key) throws InvalidReport {
      if (!key.equals("version")) {
        return false;
      }
      toolVersion = json.text();
      return true;
    }

    private void add() throws InvalidReport {
      Seen seen = cell.made();
      if (cells.put(seen.id(), seen) != null) {
        throw json.wrong("the same cell twice");
      }
    }
  }
}
