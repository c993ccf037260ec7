package org.vpnprobe.analysis.experiment;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.engine.exercise.Exercise;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Diagnose;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.Experiment;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Observation;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.Step;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.model.Variation;

/** One suspect, an experiment, and a world that answers it. */
final class Played {
  static final String HERE = "a@mobile";
  static final String CONTROL = "a@control";
  static final String THERE = "b@mobile";
  static final String THERE_CONTROL = "b@control";

  private static final String TRUE_ADDRESS = "198.51.100.1:443";

  /** What comes of a trial. */
  @FunctionalInterface
  interface Answers {
    /**
     * @param seconds since the first trial of the experiment
     */
    Reply to(String cell, Variation variation, long seconds);
  }

  /**
   * An answer.
   *
   * @param failure null for a success
   * @param seen key and value in turn
   */
  record Reply(@Nullable FailureKind failure, @Nullable Depth reached, List<String> seen) {
    static final Reply UP = new Reply(null, null, List.of());
    static final Reply RESET = new Reply(FailureKind.CONNECTION_RESET, Depth.PORT, List.of());
    static final Reply SILENT = new Reply(FailureKind.GENERIC_TIMEOUT_ERROR, null, List.of());

    static Reply reaction(String what) {
      return new Reply(null, null, List.of("reaction", what));
    }
  }

  private final EndpointFacts endpoint;
  private final List<Measurement> own;
  private final List<Measurement> controls;
  private final List<Measurement> experiments = new ArrayList<>();
  private final List<Try> tries = new ArrayList<>();
  private Instant now = Instant.parse("2027-01-01T00:10:00Z");

  private Played(EndpointFacts endpoint, List<Measurement> own, List<Measurement> controls) {
    this.endpoint = endpoint;
    this.own = own;
    this.controls = controls;
  }

  /** A TLS server whose ClientHello meets this. */
  static Played tls(FailureKind failure) {
    return suspect("tls", Transport.TCP, "198.51.100.1:443", StepName.TLS, failure);
  }

