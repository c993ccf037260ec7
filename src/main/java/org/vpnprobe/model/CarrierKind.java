package org.vpnprobe.model;

import java.util.Locale;

/** What kind of network stands behind an AS number. */
public enum CarrierKind {
  MOBILE,
  FIXED,
  /** Mobile and fixed lines behind one number. */
  MIXED,
  /** Carries other networks; few people stand in it. */
  BACKBONE,
  /** Data centres: what is measured here is not what a subscriber of the carrier meets. */
  CLOUD;

  /** The word in YAML, JSON and reports. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
