package org.vpnprobe.protocol;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;

/** One try of a protocol as the engine makes it, in one line of text. */
public final class Tried {
  /** For what is expected to answer. */
  public static final Duration AMPLE = Duration.ofSeconds(10);

  /** For what is expected to be silent. */
  public static final Duration SHORT = Duration.ofMillis(700);

  private Tried() {}

  /** From this host to a server that the user knows by a name, as deep as it can prove itself. */
  public static <S extends Settings> String of(
      Protocol<S> protocol, S settings, InetSocketAddress server) {
    return of(protocol, settings, server, Depth.AUTHENTICATED, AMPLE);
  }

  /** The same, for a depth and with a deadline. */
  public static <S extends Settings> String of(
      Protocol<S> protocol, S settings, InetSocketAddress server, Depth goal, Duration deadline) {
    try (Vantage here = Vantages.direct()) {
      return through(here, protocol, settings, server, "vpn.lab.example", goal, deadline);
    }
  }

  /** From this host. */
  public static String direct(
      Protocol<?> protocol, Settings settings, InetSocketAddress server, Depth goal) {
    return direct(protocol, settings, server, goal, AMPLE);
  }

  /** From this host, within a time. */
  public static String direct(
      Protocol<?> protocol,
      Settings settings,
      InetSocketAddress server,
      Depth goal,
      Duration deadline) {
    try (Vantage here = Vantages.direct()) {
      return through(here, protocol, settings, server, server.getHostString(), goal, deadline);
    }
  }

  /**
   * The deepest depth and, when it is not the goal, why: {@code port, connection_reset in tls}.
   *
   * @param host how the user names the server
   */
  public static <S extends Settings> String through(
      Vantage vantage,
      Protocol<S> protocol,
      Settings settings,
      InetSocketAddress server,
      String host,
      Depth goal,
      Duration deadline) {
    try (RecordedTrial trial = new RecordedTrial(vantage, server, host, goal, deadline)) {
      String failure = "";
      try (Session session = protocol.open(protocol.settings().cast(settings), trial)) {
        if (goal == Depth.TUNNEL && !trial.reached.containsKey(Depth.TUNNEL)) {
          TunnelCheck.run(session, trial);
        }
        Depth deepest = trial.deepest();
        Depth wanted = goal.min(protocol.facts(protocol.settings().cast(settings)).ceiling());
        assertTrue(deepest != null && deepest.atLeast(wanted), "neither the goal nor a failure");
      } catch (StepFailed e) {
        Failure failed = trial.trace.failure(e);
        failure = ", " + failed.id() + " in " + failed.step().id();
      }
      assertTrue(
          trial.trace.elapsed().compareTo(deadline.plusSeconds(1)) < 0, "the deadline holds");
      Depth deepest = trial.deepest();
      return (deepest == null ? "nothing" : deepest.id()) + failure;
    }
  }
}
