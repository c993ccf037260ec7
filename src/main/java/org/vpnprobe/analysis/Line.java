package org.vpnprobe.analysis;

import java.util.Set;
import java.util.stream.Collectors;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Variation;

/**
 * How a suspect's likes fare on its line: endpoints at other addresses that a control reaches.
 *
 * @param protocolAnswers some of its protocol answer here
 * @param protocolFails hosts of its protocol, its own among them, that never answer here
 * @param transportAnswers some of its transport answer here
 * @param transportFails hosts of its transport, its own among them, that never answer here
 * @param onlyAnchorsAnswer of everything that a control reaches the user's anchors alone answer
 * @param junkHelpsIn networks in which those of its protocol stand that answer here behind
 *     meaningless datagrams, and else not
 */
record Line(
    boolean protocolAnswers,
    int protocolFails,
    boolean transportAnswers,
    int transportFails,
    boolean onlyAnchorsAnswer,
    int junkHelpsIn) {

  static Line of(Trials trials, String cellId, boolean onlyAnchorsAnswer) {
    CellFacts cell = trials.cell(cellId);
    EndpointFacts endpoint = trials.endpoint(cellId);
    String host = trials.host(cellId);
    Lines.Hosts transport = trials.lines().ofTransport(cell, endpoint);
    Lines.Hosts protocol = trials.lines().ofProtocol(cell, endpoint);
    return new Line(
        protocol.othersAnswer(host),
        protocol.failing().size(),
        transport.othersAnswer(host),
        transport.failing().size(),
        onlyAnchorsAnswer,
        helped(trials, cellId) ? Networks.of(helped(trials, cell, endpoint)) : 0);
  }

  /** The servers of the protocol on this line that junk has helped. */
  private static Set<String> helped(Trials trials, CellFacts line, EndpointFacts endpoint) {
    return trials.plan().cells().stream()
        .filter(cell -> cell.vantage().equals(line.vantage()) && cell.family() == line.family())
        .filter(cell -> trials.endpoint(cell.id()).protocol().equals(endpoint.protocol()))
        .map(CellFacts::id)
        .filter(id -> !trials.answered(id) && helped(trials, id))
        .map(trials::host)
        .collect(Collectors.toSet());
  }

  private static boolean helped(Trials trials, String cellId) {
    return trials.experiments(cellId).stream()
            .filter(m -> m.cell().equals(cellId) && m.succeeded())
            .filter(m -> m.experiment() != null && JUNK.equals(m.experiment().variation()))
            .count()
        >= 2;
  }

  private static final Variation JUNK = new Variation.FirstFlight(Variation.Alteration.JUNK_FIRST);
}
