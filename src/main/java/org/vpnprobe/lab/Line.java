package org.vpnprobe.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Interference;

/** A carrier's line at the lab's pace: its round trip, and what gets lost on it by chance. */
final class Line {
  /**
   * Where a middlebox near the client stands: the share of the round trip that its answers take.
   * The resets of the Great Firewall came after 18 ms on paths of 100 ms and more.
   */
  private static final double NEAR = 0.2;

  private final Interference interference;
  private final double pace;
  private final long startNanos = System.nanoTime();
  private final Interference.@Nullable Bursts bursts;
  private final RandomGenerator burstRandom;

  /** When it becomes bad, good, bad …, in real time since the start. */
  private final List<Duration> turns = new ArrayList<>();

  Line(Interference interference, long seed, double pace) {
    this.interference = interference;
    this.pace = pace;
    this.bursts = interference.bursts();
    this.burstRandom = new SplittableRandom(seed);
  }

  /** Real time at the lab's pace. */
  Duration compressed(Duration real) {
    return Duration.ofNanos((long) (real.toNanos() / pace));
  }

  double pace() {
    return pace;
  }

  /** The round trip that the carrier adds. */
  Duration latency() {
    return compressed(Objects.requireNonNullElse(interference.latency(), Duration.ZERO));
  }

  /** The round trip to the middlebox near the client. */
  Duration near() {
    return Duration.ofNanos((long) (latency().toNanos() * NEAR));
  }

  /**
   * True when a packet gets lost by chance.
   *
   * @param ahead when it is sent, from now, in real time
   */
  boolean loses(RandomGenerator random, Duration ahead) {
    double share = Objects.requireNonNullElse(interference.loss(), 0.0);
    if (bursts != null && isBad(bursts, ahead)) {
      share = Math.max(share, Objects.requireNonNullElse(bursts.loss(), 1.0));
    }
    return share > 0 && random.nextDouble() < share;
  }

  private synchronized boolean isBad(Interference.Bursts burst, Duration ahead) {
    long since = (long) ((System.nanoTime() - startNanos) * pace);
    Duration now = Duration.ofNanos(since).plus(ahead);
    while (turns.isEmpty() || turns.getLast().compareTo(now) <= 0) {
      Duration mean = turns.size() % 2 == 0 ? burst.every() : burst.last();
      Duration length =
          Duration.ofNanos((long) (mean.toNanos() * -Math.log(1 - burstRandom.nextDouble())));
      turns.add((turns.isEmpty() ? Duration.ZERO : turns.getLast()).plus(length));
    }
    int found = Collections.binarySearch(turns, now);
    int passed = found >= 0 ? found + 1 : -found - 1;
    return passed % 2 == 1;
  }
}
