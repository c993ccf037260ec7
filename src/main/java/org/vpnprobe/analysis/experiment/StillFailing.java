package org.vpnprobe.analysis.experiment;

import java.util.List;
import java.util.Optional;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Variation;

/**
 * The endpoint's own handshake once more, after everything else that passed to its server: a fault
 * of the way that ended with the last counted trial would let other things pass, and look like a
 * block of this one.
 */
final class StillFailing implements Inquiry {
  @Override
  public String name() {
    return "still_failing";
  }

  @Override
  public Optional<Try> next(Case it) {
    boolean answered = it.own().stream().anyMatch(Measurement::succeeded);
    boolean open = !answered && others(it) > 0 && failedAfterwards(it) == 0;
    return open ? Optional.of(Try.soon(it.cell().id(), new Variation.Same())) : Optional.empty();
  }

  private static List<Measurement> here(Case it) {
    return it.experiments().stream().filter(m -> m.cell().equals(it.cell().id())).toList();
  }

  private static boolean passed(Measurement m) {
    return !m.ownHandshake()
        && !(Case.experiment(m).variation() instanceof Variation.Lookup)
        && (Case.answered(m) || Case.failedWith(m, FailureKind.CONNECTION_REFUSED));
  }

  private static long others(Case it) {
    return here(it).stream().filter(StillFailing::passed).count();
  }

  /** How many trials of its own failed since. */
  private static int failedAfterwards(Case it) {
    int failed = 0;
    for (Measurement m : here(it)) {
      if (passed(m)) {
        failed = 0;
      } else if (m.ownHandshake() && !m.succeeded()) {
        failed++;
      }
    }
    return failed;
  }

  @Override
  public void read(Case it, Evidence evidence) {
    int failed = others(it) > 0 ? failedAfterwards(it) : 0;
    evidence.add(
        Mark.FAILS_AFTERWARDS,
        failed,
        "after all that passed its own handshake failed again, %d times".formatted(failed));
  }
}
