package org.vpnprobe.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  private Instant wall = NOON;
  private long nanos = 77;
  private long sinceBoot = 5_000_000_000L;
  private final SteadyClock clock =
      new SteadyClock(wall(), () -> nanos, () -> OptionalLong.of(sinceBoot), Instant.MIN);

  private Clock wall() {
    return new Clock() {
      @Override
      public Instant instant() {
        return wall;
      }

      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }
    };
  }

  private Instant after(long wallSeconds, long realSeconds) {
    wall = wall.plusSeconds(wallSeconds);
    nanos += realSeconds * 1_000_000_000;
    sinceBoot += realSeconds * 1_000_000_000;
    return clock.instant();
  }

  @Test
  void goesOnAtItsOwnPaceWhenTheWallIsSet() {
    assertEquals(NOON.plusSeconds(5), after(5, 5));
    assertEquals(Duration.ZERO, SteadyClock.setBy(clock));
    assertEquals(NOON.plusSeconds(6), after(3601, 1), "an hour forward");
    assertEquals(Duration.ofHours(1), SteadyClock.setBy(clock));
    assertEquals(NOON.plusSeconds(8), after(-7198, 2), "two hours back");
    assertEquals(Duration.ofHours(-1), SteadyClock.setBy(clock));
    assertEquals(NOON.plusSeconds(9), after(3601, 1), "and right again");
    assertEquals(Duration.ZERO, SteadyClock.setBy(clock));
  }

  @Test
  void aSleepHasPassed() {
    sinceBoot += 3_600_000_000_000L;
    assertEquals(NOON.plusSeconds(3605), after(3605, 5));
    assertEquals(Duration.ZERO, SteadyClock.setBy(clock));
    sinceBoot += 60_000_000_000L;
    assertEquals(NOON.plusSeconds(3666), after(3661, 1), "an hour forward while it slept a minute");
    assertEquals(Duration.ofHours(1), SteadyClock.setBy(clock));
    assertEquals(NOON.plusSeconds(3667), after(1, 1));
  }

  /** Where nothing tells a sleep from a step, what goes forward has passed. */
  @Test
  void withoutATimeSinceBootItFollowsForward() {
    SteadyClock blind = new SteadyClock(wall(), () -> nanos, OptionalLong::empty, Instant.MIN);
    wall = wall.plusSeconds(3600);
    assertEquals(NOON.plusSeconds(3600), blind.instant());
    wall = wall.minusSeconds(60);
    assertEquals(NOON.plusSeconds(3600), blind.instant());
    assertEquals(Duration.ofSeconds(-60), SteadyClock.setBy(blind));
  }

  @Test
  void aRunThatIsGoneOnWithDoesNotGoBack() {
    Instant later = NOON.plusSeconds(3600);
    SteadyClock resumed =
        new SteadyClock(wall(), () -> nanos, () -> OptionalLong.of(sinceBoot), later);
    assertEquals(later, resumed.instant());
    assertEquals(Duration.ofHours(-1), SteadyClock.setBy(resumed));
  }
}
