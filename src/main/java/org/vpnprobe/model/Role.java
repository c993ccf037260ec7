package org.vpnprobe.model;

/** Whether a vantage stands in a carrier under test or is believed free of interference. */
public enum Role {
  CARRIER,
  CONTROL;

  public String id() {
    return Names.id(this);
  }
}
