package org.vpnprobe.engine.exercise;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Variation;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Session.Exchange;
import org.vpnprobe.protocol.Trial;

/**
 * Data through an open session, evenly over some time, a pause, and data again: finds sessions that
 * open and then freeze (reference: science.md §4.2, §7 D7). Observed: {@code data_kb} that came
 * back, {@code data_packets} of them, {@code data_lost} that did not, {@code data_kbps} by the
 * median of their round trips, {@code data_trip_us} the fastest of these, {@code data_rate_kbps}
 * when as much is offered as comes back in trains of packets, and {@code frozen_after_kb}, {@code
 * frozen_after_packets} when nothing came any more.
 */
final class DataRounds {
  /** Seconds for the handshake and the last answers. */
  static final int SPARE = 50;

  /** Inside every tunnel's packet size. */
  private static final int PAYLOAD = 1200;

  /** Two repeats of TCP on a slow line take no longer (RFC 6298: 1 s, doubled). */
  private static final int ANSWER = 3;

  /** A burst may take so many times as long as planned. */
  private static final double SLOW = 2.5;

  /** So many unanswered in a row are no loss any more: 0.3⁸ is below 1 in 10,000. */
  private static final int FROZEN = 8;

  /** Packets of a train: more than a policer of 100 kbit/s lets through at once. */
  private static final int TRAIN = 32;

  /** So many trains at most, 480 KiB each way, and seconds for them. */
  private static final int TRAINS = 13;

  static final int RATE_SECONDS = 8;

  /** A train of which nothing has come then is lost. */
  private static final int TRAIN_SECONDS = 1;

  /** What has not come so long after the last one is lost, or two round trips where they last. */
  private static final double GAP_SECONDS = 0.2;

  private final Exchange exchange;
  private final Trial trial;
  private final Duration answerWithin;
  private final long endNanos;
  private long bytes;
  private int packets;
  private int lost;
  private int lostInRow;
  private final List<Long> tripNanos = new ArrayList<>();

  private DataRounds(Exchange exchange, Trial trial, Duration answerWithin, long endNanos) {
    this.exchange = exchange;
    this.trial = trial;
    this.answerWithin = answerWithin;
    this.endNanos = endNanos;
  }

  /**
   * Sends the data.
   *
   * @param within the trial's time: what does not fit in measured nothing
   * @throws StepFailed {@code data_echo_failed:frozen} when nothing comes any more, {@code
   *     instrument_error} when the trial's time is too short for this line
   */
  static void run(
      Session session, Variation.DataAfter plan, Trial trial, Duration within, double pace)
      throws StepFailed {
    long endNanos = System.nanoTime() + within.toNanos();
    Exchange exchange = Exchanges.of(session, trial);
    DataRounds rounds = new DataRounds(exchange, trial, seconds(ANSWER, pace), endNanos);
    trial.step(
        StepName.TUNNEL,
        () -> {
          rounds.burst(plan, pace);
          sleep(seconds(plan.idleSeconds(), pace));
          rounds.burst(plan, pace);
          rounds.rate(pace);
          return Boolean.TRUE;
        });
    trial.reached(
        Depth.TUNNEL, "data went through the session both ways, before and after a pause");
  }

