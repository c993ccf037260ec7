package org.vpnprobe.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
  private final Thread hook = new Thread(this::interrupt);
  private @Nullable Run run;
  private boolean told;

  Interruption() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Says which run is to be stopped.
   *
   * @param going null when it is over
   */
  synchronized void stops(@Nullable Run going) {
    run = going;
    if (told) {
      stop();
    }
  }

  private synchronized void stop() {
    told = true;
    if (run != null) {
      run.interrupt();
    }
  }

  private void interrupt() {
    stop();
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
