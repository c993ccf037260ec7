package org.vpnprobe.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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
  private final Map<String, Touches> touched = new HashMap<>();

  /**
   * The last touch of a door, and the last by anybody else: of those by others, the last is always
   * one of the two, however many endpoints share the door.
   */
  private static final class Touches {
    private String owner = "";
    private @Nullable Instant last;
    private @Nullable Instant before;

    void add(String by, Instant at) {
      if (last == null || by.equals(owner)) {
        owner = by;
        last = later(last, at);
      } else if (at.isAfter(last)) {
        before = last;
        owner = by;
        last = at;
      } else {
        before = later(before, at);
      }
    }

    @Nullable Instant byOthers(String own) {
      return own.equals(owner) ? before : last;
    }

    private static Instant later(@Nullable Instant a, Instant b) {
      return a == null || b.isAfter(a) ? b : a;
    }
  }

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
    Touches touches = touched.computeIfAbsent(m.vantage() + " " + m.address(), a -> new Touches());
    boolean experiment = m.purpose() == Purpose.EXPERIMENT;
    // An experiment sends what the endpoint's own trials do not: it taints them, too.
    String own = experiment ? "" : m.endpoint();
    Instant others = touches.byOthers(own);
    boolean tainted = others != null && !others.plus(window).isBefore(m.started());
    if (experiment || !m.succeeded()) {
      touches.add(own, m.ended());
    }
    return tainted && !m.succeeded() && m.tainted() == null ? m.tainted("residual_window") : m;
  }
}
