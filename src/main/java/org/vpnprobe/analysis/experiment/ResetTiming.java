package org.vpnprobe.analysis.experiment;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.StepName;

/**
 * Nothing is sent: a reset that came after our write in less than 0.7 of the fastest round trip was
 * not sent by the server (science.md §7, timing artefact). Void where the round trip is short or
 * the path hides it.
 */
final class ResetTiming implements Inquiry {
  private static final double SHARE = 0.7;

  /** On shorter ones a scheduler's jitter is as long. */
  private static final double LEAST_MILLIS = 40;

  private static final int CONNECTS = 3;

  @Override
  public String name() {
    return "reset_timing";
  }

  @Override
  public Optional<Try> next(Case it) {
    return Optional.empty();
  }

  @Override
  public void read(Case it, Evidence evidence) {
    List<Double> rtts = rtts(Stream.concat(it.own().stream(), here(it)).toList());
    if (rtts.size() < CONNECTS || !it.vantage().times()) {
      return;
    }
    double least = rtts.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    if (least * it.pace() < LEAST_MILLIS) {
      return;
    }
    double limit = SHARE * least;
    List<Measurement> resets = it.own().stream().filter(ResetTiming::isReset).toList();
    int early = (int) resets.stream().filter(m -> afterMillis(m) < limit).count();
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
