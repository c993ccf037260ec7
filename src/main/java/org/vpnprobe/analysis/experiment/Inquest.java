package org.vpnprobe.analysis.experiment;

import java.util.List;
import java.util.Optional;
import org.vpnprobe.model.Diagnose;

/** All experiments, in the order in which they are made: those that explain others come first. */
public final class Inquest {
  private static final List<Inquiry> ALL =
      List.of(
          new Names(),
          new TrueAddress(),
          new OtherPorts(),
          new NeutralByte(),
          new OtherServerName(),
          new SplitHello(),
          new ServerNameElsewhere(),
          new ForeignBytes(),
          new RandomLookingBytes(),
          new JunkBefore(),
          new Data(),
          new ResetTiming(),
          new RouterErrors());

  /** No suspect is worth more trials than this, whatever an experiment asks for. */
  public static final int MOST_TRIALS = 60;

  private Inquest() {}

  /** What an experiment wants, and its name. */
  public record Wanted(String experiment, Try what) {}

  /** The next trial for this suspect, empty when nothing more can be learnt. */
  public static Optional<Wanted> next(Case it) {
    if (it.diagnose() == Diagnose.OFF || it.experiments().size() >= MOST_TRIALS) {
      return Optional.empty();
    }
    for (Inquiry inquiry : ALL) {
      Optional<Try> next = it.broken(inquiry) ? Optional.empty() : inquiry.next(it);
      if (next.isPresent()) {
        return Optional.of(new Wanted(inquiry.name(), next.get()));
      }
    }
    return Optional.empty();
  }

  /** What all of them show so far. */
  public static Evidence read(Case it) {
    Evidence evidence = new Evidence();
    ALL.forEach(inquiry -> inquiry.read(it, evidence));
    return evidence;
  }
}
