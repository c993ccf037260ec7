package org.vpnprobe.engine;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Observation;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Step;
import org.vpnprobe.model.StepName;

/** A place where trials end as a test says. */
class FakeStation implements Station {
  /** What a trial meets. */
  @FunctionalInterface
  interface World {
    /** How a trial ends, null for an answer. May block, and may throw what a station must not. */
    @Nullable FailureKind meets(TrialOrder order) throws InterruptedException;
  }

  private final Clock clock;
  private final Plan plan;
  private final World world;

  FakeStation(Plan plan, World world, Clock clock) {
    this.plan = plan;
    this.world = world;
    this.clock = clock;
  }

  @Override
  public Measurement measure(TrialOrder order, Turn turn) {
    Instant started = clock.instant();
    HostPort server = server(order);
    try {
      turn.take(InetAddress.ofLiteral(server.host()));
      return measured(order, started, server, world.meets(order));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return measured(order, started, server, FailureKind.INTERRUPTED);
    }
  }

  private HostPort server(TrialOrder order) {
    HostPort named =
        plan.endpoints().stream()
            .filter(endpoint -> endpoint.name().equals(order.cell().endpoint()))
            .map(endpoint -> HostPort.of(endpoint.address()))
            .findFirst()
            .orElseThrow();
    InetAddress given = order.address();
    return given == null ? named : new HostPort(given.getHostAddress(), named.port());
  }

  private Measurement measured(
      TrialOrder order, Instant started, HostPort server, @Nullable FailureKind failure) {
    return measured(order, started, Duration.between(started, clock.instant()), server, failure);
  }

  static Measurement measured(
      TrialOrder order,
      Instant started,
      Duration took,
      @Nullable HostPort server,
      @Nullable FailureKind failure) {
    Duration millisecond = Duration.ofNanos(1_234_567);
    return new Measurement(
        order.id(),
        order.cell().id(),
        order.serves(),
        order.cell().endpoint(),
        order.cell().vantage(),
        order.cell().family(),
        order.purpose(),
        order.round(),
        started,
        took,
        server == null ? null : server.toString(),
        order.deadline(),
        order.goal(),
        failure == null ? order.goal() : null,
        failure == null ? "an answer with “quotes”" : null,
        failure == null
            ? null
            : new Failure(StepName.HANDSHAKE, failure, "40", "nobody \n answered", millisecond),
        failure == null ? millisecond : null,
        List.of(
            new Step(StepName.CONNECT, Duration.ZERO, millisecond, 0, 0, 0, 0, null),
            new Step(StepName.HANDSHAKE, millisecond, millisecond, 148, 1, 92, 2, "eof_error")),
        List.of(new Observation(millisecond, "server", "\u0000\u001b[31m\r\n\ud800 日本")),
        null,
        order.experiment());
  }

  @Override
  public void close() {}
}
