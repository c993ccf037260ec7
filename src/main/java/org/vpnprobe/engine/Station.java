package org.vpnprobe.engine;

import org.vpnprobe.model.Measurement;

/** A place that can make trials: this host through one of its vantages, or a remote engine. */
public interface Station extends AutoCloseable {
  /**
   * Makes one trial and returns when it is over, at the latest soon after its deadline; an
   * interrupt ends it at once. Never fails: what went wrong is in the measurement. Called by many
   * threads.
   *
   * @param turn to be taken before the server is spoken to
   */
  Measurement measure(TrialOrder order, Turn turn);

  @Override
  void close();
}
