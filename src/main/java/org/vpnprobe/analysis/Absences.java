package org.vpnprobe.analysis;

import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Order;
import org.vpnprobe.model.Purpose;

/**
 * Cells whose turn came while the network of this host was away: they are asked again a little
 * later, if it has worked in this run. One that never did is not waited for.
 */
final class Absences {
  /** The network of this host, and not a filter or a proxy of its own, which would stay. */
  private static final Set<FailureKind> OF_NETWORK =
      EnumSet.of(
          FailureKind.NETWORK_DOWN, FailureKind.ADDRESS_NOT_AVAILABLE, FailureKind.VANTAGE_ERROR);

  private final Trials trials;
  private final List<Duration> waits;
  private final Set<String> worked = new HashSet<>();

  Absences(Trials trials, Timing timing) {
    this.trials = trials;
    Duration first = timing.witnessEvery();
    this.waits = List.of(first, first.multipliedBy(3), timing.roundGap());
  }

  /** Takes any trial in. */
  void seen(Measurement m) {
    if (m.reached() != null) {
      worked.add(line(m));
    }
  }

  private static String line(Measurement m) {
    return m.vantage() + " " + m.family();
  }

  /** Whether this was not the first screening of its cell. */
  boolean isAgain(Measurement m) {
    return screenings(m) > 1;
  }

  private long screenings(Measurement m) {
    return trials.of(m.cell()).stream().filter(t -> t.purpose() == Purpose.SCREENING).count();
  }

  /** The next screening of a cell after this one, empty when none is called for. */
  Optional<Order.Single> again(Measurement m, Duration now) {
    int screenings = (int) screenings(m);
    Failure failure = m.failure();
    return failure == null
            || !OF_NETWORK.contains(failure.kind())
            || !worked.contains(line(m))
            || screenings > waits.size()
        ? Optional.empty()
        : Optional.of(
            new Order.Single(
                m.cell(), Purpose.SCREENING, screenings + 1, now.plus(waits.get(screenings - 1))));
  }
}