  static Played suspect(
      String protocol, Transport transport, String address, StepName step, FailureKind failure) {
    EndpointFacts endpoint =
        new EndpointFacts(
            "a",
            protocol,
            transport,
            address,
            Depth.AUTHENTICATED,
            Depth.AUTHENTICATED,
            false,
            protocol.equals("shadowsocks"),
            false,
            false,
            Duration.ofSeconds(10),
            null,
            List.of(),
            List.of(),
            null,
            protocol.equals("tls") ? "a.example" : null,
            protocol.equals("wireguard"));
    String ip = address.startsWith("198") ? address : "198.51.100.1:443";
    String at =
        step == StepName.RESOLVE ? null : address.startsWith("198") ? address : "203.0.113.9:443";
    List<Measurement> own = new ArrayList<>();
    List<Measurement> controls = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Instant when = Instant.parse("2027-01-01T00:00:00Z").plusSeconds(40L * i);
      Failure failed = new Failure(step, failure, null, "", Duration.ofMillis(20));
      own.add(own(HERE, "mobile", endpoint, when, at, failed));
      controls.add(own(CONTROL, "control", endpoint, when, ip, null));
    }
    return new Played(endpoint, own, controls);
  }

  /** The same, but it works: what is asked is whether its data passes. */
  static Played working(Duration here, Duration there) {
    Played played =
        suspect(
            "wireguard",
            Transport.UDP,
            "198.51.100.1:51820",
            StepName.HANDSHAKE,
            FailureKind.GENERIC_TIMEOUT_ERROR);
    List<Measurement> own = played.own.stream().map(m -> answered(m, here)).toList();
    List<Measurement> controls = played.controls.stream().map(m -> answered(m, there)).toList();
    return new Played(played.endpoint, own, controls);
  }

  private static Measurement answered(Measurement m, Duration latency) {
    return measurement(
        m.id(),
        m.cell(),
        m.vantage(),
        m.endpoint(),
        m.started(),
        m.address(),
        m.asked(),
        m.asked(),
        null,
        latency,
        List.of(),
        null);
  }

  private static Measurement own(
      String cell,
      String vantage,
      EndpointFacts endpoint,
      Instant when,
      @Nullable String address,
      @Nullable Failure failed) {
    Depth reached = failed == null ? endpoint.goal() : null;
    return measurement(
        cell + when,
        cell,
        vantage,
        endpoint.name(),
        when,
        address,
        endpoint.goal(),
        reached,
        failed,
        failed == null ? Duration.ofMillis(40) : null,
        List.of(new Observation(Duration.ZERO, "rtt_ms", "120.0")),
        null);
  }

  private static Measurement measurement(
      String id,
      String cell,
      String vantage,
      String endpoint,
      Instant when,
      @Nullable String address,
      Depth asked,
      @Nullable Depth reached,
      @Nullable Failure failure,
      @Nullable Duration latency,
      List<Observation> seen,
      @Nullable Experiment experiment) {
    return new Measurement(
        id,
        cell,
        cell.equals(HERE) ? null : HERE,
        endpoint,
        vantage,
        Family.IP4,
        experiment == null ? Purpose.COUNTED : Purpose.EXPERIMENT,
        0,
        when,
        Duration.ofSeconds(1),
        address,
        Duration.ofSeconds(10),
        asked,
        reached,
        null,
        failure,
        latency,
        List.of(),
        seen,
        null,
        experiment);
  }

  /** The same, but the server had said something before it failed. */
  Played heard() {
    Step spoken =
        new Step(StepName.HANDSHAKE, Duration.ZERO, Duration.ofMillis(130), 40, 2, 21, 1, null);
    return new Played(
        endpoint, own.stream().map(m -> withSteps(m, List.of(spoken))).toList(), controls);
  }

  private static Measurement withSteps(Measurement m, List<Step> steps) {
    return new Measurement(
        m.id(),
        m.cell(),
        m.serves(),
        m.endpoint(),
        m.vantage(),
        m.family(),
        m.purpose(),
        m.round(),
        m.started(),
        m.took(),
        m.address(),
        m.deadline(),
        m.asked(),
        m.reached(),
        m.proof(),
        m.failure(),
        m.latency(),
        steps,
        m.observations(),
        m.tainted(),
        m.experiment());
  }

  Case it() {
    List<Measurement> all = new ArrayList<>(own);
    experiments.stream().filter(m -> m.cell().equals(HERE) && m.ownHandshake()).forEach(all::add);
    return new Case(
        new CellFacts(HERE, "a", "mobile", Family.IP4, Expectation.REACHABLE),
        endpoint,
        CONTROL,
        all,
        controls,
        experiments,
        List.of(THERE),
        THERE,
        List.of(8443, 22),
        Diagnose.SAFE,
        List.of(),
        new Case.Vantage(true, true),
        1);
  }

  /** Plays the experiment to its end. */
  Played play(Inquiry inquiry, Answers answers) {
    Instant begun = now;
    for (Optional<Try> next = inquiry.next(it()); next.isPresent(); next = inquiry.next(it())) {
      Try what = next.get();
      if (tries.size() >= Inquest.MOST_TRIALS) {
        throw new AssertionError("no end: " + tries);
      }
      tries.add(what);
      now = now.plusSeconds(what.clean() ? NeutralByte.RESIDUAL_SECONDS : what.afterSeconds());
      long seconds = Duration.between(begun, now).toSeconds();
      Reply reply = answers.to(what.cell(), what.variation(), seconds);
      experiments.add(measured(inquiry, what, reply));
      now = now.plusSeconds(1);
    }
    return this;
  }

  private Measurement measured(Inquiry inquiry, Try what, Reply reply) {
    Depth asked = Exercise.goal(what.variation(), endpoint.goal());
    List<Observation> seen = new ArrayList<>();
    for (int i = 0; i < reply.seen().size(); i += 2) {
      seen.add(new Observation(Duration.ZERO, reply.seen().get(i), reply.seen().get(i + 1)));
    }
    int number = experiments.size() + 1;
    Failure failure =
        reply.failure() == null
            ? null
            : new Failure(StepName.HANDSHAKE, reply.failure(), null, "", null);
    return measurement(
        "x" + number,
        what.cell(),
        what.cell().substring(what.cell().indexOf('@') + 1),
        what.cell().substring(0, what.cell().indexOf('@')),
        now,
        what.variation() instanceof Variation.Same ? own.getLast().address() : TRUE_ADDRESS,
        asked,
        failure == null ? asked : reply.reached(),
        failure,
        null,
        seen,
        new Experiment(inquiry.name(), number, what.variation()));
  }

  List<Try> tries() {
    return tries;
  }

  Evidence read(Inquiry inquiry) {
    Evidence evidence = new Evidence();
    inquiry.read(it(), evidence);
    return evidence;
  }
}
