package org.vpnprobe.real;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Via;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Trace;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;
import org.vpnprobe.protocol.Trial;

/** A trial over a given path that remembers what was proved; closing it closes the path. */
final class RecordedTrial implements Trial, AutoCloseable {
  final Map<Depth, String> reached = new EnumMap<>(Depth.class);
  final Trace trace;
  private final Path path;
  private final InetSocketAddress server;
  private final Depth goal;

  /** A trial from a client's namespace, through the vantage that a user would name. */
  static RecordedTrial in(
      TestNet net, String client, InetSocketAddress server, Depth goal, Duration deadline) {
    Trace trace = new Trace(Clock.systemUTC(), System::nanoTime, deadline);
    Vantage vantage = Vantages.open(new Via.Netns(net.client(client)), null, client);
    return new RecordedTrial(trace, vantage.path(trace), server, goal);
  }

  RecordedTrial(Trace trace, Path path, InetSocketAddress server, Depth goal) {
    this.trace = trace;
    this.path = path;
    this.server = server;
    this.goal = goal;
  }

  /** The deepest depth proved, null when none was. */
  @Nullable Depth deepest() {
    return reached.keySet().stream().max(Depth::compareTo).orElse(null);
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
    return server.getHostString();
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

  @Override
  public void close() {
    path.close();
  }
}
