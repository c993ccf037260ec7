package org.vpnprobe.analysis;

import java.time.Duration;
import java.util.List;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.Role;

/** What controls tried in several journals that were made meanwhile (design §4a.9). */
final class ControlTrials {
  private final List<Merged.Run> runs;

  /**
   * @param runs those around the one that is looked at, itself among them
   */
  ControlTrials(List<Merged.Run> runs) {
    this.runs = List.copyOf(runs);
  }

  /** Some control got an answer from somebody. */
  static boolean work(Recorded recorded, Trials trials) {
    return recorded.measurements().stream()
        .filter(m -> trials.knows(m.cell()))
        .filter(m -> trials.role(m.cell()) == Role.CONTROL)
        .anyMatch(ControlTrials::somethingCameBack);
  }

  private static boolean somethingCameBack(Measurement m) {
    return m.reached() != null
        || (m.failure() != null && m.failure().kind() == FailureKind.CONNECTION_REFUSED);
  }

  /** Their trials of a cell's endpoint that measured something, by time. */
  List<Measurement> of(CellFacts cell) {
    return Merged.sorted(
        runs.stream().flatMap(run -> in(run, cell).stream()).filter(Failing::usable).toList());
  }

  private static List<Measurement> in(Merged.Run run, CellFacts cell) {
    return run.trials().controlsOf(cell).stream()
        .flatMap(id -> run.trials().of(id).stream())
        .toList();
  }

  /**
   * The round's own controls, else those of journals made meanwhile, by time.
   *
   * @param window how far from the carrier's trial they may be
   */
  Rounds.Controls beside(CellFacts cell, Duration window) {
    List<Measurement> others = of(cell);
    return (round, carrier) -> {
      Measurement before = round.before();
      Measurement after = round.after();
      for (Measurement m : others) {
        if (round.before() == null
            && !m.ended().isAfter(carrier.started())
            && !m.ended().isBefore(carrier.started().minus(window))) {
          before = m;
        }
        if (round.after() == null
            && after == null
            && !m.started().isBefore(carrier.ended())
            && !m.started().isAfter(carrier.ended().plus(window))) {
          after = m;
        }
      }
      return new Rounds.Pair(before, after);
    };
  }

  /**
   * How often working ones failed to get an answer from a cell's endpoint: rounds and surveys. A
   * control that got no answer from anybody, not even a refusal, is not known to work.
   */
  long failures(CellFacts cell) {
    long failures = 0;
    for (Merged.Run run : runs) {
      if (run.controlsWork()) {
        failures = Math.max(failures, Math.max(inRounds(run, cell), inSurveys(run, cell)));
      }
    }
    return failures;
  }

  private static long inRounds(Merged.Run run, CellFacts cell) {
    return run.recorded().plan().vantages().stream()
        .filter(vantage -> vantage.role() == Role.CARRIER)
        .map(vantage -> CellFacts.id(cell.endpoint(), vantage.name(), cell.family()))
        .filter(run.trials()::knows)
        .map(id -> Rounds.of(run.trials(), id, Rounds.OWN, run.trials().suspects()))
        .mapToLong(Rounds::controlFailures)
        .max()
        .orElse(0);
  }

  private static long inSurveys(Merged.Run run, CellFacts cell) {
    return in(run, cell).stream()
        .filter(m -> m.purpose() == Purpose.SURVEY)
        .filter(m -> !m.succeeded())
        .count();
  }
}
