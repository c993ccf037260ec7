package org.vpnprobe.model;

/** Why a trial was made; decides what its result may be used for (design §4a.2–4). */
public enum Purpose {
  /** Once for every cell, in random order. */
  SCREENING,
  /** The second success that QUIC and HTTP/3 need, or the one repeat of the quick profile. */
  REPEAT,
  /** A trial of an endpoint that has just answered, while suspects are open. */
  WITNESS,
  /** The control's trial before the carrier's in a round. */
  CONTROL_BEFORE,
  /** The carrier's trial in a round: the only kind that can count against a carrier. */
  COUNTED,
  /** The control's trial after the carrier's in a round. */
  CONTROL_AFTER,
  /**
   * Something else on the suspect's address, or a neighbour the user named, beside a counted trial.
   */
  CONTRAST,
  /** A control that keeps probing every endpoint for runs made elsewhere ({@code --as-control}). */
  SURVEY,
  /** A named experiment after the counted trials. */
  EXPERIMENT;

  public String id() {
    return Names.id(this);
  }
}
