package org.vpnprobe.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.vpnprobe.engine.Run;

/**
 * Between opening and closing, a process that is told to end stops its run and lets the report be
 * written.
 */
final class Interruption implements AutoCloseable {
  /** SIGINT, as shells count. */
  static final int EXIT = 130;

  /** How long an interrupted run may take to write its report. */
  private static final Duration GOODBYE = Duration.ofSeconds(5);

  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread hook;

  Interruption(Run run) {
    this.hook = new Thread(() -> interrupt(run));
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void interrupt(Run run) {
    run.interrupt();
    try {
      if (!over.await(GOODBYE.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println("vpnprobe: no time to write the report; “vpnprobe report” makes it");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(EXIT);
  }

  /** The report is written, or will not be. */
  @Override
  public void close() {
    over.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already: the hook was waiting for us.
    }
  }
}
