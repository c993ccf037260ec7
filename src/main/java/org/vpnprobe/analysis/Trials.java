package org.vpnprobe.analysis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.Transport;
import org.vpnprobe.model.VantageFacts;

/** What one run has measured so far, in the order in which questions are asked of it. */
final class Trials {
  /** Endpoints of one protocol on one line: what witnesses are compared within. */
  record Stream(String vantage, Family family, Transport transport, String protocol) {}

  /** The trials of one round of one suspect. */
  record Round(
      int number,
      @Nullable Measurement before,
      @Nullable Measurement carrier,
      @Nullable Measurement contrast,
      @Nullable Measurement after) {
    Round with(Measurement m) {
      return switch (m.purpose()) {
        case CONTROL_BEFORE -> new Round(number, m, carrier, contrast, after);
        case COUNTED -> new Round(number, before, m, contrast, after);
        case CONTRAST -> new Round(number, before, carrier, m, after);
        case CONTROL_AFTER -> new Round(number, before, carrier, contrast, m);
        default -> this;
      };
    }
  }

  private final Plan plan;
  private final Map<String, CellFacts> cells = new LinkedHashMap<>();
  private final Map<String, EndpointFacts> endpoints = new HashMap<>();
  private final Map<String, VantageFacts> vantages = new LinkedHashMap<>();
  private final Map<String, Tried> tried = new HashMap<>();
  private final Map<String, Rows> inRounds = new HashMap<>();
  private final WitnessTrials witnessTrials;
  private final List<Measurement> measured;
  private Ids ids;
  private final Recent recent;
  private final Set<String> answeredSomewhere = new HashSet<>();
  private final Map<String, Rows> experiments = new HashMap<>();
  private @Nullable Touches touches;
  private final SuspectHosts suspectHosts = new SuspectHosts();
  private final Doors doors;
  private final Lines lines = new Lines(this);
  private @Nullable Map<String, Set<String>> examined;
  private int suspects;

  /** The trials of a run that goes on: each is added when it is over. */
  Trials(Plan plan) {
    this(plan, new ArrayList<>());
  }

  /** The trials of a run that is over: it is not asked which of them there are. */
  static Trials of(Plan plan, List<Measurement> measured) {
    Trials trials = new Trials(plan, measured);
    int row = 0;
    for (Measurement m : measured) {
      trials.add(m, row++);
    }
    trials.ids = trials.noIds(); // None is added any more.
    return trials;
  }

  private Trials(Plan plan, List<Measurement> measured) {
    this.plan = plan;
    this.measured = measured;
    this.recent = new Recent(measured);
    this.ids = noIds();
    plan.endpoints().forEach(endpoint -> endpoints.put(endpoint.name(), endpoint));
    plan.vantages().forEach(vantage -> vantages.put(vantage.name(), vantage));
    plan.cells().forEach(cell -> cells.put(cell.id(), cell));
    this.doors = new Doors(plan);
    this.witnessTrials = new WitnessTrials(this);
  }

  /** Which cells stand at one host. */
  Doors doors() {
    return doors;
  }

  /** What has answered on each line, and what has not. */
  Lines lines() {
    return lines;
  }

  /** Takes a trial in; one whose id is known already, or whose cell is not in the plan, is not. */
  boolean add(Measurement m) {
    measured.add(m);
    if (add(m, measured.size() - 1)) {
      return true;
    }
    measured.removeLast();
    return false;
  }

  private boolean add(Measurement m, int row) {
    CellFacts cell = cells.get(m.cell());
    if (cell == null || !ids.add(m.id(), row)) {
      return false;
    }
    if (m.purpose() == Purpose.EXPERIMENT) {
      add(row, experiments, Objects.requireNonNullElse(m.serves(), m.cell()));
    }
    if (touches != null) {
      touches.add(m, row);
    }
    if (!m.ownHandshake()) {
      return true; // What was done otherwise says nothing of the endpoint's own handshake.
    }
    Tried own = tried.computeIfAbsent(cell.id(), c -> new Tried());
    if (m.address() != null && own.server == null) {
      doors.contacted(cell, m.address());
    }
    own.add(m, row);
    lines.changed();
    examined = null;
    if (m.succeeded()) {
      answeredSomewhere.add(m.endpoint());
      suspectHosts.answered(cell);
    }
    switch (m.purpose()) {
      case WITNESS -> witnessTrials.add(m);
      case CONTROL_BEFORE, COUNTED, CONTRAST, CONTROL_AFTER ->
          add(row, inRounds, Objects.requireNonNullElse(m.serves(), m.cell()));
      case SCREENING -> {
        if (!m.succeeded() && role(m.cell()) == Role.CARRIER && Failing.speaksOfPath(m)) {
          suspects++;
          suspectHosts.failed(cell, host(m.cell()));
        }
      }
      default -> {}
    }
    return true;
  }

  private Ids noIds() {
    return new Ids(row -> recent.get(row).id());
  }

  private static void add(int row, Map<String, Rows> rows, String key) {
    rows.computeIfAbsent(key, k -> new Rows()).add(row);
  }

