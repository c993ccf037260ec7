package org.vpnprobe.model;

/** What experiments the user permits (design §4a, rules of reach). */
public enum Diagnose {
  /** None: causes stay as deep as the trials themselves show. */
  OFF,
  /** No foreign-protocol or random bytes to endpoints whose settings are obfuscated. */
  SAFE,
  /** All experiments to all endpoints. */
  FULL
}
