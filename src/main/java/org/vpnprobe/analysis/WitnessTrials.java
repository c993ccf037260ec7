package org.vpnprobe.analysis;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Transport;

/** The witness trials of a run, and for whom each speaks. They are few, and looked at for all. */
final class WitnessTrials {
  private final Trials trials;
  private final Map<Trials.Stream, ByTime> byStream = new HashMap<>();
  private final Map<Transport, Set<String>> protocols = new EnumMap<>(Transport.class);

  WitnessTrials(Trials trials) {
    this.trials = trials;
    for (EndpointFacts endpoint : trials.plan().endpoints()) {
      protocols
          .computeIfAbsent(endpoint.transport(), t -> new TreeSet<>())
          .add(endpoint.protocol());
    }
  }

  void add(Measurement m) {
    byStream.computeIfAbsent(trials.stream(m.cell()), s -> new ByTime()).add(m);
  }

  /**
   * Those that speak for a suspect, by time: those of its protocol on its line, and where fewer
   * than two servers of its protocol stand there, those of its transport. Trials at the suspect's
   * own address do not speak.
   */
  List<Measurement> of(String cellId) {
    String host = trials.host(cellId);
    List<Measurement> same = at(List.of(trials.stream(cellId)), host);
    if (serversIn(same) < Witnesses.LEAST) {
      same = at(streamsOfTransport(cellId), host);
    }
    return same;
  }

  /** How many servers stood as witnesses: what runs beside another on one of them adds none. */
  static long serversIn(List<Measurement> trials) {
    Set<String> servers = new HashSet<>();
    Set<String> addresses = new HashSet<>();
    for (Measurement m : trials) {
      if (m.address() == null) {
        servers.add(m.endpoint());
      } else if (addresses.add(m.address())) {
        servers.add(Doors.hostOf(m.address()));
      }
    }
    return servers.size();
  }

  private List<Measurement> at(List<Trials.Stream> streams, String notHost) {
    List<Measurement> found = new ArrayList<>();
    for (Trials.Stream stream : streams) {
      ByTime all = byStream.get(stream);
      for (Measurement m : all == null ? List.<Measurement>of() : all.all()) {
        if (Failing.usable(m) && !trials.host(m.cell()).equals(notHost)) {
          found.add(m);
        }
      }
    }
    if (streams.size() > 1) {
      found.sort(ByTime.ORDER);
    }
    return found;
  }

  private List<Trials.Stream> streamsOfTransport(String cellId) {
    CellFacts cell = trials.cell(cellId);
    Transport transport = trials.endpoint(cellId).transport();
    return protocols.getOrDefault(transport, Set.of()).stream()
        .map(protocol -> new Trials.Stream(cell.vantage(), cell.family(), transport, protocol))
        .toList();
  }
}
