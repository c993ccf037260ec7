package org.vpnprobe.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  private Instant wall = NOON;
  private long nanos = 77;
  private final SteadyClock clock = new SteadyClock(wall(), () -> nanos);

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
    return clock.instant();
  }

  @Test
  void followsTheWallForward() {
    assertEquals(NOON.plusSeconds(5), after(5, 5));
    assertEquals(NOON.plusSeconds(3605), after(3600, 1), "after a sleep");
  }

  @Test
  void runsOnWhenTheWallIsSetBackUntilItHasCaughtUp() {
    assertEquals(NOON.plusSeconds(10), after(10, 10));
    assertEquals(NOON.plusSeconds(12), after(-60, 2));
    assertEquals(NOON.plusSeconds(15), after(3, 3));
    assertEquals(NOON.plusSeconds(20), after(67, 4), "the wall shows later");
  }
}
