package org.vpnprobe.analysis;

import org.vpnprobe.model.Order;
import org.vpnprobe.model.Purpose;

/**
 * Names of trials, unique within a run: {@code cell#purpose.round.attempt}. Engine and analysis
 * agree on them here, so that a resumed run knows what is done.
 */
public final class TrialId {
  private TrialId() {}

  /** The id of a trial outside rounds. */
  public static String of(Order.Single order) {
    return order.cell() + "#" + order.purpose().id() + ".0." + order.attempt();
  }

  /** The id of a trial of an experiment; the cell is that of the suspect. */
  public static String of(Order.Trial order) {
    return order.serves()
        + "#"
        + Purpose.EXPERIMENT.id()
        + "."
        + order.experiment().name()
        + "."
        + order.experiment().number();
  }

  /** The id of one trial of a round; the cell is that of the suspect. */
  public static String of(Order.Round order, Purpose purpose) {
    return order.cell() + "#" + purpose.id() + "." + order.round() + ".1";
  }
}
