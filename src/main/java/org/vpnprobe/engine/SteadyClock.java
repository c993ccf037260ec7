package org.vpnprobe.engine;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The wall clock as it was when a run began, which goes on at its own pace: setting the system's
 * neither stops the run, nor makes rounds follow each other that were minutes apart, nor turns the
 * order of the journal. Rounds, pacing, residual windows and the timestamps of WireGuard handshakes
 * rely on that. Time that this machine slept has passed all the same.
 */
public final class SteadyClock extends Clock {
  /** Seconds since the system started, those of a sleep included (proc(5)). */
  private static final Path UPTIME = Path.of("/proc/uptime");

  /** NTP corrects less than this without a step (ntpd(8): 128 ms). */
  private static final Duration STEP = Duration.ofSeconds(1);

  private final Clock wall;
  private final LongSupplier nanoTime;
  private final Supplier<OptionalLong> sinceBoot;
  private final Instant start;
  private final long startNanos;
  private final OptionalLong startSinceBoot;
  private Duration slept = Duration.ZERO;
  private Duration set = Duration.ZERO;

  /**
   * @param sinceBoot nanoseconds that go on while the machine sleeps, empty where there are none
   * @param notBefore what has been said to be over is: a run that is gone on with ended then
   */
  SteadyClock(
      Clock wall, LongSupplier nanoTime, Supplier<OptionalLong> sinceBoot, Instant notBefore) {
    this.wall = wall;
    this.nanoTime = nanoTime;
    this.sinceBoot = sinceBoot;
    this.startNanos = nanoTime.getAsLong();
    this.startSinceBoot = sinceBoot.get();
    Instant now = wall.instant();
    this.start = now.isBefore(notBefore) ? notBefore : now;
  }

  /** The system's clock made steady from now on. */
  public static SteadyClock system(Instant notBefore) {
    return new SteadyClock(Clock.systemUTC(), System::nanoTime, SteadyClock::uptime, notBefore);
  }

  @Override
  public synchronized Instant instant() {
    Duration passed = Duration.ofNanos(nanoTime.getAsLong() - startNanos);
    Instant now = start.plus(passed).plus(slept);
    Duration off = Duration.between(now, wall.instant());
    if (off.minus(set).abs().compareTo(STEP) > 0) {
      Duration woken = slept(passed, off.minus(set));
      now = now.plus(woken);
      slept = slept.plus(woken);
      set = off.minus(woken);
    }
    return now;
  }

  /**
   * How long the machine slept since the last look.
   *
   * @param ahead what the wall clock is ahead for that reason, or because it was set
   */
  private Duration slept(Duration passed, Duration ahead) {
    OptionalLong now = startSinceBoot.isEmpty() ? OptionalLong.empty() : sinceBoot.get();
    if (now.isEmpty()) {
      // Cannot be told apart here; that a lid was closed is likelier.
      return ahead.isNegative() ? Duration.ZERO : ahead;
    }
    Duration asleep =
        Duration.ofNanos(now.getAsLong() - startSinceBoot.getAsLong()).minus(passed).minus(slept);
    return asleep.compareTo(STEP) > 0 ? asleep : Duration.ZERO;
  }

  /**
   * By how much the system's clock was set since this one began, negative when back: as of the last
   * look at the time; zero for any other clock.
   */
  static Duration setBy(Clock clock) {
    return clock instanceof SteadyClock steady ? steady.setBy() : Duration.ZERO;
  }

  private synchronized Duration setBy() {
    return set.abs().compareTo(STEP) > 0 ? set : Duration.ZERO;
  }

  private static OptionalLong uptime() {
    try {
      String text = Files.readString(UPTIME);
      BigDecimal seconds = new BigDecimal(text.substring(0, text.indexOf(' ')));
      return OptionalLong.of(seconds.movePointRight(9).longValue());
    } catch (IOException | RuntimeException e) {
      return OptionalLong.empty(); // Not Linux, or nothing that it wrote.
    }
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