  private List<Measurement> at(@Nullable Rows rows) {
    return rows == null ? List.of() : recent.at(rows);
  }

  Plan plan() {
    return plan;
  }

  CellFacts cell(String id) {
    return Objects.requireNonNull(cells.get(id), id);
  }

  boolean knows(String cellId) {
    return cells.containsKey(cellId);
  }

  EndpointFacts endpoint(String cellId) {
    return Objects.requireNonNull(endpoints.get(cell(cellId).endpoint()), cellId);
  }

  VantageFacts vantage(String cellId) {
    return Objects.requireNonNull(vantages.get(cell(cellId).vantage()), cellId);
  }

  Role role(String cellId) {
    return vantage(cellId).role();
  }

  Stream stream(String cellId) {
    CellFacts cell = cell(cellId);
    EndpointFacts endpoint = endpoint(cellId);
    return new Stream(cell.vantage(), cell.family(), endpoint.transport(), endpoint.protocol());
  }

  /** All trials from this cell's vantage to its endpoint, whatever they were made for. */
  List<Measurement> of(String cellId) {
    Tried own = tried.get(cellId);
    return own == null ? List.of() : recent.at(own.rows);
  }

  /** True when one of them reached the asked depth. */
  boolean answered(String cellId) {
    Tried own = tried.get(cellId);
    return own != null && own.answered;
  }

  /** True when one of them reached any depth. */
  boolean heard(String cellId) {
    Tried own = tried.get(cellId);
    return own != null && own.heard;
  }

  /** The rounds of a suspect by number. */
  NavigableMap<Integer, Round> rounds(String cellId) {
    NavigableMap<Integer, Round> rounds = new TreeMap<>();
    for (Measurement m : at(inRounds.get(cellId))) {
      rounds.merge(
          m.round(),
          new Round(m.round(), null, null, null, null).with(m),
          (old, fresh) -> old.with(m));
    }
    return rounds;
  }

  /** True when the cell has rounds of its own. */
  boolean hasRounds(String cellId) {
    return inRounds.containsKey(cellId);
  }

  /** The number of the last round of a suspect that has begun, 0 when none has. */
  int roundsBegun(String cellId) {
    NavigableMap<Integer, Round> begun = rounds(cellId);
    return begun.isEmpty() ? 0 : begun.lastKey();
  }

  boolean has(String trialId) {
    return ids.has(trialId);
  }

  /** True when any vantage of this run reached the asked depth of the endpoint. */
  boolean answeredSomewhere(String endpoint) {
    return answeredSomewhere.contains(endpoint);
  }

  /** The trials of a suspect's experiments, by number. */
  List<Measurement> experiments(String cellId) {
    return at(experiments.get(cellId)).stream()
        .sorted(Comparator.comparing(m -> Objects.requireNonNull(m.experiment()).number()))
        .toList();
  }

  /** Everything that was sent from a line to an address and port. */
  List<Measurement> touches(String vantage, String address) {
    Touches all = touches;
    if (all == null) {
      all = new Touches(); // A report asks for none.
      for (int row = 0; row < measured.size(); row++) {
        all.add(measured.get(row), row);
      }
      touches = all;
    }
    return at(all.of(vantage, address));
  }

  /** Where suspects stand, by line. */
  SuspectHosts suspectHosts() {
    return suspectHosts;
  }

  /** The cells of an endpoint at controls. */
  List<String> controlsOf(CellFacts cell) {
    return plan.vantages().stream()
        .filter(vantage -> vantage.role() == Role.CONTROL)
        .map(vantage -> CellFacts.id(cell.endpoint(), vantage.name(), cell.family()))
        .filter(this::knows)
        .toList();
  }

  /** The control's cell of the same endpoint, one that answered before others; null for none. */
  @Nullable String controlOf(String cellId) {
    List<String> controls = controlsOf(cell(cellId));
    return controls.stream()
        .filter(this::answered)
        .findFirst()
        .orElse(controls.isEmpty() ? null : controls.getFirst());
  }

  /** S: cells of carriers whose screening failed. */
  int suspects() {
    return suspects;
  }

  /** The cells with rounds of their own at this address and port of a line. */
  Set<String> examinedAt(String vantage, String server) {
    Map<String, Set<String>> at = examined;
    if (at == null) {
      at = new HashMap<>();
      for (String cell : inRounds.keySet()) {
        if (knows(cell)) {
          at.computeIfAbsent(cell(cell).vantage() + " " + server(cell), d -> new HashSet<>())
              .add(cell);
        }
      }
      examined = at;
    }
    return at.getOrDefault(vantage + " " + server, Set.of());
  }

  /** What tells one server from another: the contacted address, else the host as written. */
  String host(String cellId) {
    return doors.host(cellId);
  }

  /** Address and port of a cell's server. */
  String server(String cellId) {
    Tried own = tried.get(cellId);
    if (own != null && own.server != null) {
      return own.server;
    }
    return endpoint(cellId).address();
  }

  /** The witness trials that speak for a suspect, by time. */
  List<Measurement> witnessTrials(String cellId) {
    return witnessTrials.of(cellId);
  }
}
