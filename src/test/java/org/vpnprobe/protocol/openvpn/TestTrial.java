package org.vpnprobe.protocol.openvpn;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.StepName;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Trace;
import org.vpnprobe.protocol.Trial;

/** A trial over a given path that remembers what was proved. */
final class TestTrial implements Trial {
  final Map<Depth, String> reached = new EnumMap<>(Depth.class);
  final Trace trace;
  private final Path path;
  private final InetSocketAddress server;
  private final Depth goal;

  TestTrial(InetSocketAddress server, Depth goal, Duration deadline) {
    this.trace = new Trace(Clock.systemUTC(), System::nanoTime, deadline);
    this.path = new LoopbackPath(trace);
    this.server = server;
    this.goal = goal;
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public InetSocketAddress server() {
    return server;
  }

  @Override
  public String host() {
    return "localhost";
  }

  @Override
  public Clock clock() {
    return Clock.systemUTC();
  }

  @Override
  public RandomGenerator random() {
    return new SecureRandom();
  }

  @Override
  public Depth goal() {
    return goal;
  }

  @Override
  public <T> T step(StepName name, Trace.Body<T> body) throws StepFailed {
    return trace.step(name, body);
  }

  @Override
  public void reached(Depth depth, String proof) {
    reached.put(depth, proof);
  }

  @Override
  public void observe(String key, String value) {
    trace.observe(key, value);
  }
}
