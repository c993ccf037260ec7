package org.vpnprobe.analysis.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.Analyst;
import org.vpnprobe.analysis.Recorded;
import org.vpnprobe.analysis.TrialId;
import org.vpnprobe.analysis.WitnessRun;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Order;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.VantageFacts;

/** Drives a witness run through a world as the engine would, without waiting. */
final class Rehearsed {
  /** As the engine does: new flows a second from one vantage. */
  private static final double FLOWS_PER_MS = 0.2;

  private record Done(long at, long number, Measurement measurement) {}

  private final Plan plan;
  private final World world;
  private final Map<String, World.Wire> wires;
  private final Map<String, Double> censored;
  private final Map<String, CellFacts> cells = new HashMap<>();
  private final Map<String, EndpointFacts> endpoints = new HashMap<>();
  private final Map<String, Boolean> controls = new HashMap<>();
  private final Map<String, Long> serverFree = new HashMap<>();
  private final Map<String, Double> nextFlow = new HashMap<>();
  private final PriorityQueue<Done> under =
      new PriorityQueue<>(
          java.util.Comparator.comparingLong(Done::at).thenComparingLong(Done::number));
  private long numbers;

  /**
   * @param wires by protocol
   * @param censored by cell: the share of flows stopped, absent for none
   */
  Rehearsed(Plan plan, World world, Map<String, World.Wire> wires, Map<String, Double> censored) {
    this.plan = plan;
    this.world = world;
    this.wires = wires;
    this.censored = censored;
    plan.cells().forEach(cell -> cells.put(cell.id(), cell));
    plan.endpoints().forEach(endpoint -> endpoints.put(endpoint.name(), endpoint));
    for (VantageFacts vantage : plan.vantages()) {
      controls.put(vantage.name(), vantage.role() == Role.CONTROL);
    }
  }

  /** The report at the end of the run. */
  Report report() {
    WitnessRun run = new WitnessRun(plan);
    List<Measurement> measured = new ArrayList<>();
    long now = 0;
    while (!run.finished() || !under.isEmpty()) {
      for (Order order : run.ready(Duration.ofMillis(now))) {
        begin(order, now);
      }
      Optional<Duration> next = run.next(Duration.ofMillis(now));
      Done first = under.peek();
      if (first == null && next.isEmpty()) {
        throw new IllegalStateException("the run waits for nothing");
      }
      if (first != null && (next.isEmpty() || first.at() <= next.get().toMillis())) {
        now = Math.max(now, first.at());
        measured.add(under.remove().measurement());
        run.add(measured.getLast());
      } else {
        now = Math.max(now + 1, next.orElseThrow().toMillis());
      }
    }
    Instant end = plan.createdAt().plusMillis(now);
    return Analyst.report(List.of(new Recorded(plan, measured, end)));
  }

  private void begin(Order order, long now) {
    switch (order) {
      case Order.Single single -> {
        CellFacts cell = cell(single.cell());
        String server = server(cell);
        long at = Math.max(flow(cell, now), serverFree.getOrDefault(server, 0L));
        Measurement m = trial(TrialId.of(single), cell, null, single.purpose(), 0, at);
        serverFree.put(server, end(m));
      }
      case Order.Round round -> {
        CellFacts suspect = cell(round.cell());
        String server = server(suspect);
        long at = Math.max(flow(suspect, now), serverFree.getOrDefault(server, 0L));
        at = part(round, Purpose.CONTROL_BEFORE, control(round), at);
        at = part(round, Purpose.COUNTED, suspect, at);
        at = part(round, Purpose.CONTRAST, contrast(round), at);
        at = part(round, Purpose.CONTROL_AFTER, control(round), at);
        serverFree.put(server, at);
      }
    }
  }

  private @Nullable CellFacts control(Order.Round round) {
    CellFacts suspect = cell(round.cell());
    return round.control() == null
        ? null
        : cell(CellFacts.id(suspect.endpoint(), round.control(), suspect.family()));
  }

  private @Nullable CellFacts contrast(Order.Round round) {
    return round.contrast() == null ? null : cell(round.contrast());
  }

  private long part(Order.Round round, Purpose purpose, @Nullable CellFacts cell, long at) {
    if (cell == null) {
      return at;
    }
    return end(trial(TrialId.of(round, purpose), cell, round.cell(), purpose, round.round(), at));
  }

  private long end(Measurement m) {
    return Duration.between(plan.createdAt(), m.ended()).toMillis();
  }

  private long flow(CellFacts cell, long now) {
    double at = Math.max(now, nextFlow.getOrDefault(cell.vantage(), 0.0));
    nextFlow.put(cell.vantage(), at + 1 / FLOWS_PER_MS);
    return (long) at;
  }

  private Measurement trial(
      String id, CellFacts cell, @Nullable String serves, Purpose purpose, int round, long at) {
    EndpointFacts endpoint = Objects.requireNonNull(endpoints.get(cell.endpoint()));
    World.Wire wire = Objects.requireNonNull(wires.get(endpoint.protocol()));
    long took =
        world.handshake(
            cell.vantage(),
            controls.getOrDefault(cell.vantage(), false),
            endpoint.name(),
            wire,
            at,
            censored.getOrDefault(cell.id(), 0.0));
    boolean up = took >= 0;
    Measurement m =
        new Measurement(
            id,
            cell.id(),
            serves,
            cell.endpoint(),
            cell.vantage(),
            cell.family(),
            purpose,
            round,
            plan.createdAt().plusMillis(at),
            Duration.ofMillis(up ? took : wire.deadlineMs()),
            endpoint.address(),
            endpoint.trialDeadline(),
            endpoint.goal(),
            up ? endpoint.goal() : null,
            up ? "simulated" : null,
            up
                ? null
                : new Failure(
                    StepName.HANDSHAKE, FailureKind.GENERIC_TIMEOUT_ERROR, null, "", null),
            up ? Duration.ofMillis(took) : null,
            List.of(),
            List.of(),
            null);
    under.add(new Done(end(m), numbers++, m));
    return m;
  }

  private String server(CellFacts cell) {
    String address = Objects.requireNonNull(endpoints.get(cell.endpoint())).address();
    return address.substring(0, address.indexOf(':'));
  }

  private CellFacts cell(String id) {
    return Objects.requireNonNull(cells.get(id), id);
  }
}
