package org.vpnprobe.analysis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Measurement;

/**
 * One WireGuard key on two machines at a time: the server's replay protection may have dropped
 * either, so failures of both are tainted (design §4a.9).
 */
final class SharedKeys {
  private record Use(int journal, Instant at) {}

  private static final int MOST_NAMED = 5;

  private final Duration window;
  private final Map<String, List<Use>> uses = new HashMap<>();
  private final List<Recorded> journals;
  private final Set<String> shared = new TreeSet<>();
  private final Set<String> voided = new TreeSet<>();

  SharedKeys(List<Recorded> journals, Duration window) {
    this.journals = journals;
    this.window = window;
    for (int i = 0; journals.size() > 1 && i < journals.size(); i++) {
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
    MeasurementList measurements = MeasurementList.of(recorded.measurements());
    BitSet tainted = new BitSet();
    int place = 0;
    for (Measurement m : measurements) {
      tainted.set(place++, isTainted(journal, m, endpoints));
    }
    return new Recorded(
        recorded.plan(),
        measurements.changed((at, m) -> tainted.get(at) ? m.tainted("key_used_elsewhere") : m),
        recorded.finishedAt(),
        recorded.egresses());
  }

  /** What the reader must do about it, endpoint by endpoint; nothing when no key was shared. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (!voided.isEmpty()) {
      notes.add(
          "A key was used on two machines at a time: the failures of both are void. Give each"
              + " vantage a key of its own (per_vantage): "
              + named(voided)
              + ".");
    } else if (!shared.isEmpty()) {
      notes.add(
          "A key was used on two machines at a time, and nothing failed for it; give each vantage a"
              + " key of its own (per_vantage): "
              + named(shared)
              + ".");
    }
    return notes;
  }

  private static String named(Set<String> endpoints) {
    String first = String.join(", ", endpoints.stream().limit(MOST_NAMED).toList());
    int more = endpoints.size() - MOST_NAMED;
    return more > 0 ? first + " and " + more + " more" : first;
  }

  private boolean isTainted(int journal, Measurement m, Map<String, EndpointFacts> endpoints) {
    EndpointFacts endpoint = endpoints.get(m.endpoint());
    if (endpoint == null || endpoint.exclusive().isEmpty() || m.tainted() != null) {
      return false;
    }
    boolean elsewhere =
        endpoint.exclusive().stream()
            .flatMap(key -> uses.getOrDefault(key, List.of()).stream())
            .anyMatch(use ->
                use.journal() != journal
                    && Duration.between(use.at(), m.started()).abs().compareTo(window) <= 0);
    if (elsewhere) {
      (m.succeeded() ? shared : voided).add(m.endpoint());
    }
    return elsewhere && !m.succeeded();
  }

  private static Map<String, EndpointFacts> endpoints(Recorded recorded) {
    Map<String, EndpointFacts> byName = new HashMap<>();
    recorded.plan().endpoints().forEach(endpoint -> byName.put(endpoint.name(), endpoint));
    return byName;
  }
}
