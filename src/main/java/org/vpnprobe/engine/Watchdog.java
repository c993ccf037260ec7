package org.vpnprobe.engine;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends trials that outlive their deadline: {@code net} holds every read and write to it, this holds
 * what computes or forgets. An interrupt closes the channel the trial waits on.
 */
final class Watchdog implements AutoCloseable {
  /** What a goodbye and a slow machine may take beyond the deadline. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("watchdog").factory());

  /** One watched trial. */
  static final class Watch {
    private final Thread trial = Thread.currentThread();
    private final Future<?> alarm;
    private boolean over;

    private Watch(ScheduledExecutorService timer, Duration after) {
      this.alarm = timer.schedule(this::ring, after.toMillis(), TimeUnit.MILLISECONDS);
    }

    private synchronized void ring() {
      if (!over) {
        trial.interrupt();
      }
    }

    /** The trial ended; a later alarm must not hit what its thread does next. */
    synchronized void over() {
      over = true;
      alarm.cancel(false);
    }
  }

  /** Watches the calling thread until {@link Watch#over()}. */
  Watch watch(Duration deadline) {
    return new Watch(timer, deadline.plus(GRACE));
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
