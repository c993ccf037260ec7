package org.vpnprobe.analysis.change;

import java.util.List;
import org.vpnprobe.model.PastVerdict;
import org.vpnprobe.model.State;

/**
 * How many of some verdicts say that it works.
 *
 * @param reachable in this state
 * @param failing known not to work as asked, the blame found
 * @param undecided insufficient, vantage_offline and impaired, as in a report's shares
 */
public record Tally(int reachable, int failing, int undecided) {
  /** Counts these. */
  public static Tally of(List<PastVerdict> verdicts) {
    int reachable = 0;
    int undecided = 0;
    for (PastVerdict verdict : verdicts) {
      reachable += verdict.state() == State.REACHABLE ? 1 : 0;
      undecided += verdict.state().undecided() ? 1 : 0;
    }
    return new Tally(reachable, verdicts.size() - reachable - undecided, undecided);
  }

  /** All of them. */
  public int all() {
    return reachable + failing + undecided;
  }

  /** Both together. */
  public Tally plus(Tally other) {
    return new Tally(
        reachable + other.reachable, failing + other.failing, undecided + other.undecided);
  }

  /** As if the undecided had failed (design §4a.10); 0 when there is none. */
  public double low() {
    return all() == 0 ? 0 : (double) reachable / all();
  }

  /** As if the undecided had been reachable; 1 when there is none. */
  public double high() {
    return all() == 0 ? 1 : (double) (reachable + undecided) / all();
  }
}