  /**
   * As much as comes back, in trains. Nothing here is a failure: what had to pass has passed. The
   * first quarter does not count, which a policer lets through at once.
   */
  private void rate(double pace) throws StepFailed {
    if (!(exchange instanceof Exchanges.Trains trains)) {
      return;
    }
    List<Long> ended = new ArrayList<>();
    List<Long> came = new ArrayList<>();
    long begun = System.nanoTime();
    long over = Math.min(begun + seconds(RATE_SECONDS, pace).toNanos(), endNanos);
    long total = 0;
    long trip = tripNanos.stream().mapToLong(Long::longValue).min().orElse(0);
    Duration gap = Duration.ofNanos(Math.max(seconds(GAP_SECONDS, pace).toNanos(), 2 * trip));
    while (ended.size() < TRAINS && System.nanoTime() < over) {
      try {
        total += trains.train(TRAIN, PAYLOAD, seconds(TRAIN_SECONDS, pace), gap);
      } catch (StepFailed e) {
        if (e.kind() == FailureKind.INTERRUPTED) {
          throw e;
        }
        break;
      }
      ended.add(System.nanoTime());
      came.add(total);
    }
    int first = ended.size() / 4 - 1;
    long from = first < 0 ? begun : ended.get(first);
    long before = first < 0 ? 0 : came.get(first);
    if (!ended.isEmpty()) {
      double kilobits = (total - before) * 8 / 1e3 / (Math.max(1, ended.getLast() - from) / 1e9);
      trial.observe("data_rate_kbps", Long.toString(Math.round(kilobits)));
      trial.observe("data_trip_us", Long.toString(trip / 1000));
    }
  }

  private static Duration seconds(double real, double pace) {
    return Duration.ofNanos(Math.round(real * 1e9 / pace));
  }

  private void burst(Variation.DataAfter plan, double pace) throws StepFailed {
    int sends = Math.max(plan.packets(), (plan.kilobytes() * 1024 + PAYLOAD - 1) / PAYLOAD);
    Duration gap = seconds((double) plan.seconds() / sends, pace);
    // A long way to and fro: fewer packets tell as much.
    long over = System.nanoTime() + seconds(SLOW * plan.seconds(), pace).toNanos();
    try {
      for (int i = 0; i < sends && System.nanoTime() < over; i++) {
        long begun = System.nanoTime();
        once();
        sleep(gap.minusNanos(System.nanoTime() - begun));
      }
    } finally {
      trial.observe("data_kb", Long.toString(bytes / 1024));
      trial.observe("data_packets", Integer.toString(packets));
      trial.observe("data_lost", Integer.toString(lost));
      if (!tripNanos.isEmpty()) {
        trial.observe("data_kbps", Long.toString(Math.round(kilobits())));
      }
    }
  }

  /** The median: a segment that TCP sends again takes a hundred times as long on a short way. */
  private double kilobits() {
    List<Long> sorted = tripNanos.stream().sorted().toList();
    return (double) bytes / packets * 8 / 1e3 / (sorted.get(sorted.size() / 2) / 1e9);
  }

  private void once() throws StepFailed {
    long begun = System.nanoTime();
    if (begun + answerWithin.toNanos() > endNanos) {
      throw new StepFailed(
          FailureKind.INSTRUMENT_ERROR, "the trial's time is too short for this line");
    }
    int came;
    try {
      came = exchange.once(PAYLOAD, answerWithin);
    } catch (StepFailed e) {
      if (e.kind() != FailureKind.INSTRUMENT_ERROR && e.kind() != FailureKind.CONFIG_ERROR) {
        frozen();
      }
      throw e;
    }
    if (came == 0 && System.nanoTime() >= endNanos) {
      throw new StepFailed(
          FailureKind.INSTRUMENT_ERROR, "the trial's time is too short for this line");
    }
    if (came > 0) {
      tripNanos.add(Math.max(1, System.nanoTime() - begun));
      bytes += came;
      packets++;
      lostInRow = 0;
      return;
    }
    lost++;
    if (++lostInRow == FROZEN) {
      frozen();
      throw new StepFailed(
          FailureKind.DATA_ECHO_FAILED, "frozen", "the session carried data and then no more");
    }
  }

  private void frozen() {
    trial.observe("frozen_after_kb", Long.toString(bytes / 1024));
    trial.observe("frozen_after_packets", Integer.toString(packets));
  }

  private static void sleep(Duration time) throws StepFailed {
    if (time.isPositive()) {
      try {
        Thread.sleep(time);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StepFailed(FailureKind.INTERRUPTED, "the trial was ended");
      }
    }
  }
}
