package org.vpnprobe.lab;

import java.time.Duration;

/** One direction of a flow whose bytes go no faster than a rate. */
final class Shaper {
  private final double pace;
  private long freeNanos = System.nanoTime();

  Shaper(double pace) {
    this.pace = pace;
  }

  /**
   * Lets bytes pass.
   *
   * @param rate bytes per second of real time
   * @return how long until the last of them is through, at the lab's pace
   */
  synchronized Duration pass(int bytes, int rate) {
    long now = System.nanoTime();
    freeNanos = Math.max(now, freeNanos) + (long) (bytes * 1e9 / rate / pace);
    return Duration.ofNanos(freeNanos - now);
  }
}
