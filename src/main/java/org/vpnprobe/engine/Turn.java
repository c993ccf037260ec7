package org.vpnprobe.engine;

import java.net.InetAddress;

/**
 * What lets a trial speak to its server: one trial at a time for each address, whatever names lead
 * to it. Given back when the trial is over.
 */
@FunctionalInterface
public interface Turn {
  /**
   * Takes the turn at a server, and waits for it when another trial is there. Once for each trial.
   *
   * @return true when it had to wait: a trial that has begun must begin again, for its time is
   *     running
   * @throws InterruptedException when the run ends meanwhile
   */
  boolean take(InetAddress server) throws InterruptedException;
}
