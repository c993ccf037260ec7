package org.vpnprobe.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Purpose;

/**
 * Marks failures that another trial may have made: residual blocking punishes a source, address and
 * port for a while, whoever set it off (design §4a.4). A success is never marked.
 */
final class Taints {
  /**
   * Longest residual window reported for the censors this tool meets, seconds (reference:
   * science.md §4).
   */
  private static final long RESIDUAL_SECONDS = 180;

  private final Duration window;
  private final Map<String, Map<String, Instant>> touched = new HashMap<>();

  Taints(Plan plan) {
    window = Duration.ofNanos(Math.round(RESIDUAL_SECONDS * 1e9 / plan.pace()));
  }

  /**
   * Takes a measurement in, and gives it back, marked where another endpoint failed on its address
   * and port before, or an experiment touched them.
   */
  Measurement mark(Measurement m) {
    if (m.address() == null) {
      return m;
    }
    Map<String, Instant> touches =
        touched.computeIfAbsent(m.vantage() + " " + m.address(), a -> new HashMap<>());
    boolean experiment = m.purpose() == Purpose.EXPERIMENT;
    // An experiment sends what the endpoint's own trials do not: it taints them, too.
    String own = experiment ? "" : m.endpoint();
    boolean tainted =
        touches.entrySet().stream()
            .filter(touch -> !touch.getKey().equals(own))
            .anyMatch(touch -> !touch.getValue().plus(window).isBefore(m.started()));
    if (experiment || !m.succeeded()) {
      touches.put(own, m.ended());
    }
    return tainted && !m.succeeded() && m.tainted() == null ? m.tainted("residual_window") : m;
  }
}
