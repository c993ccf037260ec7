package org.vpnprobe.analysis.change;

import org.vpnprobe.model.State;

/** What a verdict says about whether a cell works. */
public enum Sign {
  /** It reached the asked depth. */
  WORKS,
  /** It did not, and that was found out: whosoever's fault it is. */
  FAILS,
  /** Nothing could be judged: no evidence either way. */
  NONE;

  /** What this state says. A significant failure is one, even where the blame is open. */
  public static Sign of(State state) {
    return switch (state) {
      case REACHABLE -> WORKS;
      case DEGRADED, BLOCKED, LIKELY_BLOCKED, IMPAIRED, DOWN, CONFIG_ERROR -> FAILS;
      case VANTAGE_OFFLINE, INSUFFICIENT -> NONE;
    };
  }
}
