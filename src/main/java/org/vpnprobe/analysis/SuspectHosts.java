package org.vpnprobe.analysis;

import java.util.HashMap;
import java.util.Map;
import org.vpnprobe.model.CellFacts;

/**
 * The addresses of each line at which a cell failed its screening and has not answered since. A
 * lossy line or a busy machine fails many a screening; who answers after it is a suspect no more.
 */
final class SuspectHosts {
  private final Map<String, String> hosts = new HashMap<>();
  private final Map<String, Map<String, Integer>> suspects = new HashMap<>();

  void failed(CellFacts cell, String host) {
    if (hosts.putIfAbsent(cell.id(), host) == null) {
      suspects.computeIfAbsent(cell.vantage(), v -> new HashMap<>()).merge(host, 1, Integer::sum);
    }
  }

  void answered(CellFacts cell) {
    String host = hosts.remove(cell.id());
    Map<String, Integer> line = suspects.get(cell.vantage());
    if (host != null && line != null) {
      line.computeIfPresent(host, (h, cells) -> cells > 1 ? cells - 1 : null);
    }
  }

  /** True when some cell of the line is a suspect at this address. */
  boolean at(String vantage, String host) {
    return suspects.getOrDefault(vantage, Map.of()).containsKey(host);
  }
}
