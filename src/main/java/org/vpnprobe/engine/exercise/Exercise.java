package org.vpnprobe.engine.exercise;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Resolver;
import org.vpnprobe.model.Variation;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Settings;
import org.vpnprobe.protocol.Trial;

/**
 * Does what a variation says, in the place of an ordinary trial.
 *
 * @param trial as an ordinary one's; its steps, observations and depths are the result
 * @param family of the cell, for lookups
 * @param resolvers those that the file names
 * @param patience how long to wait for a reaction that may never come
 * @param within the trial's time
 * @param pace by how much a rehearsal's time is compressed
 */
public record Exercise<S extends Settings>(
    Protocol<S> protocol,
    S settings,
    Trial trial,
    Family family,
    List<Resolver> resolvers,
    Duration patience,
    Duration within,
    double pace) {

  /** Opens a session as an ordinary trial does, to the trial's goal. */
  @FunctionalInterface
  public interface Handshake<S extends Settings> {
    void open(Protocol<S> protocol, S settings, Trial trial) throws StepFailed;
  }

  /** True for what speaks to the server of the cell, so that its address has to be known. */
  public static boolean speaksToServer(Variation variation) {
    return !(variation instanceof Variation.Lookup);
  }

  /** The depth that a variation has to reach to count as passed. */
  public static Depth goal(Variation variation, Depth own) {
    return switch (variation) {
      case Variation.Same same -> own;
      case Variation.OtherAddress other -> own;
      case Variation.FirstFlight altered -> own;
      case Variation.DataAfter data -> own;
      case Variation.OtherSni other -> own.min(Depth.HANDSHAKE);
      case Variation.OtherPort other -> Depth.PORT;
      case Variation.OtherProtocol other -> Depth.PORT;
      case Variation.RawBytes raw -> Depth.PORT;
      case Variation.Lookup lookup -> Depth.PORT;
    };
  }

  /** The most that {@link #beyond} gives for an experiment of this program. */
  public static final Duration LONGEST_BEYOND = Duration.ofSeconds(60 + DataRounds.SPARE);

  /** How long a variation takes beyond the endpoint's own deadline, real time. */
  public static Duration beyond(Variation variation) {
    return variation instanceof Variation.DataAfter data
        ? Duration.ofSeconds(2L * data.seconds() + data.idleSeconds() + DataRounds.SPARE)
        : Duration.ZERO;
  }

  /**
   * Does it.
   *
   * @throws StepFailed when it does not pass
   */
  public void run(Variation variation, Handshake<S> handshake) throws StepFailed {
    switch (variation) {
      case Variation.Same same -> handshake.open(protocol, settings, trial);
      case Variation.OtherAddress other -> handshake.open(protocol, settings, trial);
      case Variation.OtherSni other -> otherSni(other.name(), handshake);
      case Variation.OtherPort other -> {
        InetSocketAddress server = new InetSocketAddress(trial.server().getAddress(), other.port());
        trial.path().tcp(server).close();
        trial.reached(Depth.PORT, "TCP connection opened on another port");
      }
      case Variation.FirstFlight altered ->
          handshake.open(protocol, settings, new AlteredTrial(trial, altered.how()));
      case Variation.OtherProtocol other -> Reactions.toFlight(trial, other.flight(), patience);
      case Variation.RawBytes raw -> Reactions.toBytes(trial, raw, patience);
      case Variation.DataAfter data -> dataAfter(data);
      case Variation.Lookup lookup -> Lookups.run(lookup, trial, family, resolvers, patience);
    }
  }

  private void otherSni(String name, Handshake<S> handshake) throws StepFailed {
    Settings other =
        settings
            .withServerName(name)
            .orElseThrow(() ->
                new StepFailed(FailureKind.CONFIG_ERROR, "the handshake shows no server name"));
    handshake.open(protocol, protocol.settings().cast(other), trial);
  }

  private void dataAfter(Variation.DataAfter data) throws StepFailed {
    long begun = System.nanoTime();
    Session session = protocol.open(settings, trial);
    try {
      Duration left = within.minusNanos(System.nanoTime() - begun);
      DataRounds.run(session, data, trial, left, pace);
    } finally {
      session.close();
    }
  }
}
