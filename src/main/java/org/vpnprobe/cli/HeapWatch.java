package org.vpnprobe.cli;

import java.time.Duration;

/**
 * Keeps the heap near what is in use while it is open. The small collector, which starts fastest,
 * lets its old generation grow until the memory that Java may have is short, a quarter of the
 * machine's, and collects it only then: a run of an hour would hold what its first minute left
 * behind.
 */
final class HeapWatch implements AutoCloseable {
  /** Not for less than this: nothing else goes on during a collection. */
  private static final long LEAST = 32L << 20;

  /** Of what was left by the last collection: with much in use each takes longer. */
  private static final int PART = 8;

  private static final Duration EVERY = Duration.ofMillis(100);

  private final Runtime memory = Runtime.getRuntime();
  private final Thread watch = new Thread(this::watch, "heap");
  private long left = memory.totalMemory();

  private HeapWatch() {
    watch.setDaemon(true);
    watch.start();
  }

  /** Begins to watch. */
  static HeapWatch begin() {
    return new HeapWatch();
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(EVERY);
        if (memory.totalMemory() - left > LEAST + left / PART) {
          System.gc();
          left = memory.totalMemory();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Closed.
    }
  }

  @Override
  public void close() {
    watch.interrupt();
  }
}
