package org.vpnprobe.protocol;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.StepName;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Trace;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;

/** A trial through a vantage that remembers what was proved; closing it closes its path. */
public final class RecordedTrial implements Trial, AutoCloseable {
  public final Map<Depth, String> reached = new EnumMap<>(Depth.class);
  public final Trace trace;
  private final Path path;
  private final InetSocketAddress server;
  private final String host;
  private final Depth goal;

  /** A trial to a server of this host. */
  public RecordedTrial(InetSocketAddress server, Depth goal, Duration deadline) {
    this(Vantages.direct(), server, goal, deadline);
  }

  /** A trial to a server of this host that the user knows by a name. */
  public RecordedTrial(InetSocketAddress server, String host, Depth goal, Duration deadline) {
    this(Vantages.direct(), server, host, goal, deadline);
  }

  /** A trial through this vantage, to a server known by its address. */
  public RecordedTrial(Vantage from, InetSocketAddress server, Depth goal, Duration deadline) {
    this(from, server, server.getHostString(), goal, deadline);
  }

  /**
   * @param host how the user names the server
   */
  public RecordedTrial(
      Vantage from, InetSocketAddress server, String host, Depth goal, Duration deadline) {
    this.trace = new Trace(Clock.systemUTC(), System::nanoTime, deadline);
    this.path = from.path(trace);
    this.server = server;
    this.host = host;
    this.goal = goal;
  }

  /** The deepest depth proved, null when none was. */
  public @Nullable Depth deepest() {
    return reached.keySet().stream().max(Depth::compareTo).orElse(null);
  }

  /** The values that were observed under a key. */
  public List<String> observed(String key) {
    return trace.observations().stream()
        .filter(observation -> observation.key().equals(key))
        .map(observation -> observation.value())
        .toList();
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
    return host;
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
