package org.vpnprobe.config;

/** What experiments the user permits (design §4a, rules of reach). */
public enum Diagnose {
  /** No foreign-protocol or random bytes to endpoints whose settings are obfuscated. */
  SAFE,
  /** All experiments to all endpoints. */
  FULL
}
