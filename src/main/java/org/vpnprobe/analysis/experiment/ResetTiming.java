package org.vpnprobe.analysis.experiment;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Variation;

/**
 * A reset that came after our write in less than 0.7 of the fastest round trip was not sent by the
 * server (science.md §7, timing artefact). Void where the round trip is short or the path hides it,
 * and where connections are reset that nothing is sent on: those are held open when no other
 * experiment has shown it.
 */
final class ResetTiming implements Inquiry {
  private static final double SHARE = 0.7;

  /** On shorter ones a scheduler's jitter is as long. */
  private static final double LEAST_MILLIS = 40;

  private static final int CONNECTS = 3;

  private static final int TIMES = 2;

  /** A connection that is only held open. */
  private static final Variation HELD = new Variation.RawBytes(Variation.Payload.NONE, false);

  private static final Set<Class<? extends Variation>> ON_THE_PORT =
      Set.of(
          Variation.RawBytes.class,
          Variation.OtherProtocol.class,
          Variation.OtherSni.class,
          Variation.FirstFlight.class);

  @Override
  public String name() {
    return "reset_timing";
  }

  @Override
  public Optional<Try> next(Case it) {
    boolean wanted = early(it).size() >= TIMES && unharmed(it) < TIMES;
    return wanted && it.of(this, it.cell().id()).size() < TIMES
        ? Optional.of(Try.soon(it.cell().id(), HELD))
        : Optional.empty();
  }

  /**
   * Connections to the same port that were not reset: a filter before the server that resets each
   * at once, for whose sake ever, would do so right behind its SYN-ACK, and look as fast.
   */
  private static int unharmed(Case it) {
    return (int)
        it.experiments().stream()
            .filter(m -> m.cell().equals(it.cell().id()) && m.failure() == null)
            .filter(m -> ON_THE_PORT.contains(Case.experiment(m).variation().getClass()))
            .count();
  }

  private static double least(List<Double> rtts) {
    return rtts.stream().mapToDouble(Double::doubleValue).min().orElse(0);
  }

  private static List<Measurement> early(Case it) {
    List<Double> rtts = rtts(Stream.concat(it.own().stream(), here(it)).toList());
    double least = least(rtts);
    boolean told =
        rtts.size() >= CONNECTS && it.vantage().times() && least * it.pace() >= LEAST_MILLIS;
    return told
        ? it.own().stream().filter(m -> isReset(m) && afterMillis(m) < SHARE * least).toList()
        : List.of();
  }

  @Override
  public void read(Case it, Evidence evidence) {
    int early = unharmed(it) < TIMES ? 0 : early(it).size();
    List<Measurement> resets = it.own().stream().filter(ResetTiming::isReset).toList();
    double least = least(rtts(Stream.concat(it.own().stream(), here(it)).toList()));
    double slowest = resets.stream().mapToDouble(ResetTiming::afterMillis).max().orElse(0);
    evidence.add(
        Mark.FASTER_THAN_RTT,
        early,
        "%d of %d resets came before the server could have sent them (within %.1f ms, round trip %.1f ms)"
            .formatted(early, resets.size(), slowest, least));
  }

  private static Stream<Measurement> here(Case it) {
    return it.experiments().stream()
        .filter(m -> m.cell().equals(it.cell().id()) && !m.ownHandshake());
  }

  private static List<Double> rtts(List<Measurement> trials) {
    return trials.stream()
        .flatMap(m -> m.observed("rtt_ms").stream())
        .filter(text -> text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?"))
        .map(Double::valueOf)
        .toList();
  }

  private static boolean isReset(Measurement m) {
    return Case.failedWith(m, FailureKind.CONNECTION_RESET) && afterMillis(m) >= 0 && !heard(m);
  }

  /**
   * The server had spoken before: the reset may be what followed its last word, or its answer to an
   * earlier write, and so come right after our last one.
   */
  private static boolean heard(Measurement m) {
    return m.steps().stream()
        .anyMatch(step -> step.name() != StepName.RESOLVE && step.received() > 0);
  }

  /** Negative when it is not known. */
  private static double afterMillis(Measurement m) {
    Duration after = m.failure() == null ? null : m.failure().after();
    return after == null ? -1 : after.toNanos() / 1e6;
  }
}
