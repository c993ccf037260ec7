package org.vpnprobe.report.compare;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.compare.Seen;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.State;
import tools.jackson.databind.node.ObjectNode;

/** One cell under the keys of {@code report.json}, as far as comparing needs it. */
final class SeenJson {
  private final StrictJson json;
  private @Nullable String id;
  private @Nullable String endpoint;
  private @Nullable String protocol;
  private @Nullable Family family;
  private @Nullable String carrier;
  private @Nullable State state;
  private @Nullable String cause;
  private @Nullable String rule;
  private @Nullable Integer counted;
  private @Nullable Expectation expected;
  private @Nullable Boolean asExpected;

  SeenJson(StrictJson json) {
    this.json = json;
  }

  boolean take(String key) throws InvalidReport {
    switch (key) {
      case "id" -> id = json.text();
      case "endpoint" -> endpoint = json.text();
      case "protocol" -> protocol = json.text();
      case "family" -> family = json.oneOf(Family.class, Family::id);
      case "carrier" -> carrier = json.text();
      case "state" -> state = json.oneOf(State.class, State::id);
      case "cause" -> cause = json.textOrNull();
      case "rule" -> rule = json.text();
      case "counted" -> counted = json.count();
      case "expected" -> expected = json.oneOf(Expectation.class, Expectation::id);
      case "as_expected" -> asExpected = json.truthOrNull();
      default -> {
        return false;
      }
    }
    return true;
  }

  /** The cell whose keys were taken; ready for the next one. */
  Seen made() throws InvalidReport {
    Seen seen =
        new Seen(
            json.present(endpoint, "endpoint"),
            json.present(protocol, "protocol"),
            json.present(family, "family"),
            json.present(carrier, "carrier"),
            json.present(state, "state"),
            cause,
            json.present(rule, "rule"),
            json.present(counted, "counted"),
            json.present(expected, "expected"),
            asExpected);
    if (!Objects.equals(id, seen.id())) {
      throw json.wrong("the id of a cell does not fit its endpoint, carrier and family");
    }
    id = null;
    endpoint = null;
    protocol = null;
    family = null;
    carrier = null;
    state = null;
    cause = null;
    rule = null;
    counted = null;
    expected = null;
    asExpected = null;
    return seen;
  }

  static void write(Seen seen, ObjectNode node) {
    node.put("id", seen.id());
    node.put("endpoint", seen.endpoint());
    node.put("protocol", seen.protocol());
    node.put("family", seen.family().id());
    node.put("carrier", seen.carrier());
    node.put("state", seen.state().id());
    node.put("cause", seen.cause());
    node.put("rule", seen.rule());
    node.put("counted", seen.counted());
    node.put("expected", seen.expected().id());
    node.put("as_expected", seen.asExpected());
  }
}
