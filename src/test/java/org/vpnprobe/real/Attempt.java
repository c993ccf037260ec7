package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.Via;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.RecordedTrial;
import org.vpnprobe.protocol.Settings;
import org.vpnprobe.protocol.TunnelCheck;

/**
 * Trials from a client of a {@link TestNet}, told in a line.
 *
 * @param host what the user calls the server
 */
record Attempt(
    TestNet net,
    String client,
    InetSocketAddress server,
    String host,
    Depth goal,
    Duration deadline) {
  /** One to a port of the server's first address, with time enough. */
  static Attempt at(TestNet net, String client, int port) {
    InetSocketAddress server = new InetSocketAddress(TestNet.address(1), port);
    return new Attempt(
        net, client, server, "vpn.example", Depth.AUTHENTICATED, Duration.ofSeconds(10));
  }

  Attempt goal(Depth other) {
    return new Attempt(net, client, server, host, other, deadline);
  }

  Attempt within(Duration other) {
    return new Attempt(net, client, server, host, goal, other);
  }

  /** {@code authenticated}, or {@code handshake, auth_rejected in auth}. */
  <S extends Settings> String of(Protocol<S> protocol, S settings) {
    return of(protocol, settings, trial -> {});
  }

  /**
   * @param look is shown the trial at its end
   */
  <S extends Settings> String of(Protocol<S> protocol, S settings, Consumer<RecordedTrial> look) {
    try (Vantage vantage = Vantages.open(new Via.Netns(net.client(client)), null, client);
        RecordedTrial trial = new RecordedTrial(vantage, server, host, goal, deadline)) {
      String failure = "";
      try (var session = protocol.open(settings, trial)) {
        if (goal == Depth.TUNNEL) {
          TunnelCheck.run(session, trial);
        }
      } catch (StepFailed e) {
        Failure failed = trial.trace.failure(e);
        failure = ", " + failed.id() + " in " + failed.step().id();
      }
      assertTrue(
          trial.trace.elapsed().compareTo(deadline.plusSeconds(1)) < 0, "the deadline holds");
      look.accept(trial);
      return (trial.deepest() == null ? "nothing" : trial.deepest().id()) + failure;
    }
  }
}
