package org.vpnprobe.analysis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Measurement;

/**
 * One WireGuard key on two machines at a time: the server's replay protection may have dropped
 * either, so failures of both are tainted (design §4a.9).
 */
final class SharedKeys {
  private record Use(int journal, Instant at) {}

  private final Duration window;
  private final Map<String, List<Use>> uses = new HashMap<>();
  private final List<Recorded> journals;
  private boolean found;

  SharedKeys(List<Recorded> journals, Duration window) {
    this.journals = journals;
    this.window = window;
    for (int i = 0; i < journals.size(); i++) {
      Map<String, EndpointFacts> endpoints = endpoints(journals.get(i));
      for (Measurement m : journals.get(i).measurements()) {
        EndpointFacts endpoint = endpoints.get(m.endpoint());
        if (endpoint != null) {
          for (String key : endpoint.exclusive()) {
            uses.computeIfAbsent(key, k -> new ArrayList<>()).add(new Use(i, m.started()));
          }
        }
      }
    }
  }

  /** The journal with its failures marked where another machine used the same key meanwhile. */
  Recorded marked(int journal) {
    Recorded recorded = journals.get(journal);
    if (journals.size() < 2) {
      return recorded;
    }
    Map<String, EndpointFacts> endpoints = endpoints(recorded);
    return new Recorded(
        recorded.plan(),
        recorded.measurements().stream().map(m -> mark(journal, m, endpoints)).toList(),
        recorded.finishedAt());
  }

  boolean found() {
    return found;
  }

  private Measurement mark(int journal, Measurement m, Map<String, EndpointFacts> endpoints) {
    EndpointFacts endpoint = endpoints.get(m.endpoint());
    if (m.succeeded() || m.tainted() != null || endpoint == null) {
      return m;
    }
    boolean shared =
        endpoint.exclusive().stream()
            .flatMap(key -> uses.getOrDefault(key, List.of()).stream())
            .anyMatch(use ->
                use.journal() != journal
                    && Duration.between(use.at(), m.started()).abs().compareTo(window) <= 0);
    found |= shared;
    return shared ? m.tainted("key_used_elsewhere") : m;
  }

  private static Map<String, EndpointFacts> endpoints(Recorded recorded) {
    Map<String, EndpointFacts> byName = new HashMap<>();
    recorded.plan().endpoints().forEach(endpoint -> byName.put(endpoint.name(), endpoint));
    return byName;
  }
}
