package org.vpnprobe.analysis;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Measurement;

/**
 * How a suspect's likes fare on its line: endpoints at other addresses that a control reaches.
 *
 * @param protocolAnswers some of its protocol answer here
 * @param protocolFails hosts of its protocol, its own among them, that never answer here
 * @param transportAnswers some of its transport answer here
 * @param transportFails hosts of its transport, its own among them, that never answer here
 * @param onlyAnchorsAnswer of everything that a control reaches the user's anchors alone answer
 */
record Line(
    boolean protocolAnswers,
    int protocolFails,
    boolean transportAnswers,
    int transportFails,
    boolean onlyAnchorsAnswer) {

  static Line of(Trials trials, String cellId, boolean onlyAnchorsAnswer) {
    CellFacts cell = trials.cell(cellId);
    EndpointFacts endpoint = trials.endpoint(cellId);
    List<String> transport =
        trials.plan().cells().stream()
            .filter(other -> other.vantage().equals(cell.vantage()))
            .filter(other -> other.family() == cell.family())
            .map(CellFacts::id)
            .filter(id -> trials.endpoint(id).transport() == endpoint.transport())
            .filter(id -> !trials.of(id).isEmpty())
            .toList();
    List<String> protocol =
        transport.stream()
            .filter(id -> trials.endpoint(id).protocol().equals(endpoint.protocol()))
            .toList();
    return new Line(
        answers(trials, protocol, cellId),
        fails(trials, protocol).size(),
        answers(trials, transport, cellId),
        fails(trials, transport).size(),
        onlyAnchorsAnswer);
  }

  private static boolean answers(Trials trials, List<String> cells, String but) {
    String host = trials.host(but);
    return cells.stream()
        .filter(id -> !trials.host(id).equals(host))
        .anyMatch(id -> trials.of(id).stream().anyMatch(Measurement::succeeded));
  }

  private static Set<String> fails(Trials trials, List<String> cells) {
    return cells.stream()
        .filter(id -> trials.of(id).stream().noneMatch(Measurement::succeeded))
        .filter(id -> trials.answeredSomewhere(trials.cell(id).endpoint()))
        .map(trials::host)
        .collect(Collectors.toSet());
  }
}
