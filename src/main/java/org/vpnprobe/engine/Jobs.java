package org.vpnprobe.engine;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.TrialId;
import org.vpnprobe.engine.exercise.Exercise;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Order;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.Variation;

/** Turns orders into jobs: which cells, on which address, with which deadline. */
final class Jobs {
  private final Plan plan;
  private final Map<String, CellFacts> cells = new HashMap<>();
  private final Map<String, EndpointFacts> endpoints = new HashMap<>();
  private final Map<String, InetAddress> addresses = new HashMap<>();

  Jobs(Plan plan) {
    this.plan = plan;
    plan.cells().forEach(cell -> cells.put(cell.id(), cell));
    plan.endpoints().forEach(endpoint -> endpoints.put(endpoint.name(), endpoint));
  }

  /** Remembers where a cell's name led to. */
  void contacted(Measurement m) {
    // An experiment may have gone elsewhere on purpose.
    if (m.address() != null && m.purpose() != Purpose.EXPERIMENT) {
      addresses.put(m.cell(), InetAddress.ofLiteral(HostPort.of(m.address()).host()));
    }
  }

  Job of(Order order) {
    return switch (order) {
      case Order.Single single -> {
        CellFacts cell = cell(single.cell());
        TrialOrder trial =
            trial(TrialId.of(single), cell, null, single.purpose(), 0, address(single));
        yield new Job(List.of(trial), use(List.of(cell)), single.purpose() == Purpose.WITNESS);
      }
      case Order.Round round -> round(round);
      case Order.Trial trial -> experiment(trial);
    };
  }

  /** At the address that the suspect's trials met; a comparison is met at its own. */
  private Job experiment(Order.Trial order) {
    CellFacts cell = cell(order.cell());
    boolean sameServer = cell.endpoint().equals(cell(order.serves()).endpoint());
    InetAddress address = addresses.get(sameServer ? order.serves() : order.cell());
    EndpointFacts endpoint = endpoint(cell);
    Variation variation = order.experiment().variation();
    Duration deadline = endpoint.deadline().plus(Exercise.beyond(variation));
    TrialOrder trial =
        new TrialOrder(
            TrialId.of(order),
            cell,
            order.serves(),
            Purpose.EXPERIMENT,
            0,
            address,
            Exercise.goal(variation, endpoint.goal()),
            Duration.ofNanos(Math.round(deadline.toNanos() / plan.pace())),
            order.experiment(),
            plan.pace());
    return new Job(List.of(trial), use(List.of(cell)), false);
  }

  /** A witness stays with the address that answered. */
  private @Nullable InetAddress address(Order.Single single) {
    return single.purpose() == Purpose.SCREENING ? null : addresses.get(single.cell());
  }

  private Job round(Order.Round round) {
    CellFacts suspect = cell(round.cell());
    InetAddress address = addresses.get(round.cell());
    List<TrialOrder> trials = new ArrayList<>();
    CellFacts control =
        round.control() == null
            ? null
            : cell(CellFacts.id(suspect.endpoint(), round.control(), suspect.family()));
    if (control != null) {
      trials.add(part(round, Purpose.CONTROL_BEFORE, control, address));
    }
    trials.add(part(round, Purpose.COUNTED, suspect, address));
    if (round.contrast() != null) {
      trials.add(
          part(round, Purpose.CONTRAST, cell(round.contrast()), addresses.get(round.contrast())));
    }
    if (control != null) {
      trials.add(part(round, Purpose.CONTROL_AFTER, control, address));
    }
    return new Job(trials, use(trials.stream().map(TrialOrder::cell).toList()), true);
  }

  private TrialOrder part(
      Order.Round round, Purpose purpose, CellFacts cell, @Nullable InetAddress address) {
    return trial(TrialId.of(round, purpose), cell, round.cell(), purpose, round.round(), address);
  }

  private TrialOrder trial(
      String id,
      CellFacts cell,
      @Nullable String serves,
      Purpose purpose,
      int round,
      @Nullable InetAddress address) {
    EndpointFacts endpoint = endpoint(cell);
    Duration deadline = Duration.ofNanos(Math.round(endpoint.deadline().toNanos() / plan.pace()));
    return new TrialOrder(id, cell, serves, purpose, round, address, endpoint.goal(), deadline);
  }

  /** All trials of a job go to one server: that of its first cell. */
  private Caps.Use use(List<CellFacts> of) {
    return new Caps.Use(
        of.stream().map(CellFacts::vantage).collect(Collectors.toSet()),
        server(of.getFirst()),
        of.stream()
            .flatMap(cell -> endpoint(cell).exclusive().stream())
            .collect(Collectors.toUnmodifiableSet()),
        of.stream().anyMatch(cell -> endpoint(cell).residual()));
  }

  /** The server of a cell, as the file names it. */
  String server(String cell) {
    return server(cell(cell));
  }

  /** Two names of one server are kept apart when they are resolved ({@link ServerTurns}). */
  private String server(CellFacts cell) {
    return HostPort.of(endpoint(cell).address()).host();
  }

  private CellFacts cell(String id) {
    return Objects.requireNonNull(cells.get(id), id);
  }

  private EndpointFacts endpoint(CellFacts cell) {
    return Objects.requireNonNull(endpoints.get(cell.endpoint()), cell.endpoint());
  }
}
