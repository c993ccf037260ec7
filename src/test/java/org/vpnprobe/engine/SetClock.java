package org.vpnprobe.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.OptionalLong;

/** A system's clock that a test sets, and a run's clock by it. */
public final class SetClock extends Clock {
  private final Clock real = Clock.systemUTC();
  private volatile Duration off;

  /**
   * @param off how wrong it is to begin with
   */
  public SetClock(Duration off) {
    this.off = off;
  }

  /** Sets it forward, or back by a negative duration. */
  public void set(Duration by) {
    off = off.plus(by);
  }

  /** What a run that begins now goes by; this machine does not sleep meanwhile. */
  public Clock steady() {
    return new SteadyClock(
        this, System::nanoTime, () -> OptionalLong.of(System.nanoTime()), Instant.MIN);
  }

  @Override
  public Instant instant() {
    return real.instant().plus(off);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
