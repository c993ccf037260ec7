package org.vpnprobe.model;

/** How much evidence a run gathers (design §4a.7). */
public enum Profile {
  /** Screening and one repeat; never blames anybody. */
  QUICK,
  /** The witness run. */
  STANDARD,
  /** Up to 64 trials a cell, spaced beyond the residual window, for censors that act by chance. */
  THOROUGH;

  public String id() {
    return Names.id(this);
  }
}
