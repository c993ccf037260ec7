package org.vpnprobe.lab;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.StepName;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Trace;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Settings;
import org.vpnprobe.protocol.Trial;

/** One try of a protocol through a vantage, as the engine makes it. */
@NullMarked
final class LabTrial {
  /** What one try recorded. */
  record Outcome(Map<Depth, String> reached, @Nullable Failure failure, Trace trace) {
    /** The deepest depth, or the failure with its step. */
    String text() {
      String depth =
          reached.keySet().stream().max(Depth::compareTo).map(Depth::id).orElse("nothing");
      return failure == null ? depth : depth + ", " + failure.id() + " in " + failure.step().id();
    }
  }

  private LabTrial() {}

  static <S extends Settings> Outcome run(
      Protocol<S> protocol,
      Settings settings,
      HostPort address,
      Vantage vantage,
      Duration deadline) {
    Trace trace = new Trace(Clock.systemUTC(), System::nanoTime, deadline);
    Map<Depth, String> reached = new EnumMap<>(Depth.class);
    try (Path path = vantage.path(trace)) {
      InetSocketAddress server =
          new InetSocketAddress(
              path.resolve(address.host(), Family.IP4).getFirst(), address.port());
      protocol
          .open(
              protocol.settings().cast(settings),
              new Given(path, server, address.host(), trace, reached))
          .close();
      return new Outcome(reached, null, trace);
    } catch (StepFailed e) {
      return new Outcome(reached, trace.failure(e), trace);
    }
  }

  private record Given(
      Path path, InetSocketAddress server, String host, Trace trace, Map<Depth, String> proofs)
      implements Trial {
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
      return Depth.AUTHENTICATED;
    }

    @Override
    public <T> T step(StepName name, Trace.Body<T> body) throws StepFailed {
      return trace.step(name, body);
    }

    @Override
    public void reached(Depth depth, String proof) {
      proofs.put(depth, proof);
    }

    @Override
    public void observe(String key, String value) {
      trace.observe(key, value);
    }
  }
}
