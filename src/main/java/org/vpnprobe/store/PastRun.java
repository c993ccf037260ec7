package org.vpnprobe.store;

import java.time.Instant;
import java.util.List;
import org.vpnprobe.model.PastVerdict;
import org.vpnprobe.model.Profile;

/**
 * An earlier run and all that it said.
 *
 * @param id of the run; of several merged journals their ids joined by {@code +}
 * @param verdicts in the order of the cells' names
 */
public record PastRun(
    String id,
    Instant started,
    Instant finished,
    Profile profile,
    boolean rehearsal,
    double pace,
    List<PastVerdict> verdicts) {
  public PastRun {
    verdicts = List.copyOf(verdicts);
  }
}
