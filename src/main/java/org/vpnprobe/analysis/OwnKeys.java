package org.vpnprobe.analysis;

import java.util.Collections;
import java.util.List;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Variation;

/**
 * Keys that one vantage alone has. A server that is silent to strangers treats a key that it was
 * not told as a carrier that drops would look (design §4a.6).
 */
final class OwnKeys {
  private OwnKeys() {}

  /** True when a control that was answered tried the same server with other keys. */
  static boolean differ(CellRecord cell, List<Merged.Run> around) {
    return around.stream().anyMatch(run -> differ(cell, run));
  }

  private static boolean differ(CellRecord cell, Merged.Run run) {
    return run.trials().controlsOf(cell.cell()).stream()
        .filter(run.trials()::answered)
        .anyMatch(control ->
            has(cell.cell())
                || has(run.trials().cell(control))
                || isOther(
                    cell.endpoint().exclusive(), run.trials().endpoint(control).exclusive()));
  }

  private static boolean has(CellFacts cell) {
    return Boolean.TRUE.equals(cell.ownSettings());
  }

  private static boolean isOther(List<String> here, List<String> there) {
    return !here.isEmpty() && !there.isEmpty() && Collections.disjoint(here, there);
  }

  /**
   * True when any run at hand, an experiment with the same keys, or an earlier run of the history
   * got its answer.
   */
  static boolean wereSeenToWork(CellRecord cell, List<Merged.Run> runs, List<Earlier> earlier) {
    String id = cell.cell().id();
    String target = Targets.of(cell.endpoint(), cell.vantage());
    return earlier.stream()
            .anyMatch(e -> e.answered() && e.cell().equals(id) && e.target().equals(target))
        || runs.stream()
            .filter(run -> run.trials().knows(id))
            .anyMatch(run ->
                run.trials().answered(id)
                    || run.trials().experiments(id).stream()
                        .anyMatch(m -> m.cell().equals(id) && isAnswered(m)));
  }

  private static boolean isAnswered(Measurement m) {
    return m.succeeded()
        && m.experiment() != null
        && (m.experiment().variation() instanceof Variation.FirstFlight
            || m.experiment().variation() instanceof Variation.OtherAddress);
  }
}
