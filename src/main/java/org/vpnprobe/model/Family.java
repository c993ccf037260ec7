package org.vpnprobe.model;

/** Address family of a cell. Each family is a cell of its own; there is no happy eyeballs. */
public enum Family {
  IP4,
  IP6;

  public String id() {
    return Names.id(this);
  }
}
