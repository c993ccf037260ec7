package org.vpnprobe.model;

/** What is said of a cell; meaning and rules in design §4a.6. */
public enum State {
  REACHABLE,
  DEGRADED,
  BLOCKED,
  LIKELY_BLOCKED,
  IMPAIRED,
  DOWN,
  CONFIG_ERROR,
  VANTAGE_OFFLINE,
  INSUFFICIENT;

  public String id() {
    return Names.id(this);
  }

  /** True when it is open whether the cell works: the difference of a share's low and high. */
  public boolean undecided() {
    return this == INSUFFICIENT || this == VANTAGE_OFFLINE || this == IMPAIRED;
  }
}
