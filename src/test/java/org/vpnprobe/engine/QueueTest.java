package org.vpnprobe.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vpnprobe.config.Limits;

class QueueTest {
  private static final int MANY = 100_000;

  private final Queue queue = new Queue();
  private final Caps caps = new Caps(Limits.NONE, 1);

  private void add(String vantage, String server, boolean urgent, String... keys) {
    queue.add(
        new Job(List.of(), new Caps.Use(Set.of(vantage), server, Set.of(keys), false), urgent));
  }

  private List<String> begin(Duration now) {
    List<String> servers = new ArrayList<>();
    for (Optional<Job> job = queue.take(caps, now); job.isPresent(); job = queue.take(caps, now)) {
      caps.begin(job.get().use(), now);
      servers.add(job.get().use().server());
    }
    return servers;
  }

  private void end(String vantage, String server, String... keys) {
    caps.end(new Caps.Use(Set.of(vantage), server, Set.of(keys), false));
  }

  /** If each look asked about each job, these would be five thousand million questions. */
  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void aHundredThousandStartInTheirOrderAtTheirPace() {
    for (int i = 0; i < MANY; i++) {
      add("cm", "s" + i, false);
    }
    Duration now = Duration.ofSeconds(10);
    int begun = 0;
    while (!queue.isEmpty()) {
      for (String server : begin(now)) {
        assertEquals("s" + begun++, server);
        end("cm", server);
      }
      now = now.plusMillis(5);
    }
    assertEquals(MANY, begun);
    assertEquals(MANY / 200, now.minusSeconds(10).toSeconds(), 1);
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void aKeyOfAHundredThousandIsAskedAboutOnce() {
    for (int i = 0; i < MANY; i++) {
      add("cm", "s" + i, false, "key");
    }
    add("cm", "other", false);
    Duration now = Duration.ofSeconds(10);
    assertEquals(List.of("s0", "other"), begin(now), "one with the key, and who needs none");
    for (int i = 1; i < MANY; i++) {
      end("cm", "s" + (i - 1), "key");
      now = now.plusMillis(5);
      assertEquals(List.of("s" + i), begin(now));
      assertTrue(begin(now.plusMillis(5)).isEmpty());
    }
    assertTrue(queue.isEmpty());
  }

  @Test
  void aSlowServerHoldsOnlyItsOwn() {
    add("cm", "slow", false);
    add("cm", "slow", false);
    add("cm", "a", false);
    add("cu", "slow", false);
    add("cu", "b", false);
    Duration now = Duration.ofSeconds(10);
    assertEquals(List.of("slow", "a", "b"), begin(now));
    end("cm", "slow");
    assertEquals(List.of("slow"), begin(now));
    end("cm", "slow");
    assertEquals(List.of("slow"), begin(now));
    assertTrue(queue.isEmpty());
  }

  @Test
  void aLineThatHasToWaitHoldsNoOther() {
    for (int i = 0; i < 30; i++) {
      add("cm", "m" + i, false);
      add("cu", "u" + i, false);
    }
    Duration now = Duration.ofSeconds(10);
    List<String> first = begin(now);
    // 50 ms of catching up at 200 a second, and one, on each line; the two take turns.
    assertEquals(22, first.size());
    assertEquals(List.of("m0", "u0", "m1", "u1"), first.subList(0, 4));
    assertEquals(Optional.of(now.plusMillis(5)), caps.wakeUp());
  }

  @Test
  void whatIsUrgentGoesFirst() {
    add("cm", "a", false);
    add("cm", "b", true, "key");
    assertEquals(List.of("b", "a"), begin(Duration.ofSeconds(10)));
  }
}
