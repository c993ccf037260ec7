package org.vpnprobe.report.compare;

import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.compare.Change;
import org.vpnprobe.analysis.compare.Changes;
import org.vpnprobe.analysis.compare.Seen;
import org.vpnprobe.analysis.compare.Snapshot;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Changes for scripts: one JSON object. */
public final class ChangesJson {
  /** The version of this form. */
  private static final int SCHEMA_VERSION = 1;

  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private ChangesJson() {}

  /** The changes as text, ending in a line break; the same changes always give the same text. */
  public static String of(Changes changes) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("schema_version", SCHEMA_VERSION);
    side(root.putObject("old"), changes.before());
    side(root.putObject("new"), changes.after());
    root.put("cells", changes.compared());
    ObjectNode counts = root.putObject("counts");
    for (Change.Kind kind : Change.Kind.values()) {
      counts.put(kind.id(), changes.changes().stream().filter(c -> c.kind() == kind).count());
    }
    ArrayNode list = root.putArray("changes");
    changes.changes().forEach(change -> change(list.addObject(), change));
    ArrayNode undecided = root.putArray("undecided");
    changes.undecided().forEach(undecided::add);
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
  }

  private static void side(ObjectNode node, Snapshot snapshot) {
    node.put("run_id", snapshot.runId());
    node.put("started_at", snapshot.startedAt().truncatedTo(ChronoUnit.MILLIS).toString());
    node.put("finished_at", snapshot.finishedAt().truncatedTo(ChronoUnit.MILLIS).toString());
    node.put("profile", snapshot.profile().id());
    node.put("rehearsal", snapshot.rehearsal());
  }

  private static void change(ObjectNode node, Change change) {
    Seen known = change.after() == null ? change.before() : change.after();
    node.put("kind", change.kind().id());
    node.put("cell", change.cell());
    if (known != null) {
      node.put("endpoint", known.endpoint());
      node.put("protocol", known.protocol());
      node.put("family", known.family().id());
      node.put("carrier", known.carrier());
    }
    verdict(node, "old", change.before());
    verdict(node, "new", change.after());
  }

  private static void verdict(ObjectNode node, String key, @Nullable Seen seen) {
    if (seen == null) {
      node.putNull(key);
      return;
    }
    node.putObject(key)
        .put("state", seen.state().id())
        .put("cause", seen.cause())
        .put("rule", seen.rule());
  }
}
