package org.vpnprobe.engine;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.engine.exercise.Exercise;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Step;
import org.vpnprobe.model.StepName;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Trace;
import org.vpnprobe.protocol.Trial;

/** What a protocol sees of its trial, and what the trial leaves behind. */
final class OneTrial implements Trial {
  private final TrialOrder order;
  private final HostPort host;
  private final Trace trace;
  private final Clock clock;
  private final RandomGenerator random;
  private @Nullable Path path;
  private @Nullable InetSocketAddress server;
  private @Nullable Depth depth;
  private @Nullable String proof;

  OneTrial(TrialOrder order, HostPort host, Trace trace, Clock clock, RandomGenerator random) {
    this.order = order;
    this.host = host;
    this.trace = trace;
    this.clock = clock;
    this.random = random;
  }

  /** Gives the trial its way out and the address to contact. */
  void leaveBy(Path way, InetAddress address) {
    path = way;
    server = new InetSocketAddress(address, host.port());
  }

  @Override
  public Path path() {
    return given(path);
  }

  @Override
  public InetSocketAddress server() {
    return given(server);
  }

  private static <T> T given(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("the trial has not begun");
    }
    return value;
  }

  @Override
  public String host() {
    return host.host();
  }

  @Override
  public Clock clock() {
    return clock;
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public Depth goal() {
    return order.goal();
  }

  @Override
  public <T> T step(StepName name, Trace.Body<T> body) throws StepFailed {
    return trace.step(name, body);
  }

  @Override
  public void reached(Depth now, String why) {
    if (depth == null || now.atLeast(depth)) {
      depth = now;
      proof = why;
    }
  }

  boolean hasReached(Depth wanted) {
    return depth != null && depth.atLeast(wanted);
  }

  @Override
  public void observe(String key, String value) {
    trace.observe(key, value);
  }

  /** The trial as a line of the journal. */
  Measurement ended(@Nullable Failure failure) {
    List<Step> steps = trace.steps();
    return new Measurement(
        order.id(),
        order.cell().id(),
        order.serves(),
        order.cell().endpoint(),
        order.cell().vantage(),
        order.cell().family(),
        order.purpose(),
        order.round(),
        trace.started(),
        trace.elapsed(),
        contacted(),
        order.deadline(),
        order.goal(),
        depth,
        proof,
        failure,
        failure == null ? latency(steps) : null,
        steps,
        trace.observations(),
        null,
        order.experiment());
  }

  /** A proxy that resolves names keeps the address to itself: {@code Path} gives the wildcard. */
  private @Nullable String contacted() {
    return server == null || server.getAddress().isAnyLocalAddress() || asksResolvers()
        ? null
        : new HostPort(server.getAddress().getHostAddress(), server.getPort()).toString();
  }

  private boolean asksResolvers() {
    return order.experiment() != null && !Exercise.speaksToServer(order.experiment().variation());
  }

  /** The step in which the protocol first answered; a bare connect where nothing else is. */
  private static @Nullable Duration latency(List<Step> steps) {
    for (StepName name : List.of(StepName.HANDSHAKE, StepName.TLS, StepName.CONNECT)) {
      for (Step step : steps) {
        if (step.name() == name) {
          return step.took();
        }
      }
    }
    return null;
  }
}
