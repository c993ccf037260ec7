package org.vpnprobe.engine;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/**
 * The wall clock, but one that never goes back: when the system's is set back during a run, this
 * one runs on at its own pace until the other has caught up. Rounds, pacing and the timestamps of
 * WireGuard handshakes rely on that. It follows when the system's is set forward, as after a sleep.
 */
public final class SteadyClock extends Clock {
  private final Clock wall;
  private final LongSupplier nanoTime;
  private Instant last;
  private long lastNanos;

  SteadyClock(Clock wall, LongSupplier nanoTime) {
    this.wall = wall;
    this.nanoTime = nanoTime;
    this.last = wall.instant();
    this.lastNanos = nanoTime.getAsLong();
  }

  /** The system's clock made steady from now on. */
  public static SteadyClock system() {
    return new SteadyClock(Clock.systemUTC(), System::nanoTime);
  }

  @Override
  public synchronized Instant instant() {
    long nanos = nanoTime.getAsLong();
    Instant now = wall.instant();
    last = now.isBefore(last) ? last.plusNanos(nanos - lastNanos) : now;
    lastNanos = nanos;
    return last;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("instants have no zone");
  }
}
