package org.vpnprobe.analysis;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Plan;

/** What to try beside a suspect: another port of its address, or a neighbour the user named. */
final class Contrasts {
  private Contrasts() {}

  /** A cell on the same line; one that answered before others; empty when there is none. */
  static Optional<String> of(Trials trials, String cellId) {
    CellFacts cell = trials.cell(cellId);
    String host = trials.host(cellId);
    Stream<String> named =
        trials.plan().neighbours().stream()
            .filter(neighbour -> neighbour.endpoint().equals(cell.endpoint()))
            .map(Plan.Neighbour::beside)
            .map(beside -> CellFacts.id(beside, cell.vantage(), cell.family()))
            .filter(trials::knows);
    Stream<String> otherPorts =
        trials.doors().at(cell, host).stream()
            .filter(other -> !trials.server(other).equals(trials.server(cellId)));
    return Stream.concat(named, otherPorts)
        .filter(other -> !trials.cell(other).endpoint().equals(cell.endpoint()))
        .filter(trials::answered)
        .min(Comparator.comparing(trials.doors()::place));
  }
}
