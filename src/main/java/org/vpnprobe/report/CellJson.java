package org.vpnprobe.report;

import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Report;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A cell as JSON, the same in {@code report.json} and {@code cells.ndjson}. */
final class CellJson {
  private CellJson() {}

  /** Puts every key of the cell. */
  static void put(ObjectNode node, Report.Cell cell) {
    node.put("id", cell.id());
    node.put("endpoint", cell.endpoint());
    node.put("protocol", cell.protocol());
    node.put("transport", cell.transport().id());
    node.put("family", cell.family().id());
    node.put("carrier", cell.carrier());
    node.put("state", cell.state().id());
    node.put("cause", cell.cause());
    node.put("rule", cell.rule());
    node.put("depth", cell.depth() == null ? null : cell.depth().id());
    node.put("asked", cell.asked().id());
    node.put("profile", cell.profile().id());
    node.put("trials", cell.trials());
    node.put("counted", cell.counted());
    node.put("void", cell.voided());
    Report.Witnesses witnesses = cell.witnesses();
    if (witnesses == null) {
      node.putNull("witnesses");
    } else {
      node.putObject("witnesses")
          .put("n", witnesses.n())
          .put("failed", witnesses.failed())
          .put("p0", witnesses.p0());
    }
    node.put("p_value", cell.pValue());
    node.put("q_value", cell.qValue());
    latency(node, cell.latency());
    Report.LastFailure failure = cell.lastFailure();
    if (failure == null) {
      node.putNull("last_failure");
    } else {
      node.putObject("last_failure")
          .put("step", failure.step().id())
          .put("failure", failure.failure());
    }
    strings(node.putArray("evidence"), cell.evidence());
    strings(node.putArray("not_excluded"), cell.notExcluded());
    node.put("advice", cell.advice());
    node.put("expected", cell.expected().id());
    node.put("as_expected", cell.asExpected());
    strings(node.putArray("tags"), cell.tags());
  }

  private static void latency(ObjectNode node, Report.@Nullable Latency latency) {
    if (latency == null) {
      node.putNull("latency_ms");
      return;
    }
    node.putObject("latency_ms")
        .put("min", milliseconds(latency.min()))
        .put("p50", milliseconds(latency.p50()))
        .put("p95", milliseconds(latency.p95()));
  }

  /** With one decimal place. */
  static double milliseconds(Duration duration) {
    return Math.round(duration.toNanos() / 1e5) / 10.0;
  }

  private static void strings(ArrayNode array, Collection<String> values) {
    values.forEach(array::add);
  }
}
