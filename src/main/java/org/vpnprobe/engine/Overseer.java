package org.vpnprobe.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.StepName;

/**
 * Has trials made by stations and gets a measurement of each, whatever the station does: {@code
 * net} holds every read and write to the deadline, this holds what computes, forgets or breaks.
 */
final class Overseer {
  /** What a goodbye and a slow machine may take beyond the deadline. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  /** How long a trial that was told to end may take to do so. */
  private static final Duration GOODBYE = Duration.ofSeconds(1);

  private final ServerTurns turns = new ServerTurns();
  private final Clock clock;
  private final Duration grace;
  private final Duration goodbye;

  Overseer(Clock clock) {
    this(clock, GRACE, GOODBYE);
  }

  Overseer(Clock clock, Duration grace, Duration goodbye) {
    this.clock = clock;
    this.grace = grace;
    this.goodbye = goodbye;
  }

  /**
   * Makes one trial, on a thread of its own.
   *
   * @throws InterruptedException when the run ends; the trial is told to end, too
   */
  Measurement measure(Station station, TrialOrder order) throws InterruptedException {
    Instant begun = clock.instant();
    try (ServerTurns.Taken turn = turns.turn()) {
      FutureTask<Measurement> trial = new FutureTask<>(() -> station.measure(order, turn));
      Thread thread = Thread.ofVirtual().name(order.id()).start(trial);
      try {
        return inTime(trial, turn, order.deadline().plus(grace));
      } catch (TimeoutException e) {
        thread.interrupt();
        return late(trial, order, begun);
      } catch (InterruptedException e) {
        thread.interrupt();
        thread.join(goodbye);
        throw e;
      }
    } catch (ExecutionException e) {
      return broken(order, begun, Objects.requireNonNullElse(e.getCause(), e));
    }
  }

  private static Measurement inTime(
      FutureTask<Measurement> trial, ServerTurns.Taken turn, Duration limit)
      throws InterruptedException, ExecutionException, TimeoutException {
    Duration left = turn.left(limit);
    while (left.isPositive()) {
      try {
        return trial.get(left.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        left = turn.left(limit); // It may have waited for its turn meanwhile.
      }
    }
    throw new TimeoutException();
  }

  /** What a trial proved stays proved, however long its goodbye took. */
  private Measurement late(FutureTask<Measurement> trial, TrialOrder order, Instant begun)
      throws InterruptedException, ExecutionException {
    try {
      Measurement m = trial.get(goodbye.toNanos(), TimeUnit.NANOSECONDS);
      if (m.succeeded()) {
        return m;
      }
    } catch (TimeoutException e) {
      // Left behind; whatever it may say later is not heard.
    }
    return failed(order, begun, "the trial went on beyond its deadline and was ended");
  }

  /** The class alone: a message may hold what must not leave. */
  private Measurement broken(TrialOrder order, Instant begun, Throwable cause) {
    if (cause instanceof VirtualMachineError error && !(cause instanceof StackOverflowError)) {
      throw error;
    }
    return failed(order, begun, cause.getClass().getName());
  }

  private Measurement failed(TrialOrder order, Instant begun, String detail) {
    return new Measurement(
        order.id(),
        order.cell().id(),
        order.serves(),
        order.cell().endpoint(),
        order.cell().vantage(),
        order.cell().family(),
        order.purpose(),
        order.round(),
        begun,
        Duration.between(begun, clock.instant()),
        null,
        order.deadline(),
        order.goal(),
        null,
        null,
        new Failure(StepName.CONNECT, FailureKind.INSTRUMENT_ERROR, null, detail, null),
        null,
        List.of(),
        List.of(),
        null,
        order.experiment());
  }
}
