package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

/** In a Java of its own, with the collector of the image. */
class HeapWatchTest {
  private static final int MIB = 1 << 20;

  /** Most of them outlive a young generation of 8 MiB and are garbage soon after. */
  private static final int IN_USE = 20;

  private static final int IN_ALL = 600;

  /** The heap at its largest, in MiB. */
  private static int most(String watched) throws Exception {
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xms16m",
                "-Xmn8m",
                "-Xmx2g",
                "-XX:MinHeapFreeRatio=10",
                "-XX:MaxHeapFreeRatio=20",
                "-XX:-ShrinkHeapInSteps",
                "-cp",
                System.getProperty("java.class.path"),
                Garbage.class.getName(),
                watched)
            .redirectErrorStream(true)
            .start();
    String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, java.waitFor(), said);
    return Integer.parseInt(said.strip());
  }

  @Test
  void theHeapStaysNearWhatIsInUse() throws Exception {
    int alone = most("alone");
    assertTrue(alone > IN_ALL / 2, "the collector waits: " + alone);
    int watched = most("watched");
    assertTrue(watched < IN_ALL / 3, "watched: " + watched);
  }

  static final class Garbage {
    private Garbage() {}

    public static void main(String[] args) throws InterruptedException {
      if (args[0].equals("watched")) {
        HeapWatch.begin();
      }
      Deque<byte[]> kept = new ArrayDeque<>();
      long most = 0;
      for (int i = 0; i < IN_ALL; i++) {
        kept.add(new byte[MIB]);
        if (kept.size() > IN_USE) {
          kept.remove();
        }
        Thread.sleep(2);
        most = Math.max(most, Runtime.getRuntime().totalMemory());
      }
      System.out.println(most / MIB);
    }
  }
}
