package org.vpnprobe.analysis;

import java.util.List;
import java.util.Optional;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Plan;

/** What to try beside a suspect: another port of its address, or a neighbour the user named. */
final class Contrasts {
  private Contrasts() {}

  /** A cell on the same line; one that answered before others; empty when there is none. */
  static Optional<String> of(Trials trials, String cellId) {
    CellFacts cell = trials.cell(cellId);
    String host = trials.host(cellId);
    List<String> named =
        trials.plan().neighbours().stream()
            .filter(neighbour -> neighbour.endpoint().equals(cell.endpoint()))
            .map(Plan.Neighbour::beside)
            .toList();
    return trials.plan().cells().stream()
        .filter(other -> other.vantage().equals(cell.vantage()))
        .filter(other -> other.family() == cell.family())
        .filter(other -> !other.endpoint().equals(cell.endpoint()))
        .map(CellFacts::id)
        .filter(other ->
            named.contains(trials.cell(other).endpoint())
                || (trials.host(other).equals(host)
                    && !trials.server(other).equals(trials.server(cellId))))
        .filter(other -> trials.of(other).stream().anyMatch(Measurement::succeeded))
        .findFirst();
  }
}
