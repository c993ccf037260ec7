package org.vpnprobe.protocol;

import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.StepName;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Trace;

/** A trial whose every connection is the stream that the test gives. */
public final class GivenTrial implements Trial, AutoCloseable {
  public final Set<Depth> reached = EnumSet.noneOf(Depth.class);
  private final ByteStream stream;
  private final Trace trace =
      new Trace(Clock.systemUTC(), System::nanoTime, Duration.ofSeconds(10));
  private final Random random = new Random(1);

  public GivenTrial(ByteStream stream) {
    this.stream = stream;
  }

  @Override
  public Path path() {
    return new OnlyTcp(() -> stream);
  }

  @Override
  public InetSocketAddress server() {
    return stream.remote();
  }

  @Override
  public String host() {
    return "server.example";
  }

  @Override
  public Clock clock() {
    return Clock.systemUTC();
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public Depth goal() {
    return Depth.AUTHENTICATED;
  }

  @Override
  public <T> T step(StepName name, Trace.Body<T> body) throws StepFailed {
    return trace.step(name, body);
  }

  @Override
  public void reached(Depth depth, String proof) {
    reached.add(depth);
  }

  @Override
  public void observe(String key, String value) {}

  @Override
  public void close() {
    stream.close();
  }
}
