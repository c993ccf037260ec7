package org.vpnprobe.analysis.compare;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Report;

/**
 * A report, as far as comparing needs it.
 *
 * @param cells by id, in the order of the report
 */
public record Snapshot(
    String runId,
    Instant startedAt,
    Instant finishedAt,
    String toolVersion,
    Profile profile,
    boolean rehearsal,
    Map<String, Seen> cells) {

  public Snapshot {
    cells = Collections.unmodifiableMap(new LinkedHashMap<>(cells));
  }

  /** The same of a whole report. */
  public static Snapshot of(Report report) {
    return new Snapshot(
        report.runId(),
        report.startedAt(),
        report.finishedAt(),
        report.toolVersion(),
        report.profile(),
        report.rehearsal(),
        byId(report.cells().stream().map(Seen::of).toList()));
  }

  /** The same report with these cells in place of its own. */
  public Snapshot with(Map<String, Seen> others) {
    return new Snapshot(runId, startedAt, finishedAt, toolVersion, profile, rehearsal, others);
  }

  private static Map<String, Seen> byId(List<Seen> cells) {
    Map<String, Seen> byId = new LinkedHashMap<>();
    cells.forEach(cell -> byId.put(cell.id(), cell));
    return byId;
  }
}
