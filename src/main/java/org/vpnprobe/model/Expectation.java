package org.vpnprobe.model;

/** What the user expects of a cell (design §4a.8). */
public enum Expectation {
  REACHABLE,
  BLOCKED,
  UNREACHABLE,
  ANY;

  public String id() {
    return Names.id(this);
  }
}
