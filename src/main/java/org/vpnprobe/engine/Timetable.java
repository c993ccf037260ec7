package org.vpnprobe.engine;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When the rounds of {@code run --every} begin: the first at once, each later one in a slot of its
 * own, a random while after the slot's beginning, so that machines that were started together do
 * not stay together. Slots go by a clock that only counts up, so that setting the wall clock moves
 * nothing. Slots that a long round, or a machine asleep, has missed are left out: there is one
 * round afterwards, never a burst.
 */
public final class Timetable {
  /** A clock that only counts up, and waiting by it. */
  public interface Ticker {
    /** Since some moment that stays the same. */
    Duration now();

    /** Waits; may come back early. */
    void pause(Duration duration) throws InterruptedException;

    /** The system's; on Linux it stands still while the machine sleeps. */
    static Ticker system() {
      return new Ticker() {
        @Override
        public Duration now() {
          return Duration.ofNanos(System.nanoTime());
        }

        @Override
        public void pause(Duration duration) throws InterruptedException {
          Thread.sleep(duration);
        }
      };
    }
  }

  private final Duration every;
  private final Duration jitter;
  private final RandomGenerator random;
  private final Ticker ticker;
  private final Duration begun;
  private long slot;

  /**
   * Begins now.
   *
   * @param jitter how late in its slot a round may begin; at most {@code every}
   */
  public Timetable(Duration every, Duration jitter, RandomGenerator random, Ticker ticker) {
    if (every.isNegative()
        || every.isZero()
        || jitter.isNegative()
        || jitter.compareTo(every) > 0) {
      throw new IllegalArgumentException("a round every " + every + ", late by up to " + jitter);
    }
    this.every = every;
    this.jitter = jitter;
    this.random = random;
    this.ticker = ticker;
    this.begun = ticker.now();
  }

  /** Chooses the moment of the next round and returns how far off it is. */
  public Duration next() {
    Duration passed = ticker.now().minus(begun);
    slot = Math.max(slot + 1, passed.dividedBy(every) + (isOn(passed) ? 0 : 1));
    Duration late = Duration.ofNanos(random.nextLong(jitter.toNanos() + 1));
    return every.multipliedBy(slot).plus(late).minus(passed);
  }

  private boolean isOn(Duration passed) {
    return every.multipliedBy(passed.dividedBy(every)).equals(passed);
  }

  /** Waits for so long. */
  public void await(Duration until) throws InterruptedException {
    Duration end = ticker.now().plus(until);
    for (Duration left = until; left.isPositive(); left = end.minus(ticker.now())) {
      ticker.pause(left);
    }
  }
}
