package org.vpnprobe.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.vpnprobe.config.Limits;

class CapsTest {
  private static Caps.Use use(String vantage, String server, String... keys) {
    return new Caps.Use(Set.of(vantage), server, Set.of(keys), false);
  }

  @Test
  void newFlowsArePacedForEachVantage() {
    Caps caps = new Caps(Limits.NONE, 1);
    Duration now = Duration.ofSeconds(10);
    int begun = 0;
    while (caps.permits(use("cm", "s" + begun), now)) {
      caps.begin(use("cm", "s" + begun++), now);
    }
    // 50 ms of catching up at 200 a second, and one.
    assertEquals(11, begun);
    assertEquals(Optional.of(now.plusMillis(5)), caps.wakeUp());
    assertEquals(Optional.empty(), caps.wakeUp(), "asked once");
    assertTrue(caps.permits(use("cu", "x"), now), "another line");
    assertTrue(caps.permits(use("cm", "x"), now.plusMillis(5)));
    caps.begin(use("cm", "x"), now.plusMillis(5));
    assertFalse(caps.permits(use("cm", "y"), now.plusMillis(5)));
  }

  @Test
  void aRehearsalStartsItsFlowsFaster() {
    Caps caps = new Caps(Limits.NONE, 1000);
    Duration now = Duration.ofSeconds(10);
    for (int i = 0; i < 2000; i++) {
      assertTrue(caps.permits(use("cm", "s" + i), now), "flow " + i);
      caps.begin(use("cm", "s" + i), now);
    }
    assertTrue(caps.full());
  }

  @Test
  void serversAnHour() {
    Caps caps = new Caps(new Limits(null, null, 2), 1);
    Duration now = Duration.ofMinutes(5);
    for (String server : new String[] {"a", "b"}) {
      assertTrue(caps.permits(use("cm", server), now));
      caps.begin(use("cm", server), now);
      caps.end(use("cm", server));
    }
    assertFalse(caps.permits(use("cm", "c"), now.plusMinutes(1)));
    assertEquals(Optional.of(Duration.ofMinutes(65)), caps.wakeUp());
    assertTrue(caps.permits(use("cm", "a"), now.plusMinutes(1)), "contacted already");
    assertTrue(caps.permits(use("cu", "c"), now.plusMinutes(1)), "another line");
    assertTrue(caps.permits(use("cm", "c"), now.plusMinutes(61)));
  }

  @Test
  void serversContactedBeforeAResumptionCount() {
    Caps caps = new Caps(new Limits(null, null, 1), 1);
    caps.remember("cm", "a", Duration.ofMinutes(5));
    assertFalse(caps.permits(use("cm", "b"), Duration.ofMinutes(10)));
    assertTrue(caps.permits(use("cm", "b"), Duration.ofMinutes(66)));
  }

  @Test
  void whatEndsMakesRoom() {
    Caps caps = new Caps(new Limits(1, 1, null), 1);
    Duration now = Duration.ofSeconds(1);
    caps.begin(use("cm", "a", "key"), now);
    assertTrue(caps.full());
    assertFalse(caps.permits(use("cu", "b"), now));
    caps.end(use("cm", "a", "key"));
    assertTrue(caps.permits(use("cu", "a", "key"), now));
  }

  @Test
  void keysAreHeldOneAtATime() {
    Caps caps = new Caps(Limits.NONE, 1);
    Duration now = Duration.ofSeconds(1);
    caps.begin(use("cm", "a", "one", "two"), now);
    assertFalse(caps.permits(use("cm", "b", "two"), now));
    assertTrue(caps.permits(use("cm", "b", "three"), now));
    assertFalse(caps.permits(use("cm", "a"), now), "nor the server");
  }

  @Test
  void quicIsBoundedApart() {
    Caps caps = new Caps(Limits.NONE, 1000);
    Duration now = Duration.ZERO;
    for (int i = 0; i < Caps.QUIC; i++) {
      caps.begin(new Caps.Use(Set.of("a"), "server" + i, Set.of(), true), now);
    }
    Duration later = Duration.ofSeconds(10);
    Caps.Use more = new Caps.Use(Set.of("a"), "another", Set.of(), true);
    assertFalse(caps.permits(more, later));
    assertTrue(caps.permits(new Caps.Use(Set.of("a"), "another", Set.of(), false), later));
    caps.end(new Caps.Use(Set.of("a"), "server0", Set.of(), true));
    assertTrue(caps.permits(more, later));
  }
}
