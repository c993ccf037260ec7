package org.vpnprobe.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Egress;
import org.vpnprobe.model.Event;
import org.vpnprobe.model.Rejected;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code report.json}: the form that scripts rely on (design §6, contract). Keys are never left
 * out: what is not known is null.
 */
final class JsonFormat implements Format {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  @Override
  public String name() {
    return "json";
  }

  @Override
  public String fileName() {
    return "report.json";
  }

  @Override
  public boolean shared() {
    return false;
  }

  @Override
  public void write(Dossier dossier, OutputStream out) throws IOException {
    try {
      byte[] text =
          MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(tree(dossier.report()));
      out.write(text);
      out.write("\n".getBytes(StandardCharsets.UTF_8));
    } catch (JacksonException e) {
      throw new IOException("the report cannot be written as JSON", e);
    }
  }

  private static ObjectNode tree(Report report) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("schema_version", report.schemaVersion());
    root.put("run_id", report.runId());
    root.put("started_at", time(report.startedAt()));
    root.put("finished_at", time(report.finishedAt()));
    root.putObject("tool").put("name", "vpnprobe").put("version", report.toolVersion());
    root.put("profile", report.profile().id());
    root.put("rehearsal", report.rehearsal());
    root.put("pace", report.pace());
    strings(root.putArray("notes"), report.notes());
    ArrayNode carriers = root.putArray("carriers");
    report.carriers().forEach(carrier -> carrier(carriers.addObject(), carrier));
    ArrayNode cells = root.putArray("cells");
    report.cells().forEach(cell -> cell(cells.addObject(), cell));
    ArrayNode rollups = root.putArray("rollups");
    report.rollups().forEach(rollup -> rollup(rollups.addObject(), rollup));
    ArrayNode works = root.putArray("works_here");
    report.alternatives().forEach(each -> alternative(works.addObject(), each));
    ArrayNode events = root.putArray("events");
    for (Event event : report.events()) {
      events.addObject().put("date", event.date().toString()).put("name", event.name());
    }
    ArrayNode rejected = root.putArray("rejected");
    for (Rejected entry : report.rejected()) {
      rejected
          .addObject()
          .put("file", entry.file())
          .put("line", entry.line())
          .put("column", entry.column())
          .put("message", entry.message());
    }
    return root;
  }

  private static void carrier(ObjectNode node, Report.Carrier carrier) {
    node.put("name", carrier.name());
    node.put("display_name", carrier.displayName());
    ArrayNode asns = node.putArray("asns");
    carrier.asns().forEach(asns::add);
    node.put("role", carrier.role().id());
    Report.Vantage vantage = carrier.vantage();
    ObjectNode place = node.putObject("vantage");
    place.put("kind", vantage.kind()).put("state", vantage.state());
    place.put("network", vantage.network()).put("country", vantage.country());
    ArrayNode egresses = place.putArray("egress");
    vantage.egress().forEach(egress -> egress(egresses.addObject(), egress));
    counts(node.putObject("counts"), carrier.counts());
    Report.Share share = carrier.reachableShare();
    if (share == null) {
      node.putNull("reachable_share");
    } else {
      node.putObject("reachable_share").put("low", share.low()).put("high", share.high());
    }
  }

  private static void counts(ObjectNode node, Map<State, Integer> counts) {
    for (State state : State.values()) {
      node.put(state.id(), counts.getOrDefault(state, 0));
    }
  }

  private static void egress(ObjectNode node, Egress egress) {
    node.put("moment", egress.moment().id());
    node.put("at", time(egress.at()));
    node.put("how", egress.how().id());
    node.put("asn", egress.asn());
    node.put("as_name", egress.asName());
    node.put("country", egress.country());
    node.put("network", egress.network() == null ? null : egress.network().id());
    ArrayNode findings = node.putArray("findings");
    egress
        .findings()
        .forEach(found -> findings.addObject().put("id", found.id()).put("text", found.text()));
  }

  private static void rollup(ObjectNode node, Report.Rollup rollup) {
    node.put("by", rollup.by());
    node.put("value", rollup.value());
    node.put("carrier", rollup.carrier());
    node.put("cells", rollup.cells());
    counts(node.putObject("counts"), rollup.counts());
    node.putObject("reachable_share")
        .put("low", rollup.share().low())
        .put("high", rollup.share().high());
  }

  private static void alternative(ObjectNode node, Report.Alternative works) {
    node.put("carrier", works.carrier());
    node.put("endpoint", works.endpoint());
    node.put("protocol", works.protocol());
    node.put("transport", works.transport().id());
    node.put("family", works.ip6() ? "ip6" : "ip4");
    node.put("port", works.port());
    node.put("depth", works.depth().id());
    Duration latency = works.latency();
    if (latency == null) {
      node.putNull("latency_ms");
    } else {
      node.put("latency_ms", milliseconds(latency));
    }
    node.put("answered_at", time(works.answered()));
  }

  private static void cell(ObjectNode node, Report.Cell cell) {
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

  private static double milliseconds(Duration duration) {
    return Math.round(duration.toNanos() / 1e5) / 10.0;
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(java.time.temporal.ChronoUnit.MILLIS).toString();
  }

  private static void strings(ArrayNode array, Collection<String> values) {
    values.forEach(array::add);
  }
}
