package org.vpnprobe.analysis;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Measurement;

/** Which trials sent something from a line to an address and port. */
final class Touches {
  private final Map<String, Map<String, Rows>> all = new HashMap<>();

  void add(Measurement m, int row) {
    if (m.address() != null) {
      all.computeIfAbsent(m.vantage(), v -> new HashMap<>())
          .computeIfAbsent(m.address(), a -> new Rows())
          .add(row);
    }
  }

  /** Null when there is none. */
  @Nullable Rows of(String vantage, String address) {
    return all.getOrDefault(vantage, Map.of()).get(address);
  }
}
