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
import org.vpnprobe.engine.exercise.Exercise;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Experiment;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Observation;
import org.vpnprobe.model.Order;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.Step;
import org.vpnprobe.model.StepName;

/** Drives a witness run as the engine would, in made-up time. */
public final class Rehearsed {
  /** As the engine does: new flows a second from one vantage. */
  private static final double FLOWS_PER_MS = 0.2;

  /** A server's flight with its certificate. */
  private static final Step ANSWER =
      new Step(StepName.TLS, Duration.ZERO, Duration.ofMillis(60), 300, 1, 3000, 3, null);

  private record Done(long at, long number, Measurement measurement) {}

  /** What comes of one trial. */
  @FunctionalInterface
  public interface Behaviour {
    /**
     * @param at milliseconds since the start
     */
    Outcome of(CellFacts cell, Purpose purpose, long at);

    /** What comes of a trial of an experiment: by default what a handshake meets. */
    default Outcome of(CellFacts cell, Experiment experiment, long at) {
      return of(cell, Purpose.EXPERIMENT, at);
    }
  }

  /**
   * @param failure null for a success at the asked depth
   * @param reached the depth that was reached nevertheless
   */
  public record Outcome(
      @Nullable FailureKind failure, @Nullable Depth reached, long tookMs, Details details) {
    public Outcome(@Nullable FailureKind failure, @Nullable Depth reached, long tookMs) {
      this(failure, reached, tookMs, Details.NONE);
    }

    /** An answer after this time. */
    public static Outcome up(long tookMs) {
      return new Outcome(null, null, tookMs);
    }

    /** No answer within this time. */
    public static Outcome silent(long tookMs) {
      return new Outcome(FailureKind.GENERIC_TIMEOUT_ERROR, null, tookMs);
    }

    /** This failure, at once. */
    public static Outcome fails(FailureKind failure) {
      return new Outcome(failure, null, 50);
    }
  }

  /**
   * What else was seen.
   *
   * @param step in which it failed, if it did
   * @param afterMs from the last write to the failure, negative when not known
   * @param address that was contacted, null for the one that the file names
   */
  public record Details(
      StepName step, long afterMs, List<Observation> observations, @Nullable String address) {
    static final Details NONE = new Details(StepName.HANDSHAKE, -1, List.of(), null);

    public Details {
      observations = List.copyOf(observations);
    }
  }

  private final Plan plan;
  private final Behaviour behaviour;
  private final Map<String, CellFacts> cells = new HashMap<>();
  private final Map<String, EndpointFacts> endpoints = new HashMap<>();
  private final Map<String, Long> serverFree = new HashMap<>();
  private final Map<String, Double> nextFlow = new HashMap<>();
  private final PriorityQueue<Done> under =
      new PriorityQueue<>(
          java.util.Comparator.comparingLong(Done::at).thenComparingLong(Done::number));
  private long numbers;

  public Rehearsed(Plan plan, Behaviour behaviour) {
    this.plan = plan;
    this.behaviour = behaviour;
    plan.cells().forEach(cell -> cells.put(cell.id(), cell));
    plan.endpoints().forEach(endpoint -> endpoints.put(endpoint.name(), endpoint));
  }

  /** The report at the end of the run. */
  public Report report() {
    return Analyst.report(List.of(recorded()));
  }

  /** The journal at the end of the run. */
  public Recorded recorded() {
    return resumed(List.of());
  }

  /** The journal at the end of a run that goes on after these measurements. */
  public Recorded resumed(List<Measurement> before) {
    WitnessRun run = WitnessRun.resumed(plan, before);
    List<Measurement> measured = new ArrayList<>(before);
    long now = before.stream().mapToLong(this::end).max().orElse(0);
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
    return new Recorded(plan, measured, end);
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
      case Order.Trial experiment -> {
        CellFacts cell = cell(experiment.cell());
        String server = server(cell);
        long at = Math.max(flow(cell, now), serverFree.getOrDefault(server, 0L));
        Measurement m =
            trial(
                TrialId.of(experiment),
                cell,
                experiment.serves(),
                Purpose.EXPERIMENT,
                0,
                at,
                experiment.experiment());
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
    return trial(id, cell, serves, purpose, round, at, null);
  }

  private Measurement trial(
      String id,
      CellFacts cell,
      @Nullable String serves,
      Purpose purpose,
      int round,
      long at,
      @Nullable Experiment experiment) {
    EndpointFacts endpoint = Objects.requireNonNull(endpoints.get(cell.endpoint()));
    Outcome outcome =
        experiment == null ? behaviour.of(cell, purpose, at) : behaviour.of(cell, experiment, at);
    boolean up = outcome.failure() == null;
    FailureKind failure =
        outcome.failure() == null ? FailureKind.UNKNOWN_FAILURE : outcome.failure();
    Details details = outcome.details();
    Depth asked =
        experiment == null
            ? endpoint.goal()
            : Exercise.goal(experiment.variation(), endpoint.goal());
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
            Duration.ofMillis(outcome.tookMs()),
            address(endpoint, outcome),
            endpoint.trialDeadline(),
            asked,
            up ? asked : outcome.reached(),
            up ? "simulated" : null,
            up ? null : new Failure(details.step(), failure, null, "", after(details)),
            up ? Duration.ofMillis(outcome.tookMs()) : null,
            up && asked.atLeast(Depth.HANDSHAKE) ? List.of(ANSWER) : List.of(),
            details.observations(),
            null,
            experiment);
    under.add(new Done(end(m), numbers++, m));
    return m;
  }

  private static @Nullable String address(EndpointFacts endpoint, Outcome outcome) {
    if (outcome.failure() != null && outcome.details().step() == StepName.RESOLVE) {
      return null;
    }
    return Objects.requireNonNullElse(outcome.details().address(), endpoint.address());
  }

  private static @Nullable Duration after(Details details) {
    return details.afterMs() < 0 ? null : Duration.ofMillis(details.afterMs());
  }

  private String server(CellFacts cell) {
    String address = Objects.requireNonNull(endpoints.get(cell.endpoint())).address();
    return address.substring(0, address.indexOf(':'));
  }

  private CellFacts cell(String id) {
    return Objects.requireNonNull(cells.get(id), id);
  }
}
