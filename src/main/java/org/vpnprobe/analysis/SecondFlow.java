package org.vpnprobe.analysis;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Order;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Purpose;

/**
 * The second flow of what is blocked after a first one has passed (QUIC; design §4a.2). One lost
 * flow decides nothing: it is looked for again, a round's gap later.
 */
final class SecondFlow {
  /** So many flows after the first; a penalty that outlasts them leaves the cell undecided. */
  static final int MOST = 3;

  private SecondFlow() {}

  /**
   * What a cell needs now that one of its trials is over.
   *
   * @param now since the start of the run
   * @return empty when a second flow is no question, has passed, or was looked for often enough
   */
  static Optional<Order.Single> wanted(Trials trials, String cell, Duration now, Timing timing) {
    List<Measurement> own = trials.of(cell).stream().filter(Measurement::ownHandshake).toList();
    Optional<Instant> first =
        own.stream()
            .filter(Measurement::succeeded)
            .map(Measurement::started)
            .min(Instant::compareTo);
    if (!trials.endpoint(cell).residual() || first.isEmpty()) {
      return Optional.empty();
    }
    Instant second = first.get().plus(timing.secondFlow());
    boolean passed = own.stream().anyMatch(m -> m.succeeded() && !m.started().isBefore(second));
    int repeats = (int) own.stream().filter(m -> m.purpose() == Purpose.REPEAT).count();
    int most = trials.plan().profile() == Profile.QUICK ? 1 : MOST;
    if (passed || repeats >= most) {
      return Optional.empty();
    }
    Duration gap = repeats == 0 ? timing.secondFlow() : timing.roundGap();
    return Optional.of(new Order.Single(cell, Purpose.REPEAT, repeats + 1, now.plus(gap)));
  }
}
