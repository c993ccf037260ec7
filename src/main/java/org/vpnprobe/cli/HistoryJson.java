package org.vpnprobe.cli;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.change.Change;
import org.vpnprobe.analysis.change.Comparison;
import org.vpnprobe.analysis.change.Gap;
import org.vpnprobe.analysis.change.Tally;
import org.vpnprobe.model.Event;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A history for programs: keys are never left out, times are ISO 8601 in UTC. */
final class HistoryJson {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();
  private static final int VERSION = 1;

  private final ObjectNode root = MAPPER.createObjectNode();

  HistoryJson(List<Instant> times) {
    root.put("schema_version", VERSION);
    root.put("runs", times.size());
    root.put("from", times.getFirst().toString());
    root.put("to", times.getLast().toString());
  }

  void cells(List<Lifeline> lines) {
    ArrayNode cells = root.putArray("cells");
    for (Lifeline line : lines) {
      ObjectNode cell = cells.addObject();
      cell.put("id", line.cell().name());
      cell.put("endpoint", line.cell().endpoint());
      cell.put("protocol", line.cell().protocol());
      cell.put("carrier", line.cell().carrier());
      cell.put("role", line.cell().role().id());
      cell.put("state", line.last().state().id());
      cell.put("cause", line.last().cause());
      cell.put("at", line.last().at().toString());
      tally(cell.putObject("reachable"), line.tally());
      ArrayNode changes = cell.putArray("changes");
      line.changes().forEach(change -> change(changes.addObject(), change));
      ArrayNode gaps = cell.putArray("gaps");
      for (Gap gap : line.gaps()) {
        gaps.addObject()
            .put("from", gap.from().toString())
            .put("to", gap.to().toString())
            .put("runs", gap.runs());
      }
    }
  }

  void events(List<Event> events) {
    ArrayNode array = root.putArray("events");
    events.forEach(e -> array.addObject().put("date", e.date().toString()).put("name", e.name()));
  }

  void comparison(String carrier, String event, Comparison c) {
    ObjectNode node = root.withArray("comparisons").addObject();
    node.put("carrier", carrier);
    node.put("event", event);
    node.put("at", c.event().toString());
    node.put("from", c.from().toString());
    node.put("to", c.to().toString());
    node.put("cells", c.cells());
    node.put("endpoints", c.endpoints());
    tally(node.putObject("before"), c.before());
    tally(node.putObject("after"), c.after());
    node.put("shift", c.shift());
    node.put("p_value", c.pValue());
    node.put("other_dates", c.otherDates());
    node.put("largest_elsewhere", c.largestElsewhere());
    node.put("controls_shift", c.controls());
    ArrayNode protocols = node.putArray("protocols");
    for (Comparison.Group group : c.protocols()) {
      ObjectNode each = protocols.addObject();
      each.put("protocol", group.protocol());
      each.put("cells", group.cells());
      each.put("changed", group.moved());
      tally(each.putObject("before"), group.before());
      tally(each.putObject("after"), group.after());
    }
    ArrayNode changed = node.putArray("changed");
    for (Comparison.Moved moved : c.moved()) {
      ObjectNode each = changed.addObject();
      each.put("cell", moved.cell());
      each.put("protocol", moved.protocol());
      change(each.putObject("change"), moved.change());
    }
    ArrayNode warnings = node.putArray("warnings");
    c.warnings().forEach(warnings::add);
  }

  private static void change(ObjectNode node, Change change) {
    node.put("to", change.to().name().toLowerCase(java.util.Locale.ROOT));
    node.put("last_before", change.lastBefore().toString());
    node.put("first_after", change.firstAfter().toString());
    node.put("silent_runs", change.silent());
    node.put("state_before", change.stateBefore().id());
    node.put("state_after", change.stateAfter().id());
    node.put("cause_after", change.causeAfter());
    tally(node.putObject("before"), change.before());
    tally(node.putObject("after"), change.after());
    node.put("dependence", change.dependence());
    node.put("p_value", change.pValue());
  }

  private static void tally(ObjectNode node, Tally tally) {
    @Nullable Double low = tally.all() == 0 ? null : tally.low();
    @Nullable Double high = tally.all() == 0 ? null : tally.high();
    node.put("runs", tally.all());
    node.put("reachable", tally.reachable());
    node.put("failing", tally.failing());
    node.put("undecided", tally.undecided());
    node.put("low", low);
    node.put("high", high);
  }

  @Override
  public String toString() {
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root);
  }
}
