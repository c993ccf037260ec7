package org.vpnprobe.analysis.compare;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A difference from the baseline and how many runs agree on it.
 *
 * @param cell {@code endpoint@carrier[/ip6]}
 * @param after the least that all of those runs agree on, null when the cell is gone
 * @param runs how many agree, one after the other
 * @param since when the first of them began
 * @param lastRun the id of the last of them: a run that is gone on with does not agree with itself
 */
public record Waiting(String cell, @Nullable Seen after, int runs, Instant since, String lastRun) {

  public Waiting {
    if (runs < 1) {
      throw new IllegalArgumentException("a difference that no run saw");
    }
    if (after != null && !after.id().equals(cell)) {
      throw new IllegalArgumentException("another cell");
    }
  }
}
