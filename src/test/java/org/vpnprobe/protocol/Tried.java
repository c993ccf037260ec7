package org.vpnprobe.protocol;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.net.StepFailed;

/** One trial to a server of this host, told in a line. */
public final class Tried {
  /** Many times what a handshake takes on this machine. */
  public static final Duration AMPLE = Duration.ofSeconds(10);

  private Tried() {}

  /** {@code authenticated}, or {@code handshake, auth_rejected in auth}. */
  public static <S extends Settings> String of(
      Protocol<S> protocol, S settings, InetSocketAddress server) {
    return of(protocol, settings, server, Depth.AUTHENTICATED, AMPLE);
  }

  /** The same, for a depth and with a deadline. */
  public static <S extends Settings> String of(
      Protocol<S> protocol, S settings, InetSocketAddress server, Depth goal, Duration deadline) {
    try (RecordedTrial trial = new RecordedTrial(server, "vpn.lab.example", goal, deadline)) {
      String failure = "";
      try {
        protocol.open(settings, trial).close();
      } catch (StepFailed e) {
        Failure failed = trial.trace.failure(e);
        failure = ", " + failed.id() + " in " + failed.step().id();
      }
      return (trial.deepest() == null ? "nothing" : trial.deepest().id()) + failure;
    }
  }
}
