package org.vpnprobe.report;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import org.vpnprobe.model.Egress;
import org.vpnprobe.model.Event;
import org.vpnprobe.model.Rejected;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code report.json}: the form that scripts rely on (design §6, contract). Keys are never left
 * out: what is not known is null. The schema in {@code report.schema.json} names them all.
 */
final class JsonFormat implements Format {
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
    Report report = dossier.report();
    JsonText.pretty(
        json -> {
          json.all(before(report));
          json.array("cells", report.cells(), CellJson::put);
          json.all(after(report));
        },
        out);
  }

  private static ObjectNode before(Report report) {
    ObjectNode root = JsonText.object();
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
    return root;
  }

  private static ObjectNode after(Report report) {
    ObjectNode root = JsonText.object();
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
      node.put("latency_ms", CellJson.milliseconds(latency));
    }
    node.put("answered_at", time(works.answered()));
  }

  /** To the millisecond, in UTC. */
  static String time(Instant instant) {
    return instant.truncatedTo(java.time.temporal.ChronoUnit.MILLIS).toString();
  }

  private static void strings(ArrayNode array, Collection<String> values) {
    values.forEach(array::add);
  }
}
