package org.vpnprobe.report;

import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import org.vpnprobe.model.Report;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code cells.ndjson}: one cell a line, each with what tells its run apart, for a database that
 * takes lines of JSON. The journal is the other NDJSON: it holds trials, this holds verdicts.
 */
final class NdjsonFormat implements Format {
  @Override
  public String name() {
    return "ndjson";
  }

  @Override
  public String fileName() {
    return "cells.ndjson";
  }

  @Override
  public boolean shared() {
    return false;
  }

  @Override
  public void write(Dossier dossier, OutputStream out) throws IOException {
    Report report = dossier.report();
    Map<String, String> roles = new HashMap<>();
    report.carriers().forEach(carrier -> roles.put(carrier.name(), carrier.role().id()));
    for (Report.Cell cell : report.cells()) {
      ObjectNode line = JsonText.object();
      line.put("schema_version", report.schemaVersion());
      line.put("run_id", report.runId());
      line.put("started_at", JsonFormat.time(report.startedAt()));
      line.put("finished_at", JsonFormat.time(report.finishedAt()));
      line.put("tool_version", report.toolVersion());
      line.put("rehearsal", report.rehearsal());
      line.put("role", roles.get(cell.carrier()));
      CellJson.put(line, cell);
      JsonText.line(line, out);
    }
  }
}
