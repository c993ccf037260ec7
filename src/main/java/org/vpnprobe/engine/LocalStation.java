package org.vpnprobe.engine;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.BoundEndpoint;
import org.vpnprobe.engine.exercise.Exercise;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Experiment;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.Resolver;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Variation;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Trace;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Settings;
import org.vpnprobe.protocol.Trial;
import org.vpnprobe.protocol.TunnelCheck;

/** The trial's edge on this host: where a {@link StepFailed} becomes a value. */
public final class LocalStation implements Station {
  /** A third of a trial's time is enough for a reaction that comes at all. */
  private static final int REACTIONS = 3;

  private final Vantage vantage;
  private final Map<String, BoundEndpoint> endpoints;
  private final Clock clock;
  private final RandomGenerator random;
  private final List<Resolver> resolvers;
  private final @Nullable String unusable;

  /**
   * Looks whether the vantage can be used, without sending anything.
   *
   * @param vantage closed with the station
   * @param endpoints by name
   * @param random for keys and nonces: cryptographically strong outside tests, thread-safe
   */
  public LocalStation(
      Vantage vantage, Map<String, BoundEndpoint> endpoints, Clock clock, RandomGenerator random) {
    this(vantage, endpoints, List.of(), clock, random);
  }

  /**
   * The same for experiments that ask other resolvers.
   *
   * @param resolvers those that the file names
   */
  public LocalStation(
      Vantage vantage,
      Map<String, BoundEndpoint> endpoints,
      List<Resolver> resolvers,
      Clock clock,
      RandomGenerator random) {
    this.resolvers = List.copyOf(resolvers);
    this.vantage = vantage;
    this.endpoints = endpoints;
    this.clock = clock;
    this.random = random;
    this.unusable = vantage.preflight().orElse(null);
  }

  @Override
  public Measurement measure(TrialOrder order, Turn turn) {
    InetAddress kept = null;
    while (true) {
      Trace trace = new Trace(clock, System::nanoTime, order.deadline());
      OneTrial trial = new OneTrial(order, endpoint(order).address(), trace, clock, random);
      Duration set = SteadyClock.setBy(clock);
      if (!set.isZero()) {
        trial.observe("clock_set_s", Long.toString(set.toSeconds()));
      }
      if (unusable != null) {
        return trial.ended(failure(FailureKind.VANTAGE_ERROR, unusable));
      }
      try (Path path = vantage.path(trace)) {
        InetAddress address = address(path, order);
        if (kept == null && turn.take(address)) {
          kept = address; // Another trial was there, and this one's time ran: once more.
          continue;
        }
        trial.leaveBy(path, kept == null ? address : kept);
        BoundEndpoint endpoint = endpoint(order);
        make(endpoint.protocol(), endpoint.settingsFor(order.cell().vantage()), order, trial);
        return trial.ended(null);
      } catch (StepFailed e) {
        return trial.ended(trace.failure(e));
      } catch (InvalidSetting e) {
        return trial.ended(failure(FailureKind.CONFIG_ERROR, String.valueOf(e.getMessage())));
      } catch (InterruptedException e) {
        return trial.ended(failure(FailureKind.INTERRUPTED, "the trial was ended"));
      } catch (RuntimeException | StackOverflowError e) {
        // The class alone: a message may hold what must not leave.
        return trial.ended(failure(FailureKind.INSTRUMENT_ERROR, e.getClass().getName()));
      }
    }
  }

  private BoundEndpoint endpoint(TrialOrder order) {
    return Objects.requireNonNull(endpoints.get(order.cell().endpoint()), order.id());
  }

  private static Failure failure(FailureKind kind, String detail) {
    return new Failure(StepName.CONNECT, kind, null, detail, null);
  }

  /**
   * The address of the round. The carrier's own trial looks the name up again, as a client would,
   * and stays with that address while the name has it; so does a witness, whose resolver is the
   * same.
   */
  private InetAddress address(Path path, TrialOrder order) throws StepFailed {
    if (order.experiment() != null) {
      return addressOfExperiment(path, order, order.experiment().variation());
    }
    InetAddress given = order.address();
    boolean asksAgain = order.purpose() == Purpose.COUNTED || order.purpose() == Purpose.WITNESS;
    if (given != null && !asksAgain) {
      return given;
    }
    List<InetAddress> addresses =
        path.resolve(endpoint(order).address().host(), order.cell().family());
    return given != null && addresses.contains(given) ? given : addresses.getFirst();
  }

  /** Experiments stay at the address that failed, unless another one is what they try. */
  private InetAddress addressOfExperiment(Path path, TrialOrder order, Variation variation)
      throws StepFailed {
    if (variation instanceof Variation.OtherAddress other) {
      return InetAddress.ofLiteral(other.address());
    }
    if (!Exercise.speaksToServer(variation)) {
      return InetAddress.getLoopbackAddress(); // Nobody is spoken to there.
    }
    InetAddress given = order.address();
    if (given != null) {
      return given;
    }
    return path.resolve(endpoint(order).address().host(), order.cell().family()).getFirst();
  }

  private <S extends Settings> void make(
      Protocol<S> protocol, Settings settings, TrialOrder order, OneTrial trial) throws StepFailed {
    Experiment experiment = order.experiment();
    if (experiment == null) {
      open(protocol, settings, trial);
      return;
    }
    Duration patience = order.deadline().dividedBy(REACTIONS);
    new Exercise<>(
            protocol,
            protocol.settings().cast(settings),
            trial,
            order.cell().family(),
            resolvers,
            patience,
            order.deadline(),
            order.pace())
        .run(experiment.variation(), (same, with, altered) -> open(same, with, trial, altered));
  }

  private static <S extends Settings> void open(
      Protocol<S> protocol, Settings settings, OneTrial trial) throws StepFailed {
    open(protocol, settings, trial, trial);
  }

  /**
   * @param seen what the protocol is given in place of the trial
   */
  private static <S extends Settings> void open(
      Protocol<S> protocol, Settings settings, OneTrial trial, Trial seen) throws StepFailed {
    Session session = protocol.open(protocol.settings().cast(settings), seen);
    try {
      if (trial.goal() == Depth.TUNNEL && !trial.hasReached(Depth.TUNNEL)) {
        TunnelCheck.run(session, seen);
      }
    } finally {
      goodbye(session, trial);
    }
    if (!trial.hasReached(trial.goal())) {
      throw new StepFailed(
          FailureKind.INSTRUMENT_ERROR, "the handshake ended without proving the asked depth");
    }
  }

  /** A goodbye that goes wrong takes nothing back. */
  private static void goodbye(Session session, OneTrial trial) {
    try {
      session.close();
    } catch (RuntimeException e) {
      trial.observe("goodbye_error", e.getClass().getName());
    }
  }

  @Override
  public void close() {
    vantage.close();
  }
}
