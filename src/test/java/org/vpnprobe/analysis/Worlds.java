package org.vpnprobe.analysis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.simulation.Rehearsed;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.Transport;
import org.vpnprobe.model.VantageFacts;

/** A small plan, described in a few words, and what a run of it finds. */
final class Worlds {
  private final List<VantageFacts> vantages = new ArrayList<>();
  private final Map<String, EndpointFacts> endpoints = new LinkedHashMap<>();
  private final List<String> anchors = new ArrayList<>();
  private final List<String> witnesses = new ArrayList<>();
  private final List<Plan.Neighbour> neighbours = new ArrayList<>();
  private final List<String> ownKeys = new ArrayList<>();
  private Profile profile = Profile.STANDARD;
  private Expectation expected = Expectation.REACHABLE;
  private Instant begin = Instant.parse("2027-01-01T00:00:00Z");
  private boolean asControl;
  private boolean controlElsewhere;
  private @Nullable Duration surveyFor;

  /** One carrier, one control, and four WireGuard servers, the first with a second port. */
  static Worlds usual() {
    return alone().control("control");
  }

  /** The same without a control. */
  static Worlds alone() {
    return new Worlds()
        .carrier("mobile")
        .endpoint("a", "wireguard", Transport.UDP, "198.51.100.1:51820")
        .endpoint("a-port", "tcp", Transport.TCP, "198.51.100.1:22")
        .endpoint("b", "wireguard", Transport.UDP, "198.51.100.2:51820")
        .endpoint("c", "wireguard", Transport.UDP, "198.51.100.3:51820")
        .endpoint("d", "wireguard", Transport.UDP, "198.51.100.4:51820");
  }

  Worlds carrier(String name) {
    vantages.add(vantage(name, Role.CARRIER));
    return this;
  }

  Worlds control(String name) {
    vantages.add(vantage(name, Role.CONTROL));
    return this;
  }

  Worlds onlyControls() {
    vantages.removeIf(vantage -> vantage.role() == Role.CARRIER);
    asControl = true;
    return this;
  }

  Worlds controlElsewhere() {
    controlElsewhere = true;
    return this;
  }

  Worlds surveyFor(Duration wanted) {
    surveyFor = wanted;
    return this;
  }

  Worlds without(String endpoint) {
    endpoints.remove(endpoint);
    return this;
  }

  Worlds anchor(String endpoint) {
    anchors.add(endpoint);
    return this;
  }

  Worlds witness(String endpoint) {
    witnesses.add(endpoint);
    return this;
  }

  Worlds neighbour(String endpoint, String beside) {
    neighbours.add(new Plan.Neighbour(endpoint, beside));
    return this;
  }

  Worlds profile(Profile wanted) {
    profile = wanted;
    return this;
  }

  /** Every vantage has keys of its own for this endpoint. */
  Worlds ownKeys(String endpoint) {
    ownKeys.add(endpoint);
    return this;
  }

  Worlds expecting(Expectation wanted) {
    expected = wanted;
    return this;
  }

  Worlds later(Duration by) {
    begin = begin.plus(by);
    return this;
  }

  Worlds endpoint(String name, String protocol, Transport transport, String address) {
    endpoints.put(
        name,
        new EndpointFacts(
            name,
            protocol,
            transport,
            address,
            Depth.AUTHENTICATED,
            Depth.AUTHENTICATED,
            protocol.equals("wireguard"),
            false,
            false,
            false,
            Duration.ofSeconds(15),
            null,
            List.of(),
            List.of(),
            null));
    return this;
  }

  /** What may be different about an endpoint. */
  record Odd(
      boolean keysMissing, boolean residual, @Nullable Duration deadline, List<String> exclusive) {
    static final Odd KEYLESS = new Odd(true, false, null, List.of());
    static final Odd RESIDUAL = new Odd(false, true, null, List.of());
    static final Odd HURRIED = new Odd(false, false, Duration.ofSeconds(2), List.of());
    static final Odd KEYED = new Odd(false, false, null, List.of("key-1"));
  }

  Worlds odd(String name, Odd odd) {
    EndpointFacts e = Objects.requireNonNull(endpoints.get(name));
    endpoints.put(
        name,
        new EndpointFacts(
            e.name(),
            e.protocol(),
            e.transport(),
            e.address(),
            e.asked(),
            e.ceiling(),
            e.silent(),
            false,
            odd.keysMissing(),
            odd.residual(),
            e.trialDeadline(),
            odd.deadline(),
            odd.exclusive(),
            List.of(),
            null));
    return this;
  }

  Plan plan() {
    List<CellFacts> cells = new ArrayList<>();
    for (EndpointFacts endpoint : endpoints.values()) {
      for (VantageFacts vantage : vantages) {
        cells.add(
            new CellFacts(
                CellFacts.id(endpoint.name(), vantage.name(), Family.IP4),
                endpoint.name(),
                vantage.name(),
                Family.IP4,
                vantage.role() == Role.CARRIER ? expected : Expectation.REACHABLE,
                ownKeys.contains(endpoint.name()) ? true : null));
      }
    }
    return new Plan(
        Plan.SCHEMA_VERSION,
        "run-" + begin,
        "test",
        begin,
        1,
        profile,
        1,
        false,
        asControl,
        vantages,
        List.copyOf(endpoints.values()),
        cells,
        anchors,
        witnesses,
        neighbours,
        List.of(),
        List.of(),
        null,
        org.vpnprobe.model.Diagnose.OFF,
        List.of(),
        null,
        surveyFor,
        controlElsewhere ? true : null);
  }

  Recorded recorded(Rehearsed.Behaviour behaviour) {
    return new Rehearsed(plan(), behaviour).recorded();
  }

  /** The cells of a run in which trials behave like this, by id. */
  Map<String, Report.Cell> cells(Rehearsed.Behaviour behaviour) {
    return cells(List.of(recorded(behaviour)));
  }

  static Map<String, Report.Cell> cells(List<Recorded> journals) {
    Map<String, Report.Cell> cells = new LinkedHashMap<>();
    Analyst.report(journals).cells().forEach(cell -> cells.put(cell.id(), cell));
    return cells;
  }

  /** Everything answers, except for this cell, which is silent. */
  static Rehearsed.Behaviour silent(String cellId) {
    return (cell, purpose, at) ->
        cell.id().equals(cellId) ? Rehearsed.Outcome.silent(15_000) : Rehearsed.Outcome.up(80);
  }

  private static VantageFacts vantage(String name, Role role) {
    return new VantageFacts(name, name, List.of(), role, "direct", "host", true, true, true);
  }
}
