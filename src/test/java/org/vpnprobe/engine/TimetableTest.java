package org.vpnprobe.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class TimetableTest {
  private static final Duration QUARTER = Duration.ofMinutes(15);

  /** Time that passes when it is told to. */
  private static final class Hand implements Timetable.Ticker {
    private Duration now = Duration.ofDays(-3);
    private final List<Duration> pauses = new ArrayList<>();

    @Override
    public Duration now() {
      return now;
    }

    @Override
    public void pause(Duration duration) {
      pauses.add(duration);
      now = now.plus(duration);
    }

    void pass(Duration duration) {
      now = now.plus(duration);
    }
  }

  private final Hand hand = new Hand();

  private Timetable table(Duration jitter, RandomGenerator random) {
    return new Timetable(QUARTER, jitter, random, hand);
  }

  private void round(Timetable table, Duration takes, Duration wait) throws InterruptedException {
    hand.pass(takes);
    Duration next = table.next();
    assertEquals(wait, next);
    table.await(next);
  }

  @Test
  void roundsKeepTheirSlotsHoweverLongTheyTake() throws InterruptedException {
    Timetable table = table(Duration.ZERO, new SplittableRandom(1));
    round(table, Duration.ofMinutes(2), Duration.ofMinutes(13));
    round(table, Duration.ofMinutes(9), Duration.ofMinutes(6));
    round(table, Duration.ofSeconds(0), QUARTER);
    round(table, QUARTER, Duration.ZERO);
  }

  @Test
  void aRoundThatTakesTooLongCostsTheSlotsItMissed() throws InterruptedException {
    Timetable table = table(Duration.ZERO, new SplittableRandom(1));
    round(table, Duration.ofMinutes(32), Duration.ofMinutes(13));
    round(table, Duration.ofMinutes(1), Duration.ofMinutes(14));
  }

  /** Where the clock goes on meanwhile; where it stands still, nothing has happened at all. */
  @Test
  void afterALongSleepThereIsOneRoundAndNoBurst() throws InterruptedException {
    Timetable table = table(Duration.ZERO, new SplittableRandom(1));
    hand.pass(Duration.ofMinutes(2));
    Duration next = table.next();
    hand.pass(Duration.ofHours(8)); // Asleep in the pause.
    table.await(next.minus(Duration.ofHours(8)));
    assertTrue(hand.pauses.isEmpty(), "the time was over: the round begins at once");
    round(table, Duration.ofMinutes(1), Duration.ofMinutes(12));
    round(table, Duration.ofMinutes(1), Duration.ofMinutes(14));
  }

  @Test
  void whoComesBackEarlyWaitsOn() throws InterruptedException {
    List<Duration> asked = new ArrayList<>();
    Timetable.Ticker early =
        new Timetable.Ticker() {
          @Override
          public Duration now() {
            return hand.now();
          }

          @Override
          public void pause(Duration duration) {
            asked.add(duration);
            hand.pass(duration.dividedBy(2).plusNanos(1));
          }
        };
    Duration before = hand.now();
    new Timetable(QUARTER, Duration.ZERO, new SplittableRandom(1), early)
        .await(Duration.ofMinutes(4));
    assertTrue(asked.size() > 5, asked.size() + " pauses");
    assertFalse(hand.now().minus(before).compareTo(Duration.ofMinutes(4)) < 0);
  }

  @Test
  void roundsAreLateByChanceAndNeverLeaveTheirSlots() throws InterruptedException {
    Duration jitter = Duration.ofSeconds(90);
    Timetable table = table(jitter, new SplittableRandom(7));
    Duration begun = hand.now();
    Set<Duration> lates = new HashSet<>();
    for (int slot = 1; slot <= 1000; slot++) {
      hand.pass(Duration.ofSeconds(40));
      table.await(table.next());
      Duration late = hand.now().minus(begun).minus(QUARTER.multipliedBy(slot));
      assertFalse(late.isNegative() || late.compareTo(jitter) > 0, late.toString());
      lates.add(late);
    }
    assertTrue(lates.size() > 900);
    assertTrue(lates.stream().anyMatch(late -> late.compareTo(Duration.ofSeconds(80)) > 0));
    assertTrue(lates.stream().anyMatch(late -> late.compareTo(Duration.ofSeconds(10)) < 0));
  }

  @Test
  void aRoundInJitterAsLongAsTheSlotIsNotRepeatedInItsSlot() throws InterruptedException {
    Timetable table = table(QUARTER, new SplittableRandom(7));
    Duration begun = hand.now();
    for (int slot = 1; slot <= 1000; slot++) {
      Duration next = table.next();
      assertFalse(next.isNegative());
      table.await(next);
    }
    Duration took = hand.now().minus(begun);
    assertTrue(took.compareTo(QUARTER.multipliedBy(1000)) >= 0, took.toString());
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Timetable(Duration.ZERO, Duration.ZERO, new SplittableRandom(), hand));
    assertThrows(
        IllegalArgumentException.class, () -> table(QUARTER.plusNanos(1), new SplittableRandom()));
  }
}
