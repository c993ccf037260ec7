package org.vpnprobe.analysis;

import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.EndpointFacts;

/**
 * How a suspect's likes fare on its line: endpoints at other addresses that a control reaches.
 *
 * @param protocolAnswers some of its protocol answer here
 * @param protocolFails hosts of its protocol, its own among them, that never answer here
 * @param transportAnswers some of its transport answer here
 * @param transportFails hosts of its transport, its own among them, that never answer here
 * @param onlyAnchorsAnswer of everything that a control reaches the user's anchors alone answer
 * @param protocolFailsIn networks in which those of its protocol stand that never answer here
 */
record Line(
    boolean protocolAnswers,
    int protocolFails,
    boolean transportAnswers,
    int transportFails,
    boolean onlyAnchorsAnswer,
    int protocolFailsIn) {

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
        Networks.of(protocol.failing()));
  }
}
