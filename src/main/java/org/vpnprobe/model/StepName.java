package org.vpnprobe.model;

/** The timed stages of a trial, in the order in which they usually happen (design §4). */
public enum StepName {
  RESOLVE,
  CONNECT,
  PROXY,
  TLS,
  HANDSHAKE,
  AUTH,
  TUNNEL;

  public String id() {
    return Names.id(this);
  }
}
