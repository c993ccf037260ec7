package org.vpnprobe.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What analysis asks the engine to try next. An order is data; the engine decides when its turn
 * comes within the pacing rules.
 */
public sealed interface Order {
  /** One trial of one cell. */
  record Single(String cell, Purpose purpose, int attempt, Duration notBefore) implements Order {}

  /**
   * One round of a suspect: control, carrier, control on the same server address, one at a time,
   * with a contrast beside the carrier's trial when one is known.
   *
   * @param control the control vantage to use, null when the run has none
   * @param contrast the cell to try beside the carrier's trial, null when none is known
   * @param notBefore since the start of the run
   */
  record Round(
      String cell,
      int round,
      @Nullable String control,
      @Nullable String contrast,
      Duration notBefore)
      implements Order {}

  /**
   * One trial of an experiment.
   *
   * @param serves the cell that the experiment is about
   * @param cell whose vantage and endpoint are used: the same, or that of a control or a comparison
   * @param experiment its name, number and variation
   * @param notBefore since the start of the run
   */
  record Trial(String serves, String cell, Experiment experiment, Duration notBefore)
      implements Order {}
}
