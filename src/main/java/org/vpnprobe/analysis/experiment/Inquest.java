package org.vpnprobe.analysis.experiment;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.vpnprobe.model.Diagnose;
import org.vpnprobe.model.Measurement;

/** All experiments, in the order in which they are made: those that explain others come first. */
public final class Inquest {
  private static final List<Inquiry> ALL =
      List.of(
          new Names(),
          new TrueAddress(),
          new OtherPorts(),
          new NeutralByte(),
          new ResetTiming(),
          new OtherServerName(),
          new SplitHello(),
          new ServerNameElsewhere(),
          new SmallSegments(),
          new ForeignBytes(),
          new RandomLookingBytes(),
          new JunkBefore(),
          new StillFailing(),
          new Data(),
          new ResidualTime(),
          new RouterErrors());

  /** No suspect is worth more trials than this, whatever an experiment asks for. */
  public static final int MOST_TRIALS = 60;

  /** Nor more time, real time: what is open then stays open. */
  public static final Duration LONGEST = Duration.ofMinutes(15);

  /** Between two trials no experiment waits longer: meanwhile the run was broken off. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(4);

  private Inquest() {}

  /** The names of all experiments, in their order. */
  public static List<String> names() {
    return ALL.stream().map(Inquiry::name).toList();
  }

  /** What an experiment wants, and its name. */
  public record Wanted(String experiment, Try what) {}

  /** The next trial for this suspect, empty when nothing more can be learnt. */
  public static Optional<Wanted> next(Case it) {
    if (it.diagnose() == Diagnose.OFF || isSpent(it)) {
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

  private static boolean isSpent(Case it) {
    List<Measurement> made = it.experiments();
    double lasted = 0;
    for (int i = 1; i < made.size(); i++) {
      Duration since = Duration.between(made.get(i - 1).started(), made.get(i).started());
      lasted += Math.min(since.toNanos() * it.pace(), LONGEST_WAIT.toNanos());
    }
    return made.size() >= MOST_TRIALS || lasted > LONGEST.toNanos();
  }

  /** What all of them show so far. */
  public static Evidence read(Case it) {
    Evidence evidence = new Evidence();
    ALL.forEach(inquiry -> inquiry.read(it, evidence));
    return evidence;
  }
}
