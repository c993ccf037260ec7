package org.vpnprobe.analysis.change;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.vpnprobe.model.PastVerdict;

/**
 * What runs said of one cell, oldest first.
 *
 * @param all every verdict
 * @param evidence those that say whether it works
 */
public record Series(List<PastVerdict> all, List<PastVerdict> evidence) {
  public Series {
    all = List.copyOf(all);
    evidence = List.copyOf(evidence);
  }

  /** Puts the verdicts of one cell in order. */
  public static Series of(List<PastVerdict> verdicts) {
    List<PastVerdict> all = new ArrayList<>(verdicts);
    all.sort(Comparator.comparing(PastVerdict::at).thenComparing(PastVerdict::run));
    return new Series(all, all.stream().filter(v -> Sign.of(v.state()) != Sign.NONE).toList());
  }

  /** True for evidence that it works. */
  boolean works(int index) {
    return Sign.of(evidence.get(index).state()) == Sign.WORKS;
  }
}
