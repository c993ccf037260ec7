package org.vpnprobe.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Observation;
import org.vpnprobe.model.Step;

/**
 * Keeps what many measurements of a journal say alike once: names, addresses, certificates,
 * deadlines. A journal of a million measurements is read into half the memory. Gives back what is
 * equal to what it got.
 */
final class Shared {
  /** A file that says something new everywhere must not fill a table, too. */
  private static final int MOST = 1 << 19;

  private final Map<Object, Object> known = new HashMap<>();

  /** The same measurement. */
  Measurement of(Measurement m) {
    return new Measurement(
        m.id(),
        same(m.cell()),
        orNull(m.serves()),
        same(m.endpoint()),
        same(m.vantage()),
        m.family(),
        m.purpose(),
        m.round(),
        m.started(),
        m.took(),
        orNull(m.address()),
        same(m.deadline()),
        m.asked(),
        m.reached(),
        orNull(m.proof()),
        of(m.failure(), m.took()),
        m.latency(),
        steps(m.steps(), m),
        observations(m.observations()),
        orNull(m.tainted()),
        m.experiment());
  }

  private @Nullable Failure of(@Nullable Failure failure, Duration took) {
    if (failure == null) {
      return null;
    }
    Duration after = failure.after();
    Failure it =
        new Failure(
            failure.step(),
            failure.kind(),
            orNull(failure.argument()),
            same(failure.detail()),
            after == null ? null : after.equals(took) ? took : after);
    return after == null ? same(it) : it;
  }

  private List<Step> steps(List<Step> steps, Measurement m) {
    List<Step> all = new ArrayList<>(steps.size());
    Duration latency = m.latency();
    for (Step step : steps) {
      all.add(
          new Step(
              step.name(),
              step.start().isZero() ? Duration.ZERO : step.start(),
              latency != null && latency.equals(step.took()) ? latency : step.took(),
              step.sent(),
              step.sentPackets(),
              step.received(),
              step.receivedPackets(),
              orNull(step.failure())));
    }
    return all;
  }

  private List<Observation> observations(List<Observation> observations) {
    if (observations.isEmpty()) {
      return List.of();
    }
    List<Observation> all = new ArrayList<>(observations.size());
    for (Observation each : observations) {
      all.add(new Observation(each.at(), same(each.key()), same(each.value())));
    }
    return all;
  }

  private @Nullable String orNull(@Nullable String value) {
    return value == null ? null : same(value);
  }

  @SuppressWarnings("unchecked") // Equal records, strings and durations are of one class.
  private <T> T same(T value) {
    Object before = known.get(value);
    if (before != null) {
      return (T) before;
    }
    if (known.size() < MOST) {
      known.put(value, value);
    }
    return value;
  }
}
