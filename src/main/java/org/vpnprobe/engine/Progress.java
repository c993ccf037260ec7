package org.vpnprobe.engine;

import java.time.Duration;

/** Hears how a run gets on. Called by the run's own thread; must not block. */
@FunctionalInterface
public interface Progress {
  /** Hears nothing. */
  Progress NONE = state -> {};

  /**
   * How far a run is.
   *
   * @param screened cells whose first trial is over
   * @param cells all cells to be screened
   * @param suspects cells under examination
   * @param underWay trials at this moment
   * @param trials finished trials in all
   */
  record State(int screened, int cells, int suspects, int underWay, int trials, Duration elapsed) {}

  void update(State state);
}
