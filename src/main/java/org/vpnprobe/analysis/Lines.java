package org.vpnprobe.analysis;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Transport;

/**
 * How the endpoints of each line fare, counted once for all suspects: with 100,000 endpoints and a
 * third of them failing, looking through all for each would take minutes.
 */
final class Lines {
  /** Endpoints of one transport on one line; of one protocol, or of all when it is null. */
  private record Key(
      String vantage, Family family, Transport transport, @Nullable String protocol) {}

  /**
   * Hosts of one kind.
   *
   * @param answering some endpoint at it has answered here
   * @param failing some endpoint at it never answers here, but elsewhere
   */
  record Hosts(Set<String> answering, Set<String> failing) {
    private static final Hosts NONE = new Hosts(Set.of(), Set.of());

    /** True when another host than this one answers. */
    boolean othersAnswer(String than) {
      return answering.size() > (answering.contains(than) ? 1 : 0);
    }
  }

  private final Trials trials;
  private @Nullable Map<Key, Hosts> counted;

  Lines(Trials trials) {
    this.trials = trials;
  }

  /** What was counted holds no longer. */
  void changed() {
    counted = null;
  }

  /** Those of the cell's transport on its line. */
  Hosts ofTransport(CellFacts cell, EndpointFacts endpoint) {
    return of(new Key(cell.vantage(), cell.family(), endpoint.transport(), null));
  }

  /** Those of its protocol and transport on its line. */
  Hosts ofProtocol(CellFacts cell, EndpointFacts endpoint) {
    return of(new Key(cell.vantage(), cell.family(), endpoint.transport(), endpoint.protocol()));
  }

  private Hosts of(Key key) {
    Map<Key, Hosts> all = counted;
    if (all == null) {
      all = count();
      counted = all;
    }
    return all.getOrDefault(key, Hosts.NONE);
  }

  private Map<Key, Hosts> count() {
    Map<Key, Hosts> all = new HashMap<>();
    for (CellFacts cell : trials.plan().cells()) {
      if (trials.of(cell.id()).isEmpty()) {
        continue;
      }
      EndpointFacts endpoint = trials.endpoint(cell.id());
      boolean answers = trials.answered(cell.id());
      boolean fails = !answers && trials.answeredSomewhere(cell.endpoint());
      for (String protocol : new @Nullable String[] {null, endpoint.protocol()}) {
        Hosts hosts =
            all.computeIfAbsent(
                new Key(cell.vantage(), cell.family(), endpoint.transport(), protocol),
                k -> new Hosts(new HashSet<>(), new HashSet<>()));
        if (answers) {
          hosts.answering().add(trials.host(cell.id()));
        } else if (fails) {
          hosts.failing().add(trials.host(cell.id()));
        }
      }
    }
    return all;
  }
}
