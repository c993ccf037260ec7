package org.vpnprobe.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Known ids: the same answers as a set of texts gives, also for ids that were made to collide. */
class IdsTest {
  private static void behavesAsASet(int count, IntFunction<String> made) {
    List<String> kept = new ArrayList<>();
    Ids ids = new Ids(kept::get);
    Set<String> set = new HashSet<>();
    for (int i = 0; i < count; i++) {
      String id = made.apply(i);
      assertEquals(set.contains(id), ids.has(id));
      kept.add(id);
      boolean added = ids.add(id, kept.size() - 1);
      assertEquals(set.add(id), added, id);
      if (!added) {
        kept.removeLast();
      }
    }
    set.forEach(id -> assertTrue(ids.has(id), id));
    assertFalse(ids.has("another"));
  }

  @Test
  void usualOnes() {
    Random random = new Random(3);
    behavesAsASet(
        50_000, i -> "e" + random.nextInt(500) + "@c#counted." + random.nextInt(40) + ".1");
  }

  /** 2^16 texts of one hash: “Aa” and “BB” have the same. */
  @Test
  void manyOfOneHash() {
    assertTimeoutPreemptively(
        Duration.ofSeconds(30), () -> behavesAsASet(1 << 17, i -> pairs(i & 0xffff)));
  }

  private static String pairs(int bits) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 16; i++) {
      text.append((bits >> i & 1) == 0 ? "Aa" : "BB");
    }
    return text.toString();
  }

  /** Hashes that differ and want the same places, as {@code 2654435769 · hash} is chosen to be. */
  @Test
  void manyOfNeighbouringPlaces() {
    List<String> crowd = new ArrayList<>();
    for (int a = 0x20; crowd.size() < 60_000; a++) {
      for (int b = 0x20; b < 0xd000 && crowd.size() < 60_000; b++) {
        String text = "" + (char) a + (char) b;
        int mixed = text.hashCode() * 0x9e3779b9;
        if (((mixed ^ mixed >>> 15) & 0x3ff) < 4) {
          crowd.add(text);
        }
      }
    }
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> behavesAsASet(2 * crowd.size(), i -> crowd.get(i % crowd.size())));
  }
}
