package org.vpnprobe.model;

/** What carries a protocol's messages. */
public enum Transport {
  TCP,
  UDP;

  public String id() {
    return Names.id(this);
  }
}
