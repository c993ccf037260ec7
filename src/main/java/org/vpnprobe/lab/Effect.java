package org.vpnprobe.lab;

/**
 * What becomes of packets.
 *
 * @param near it is answered from a hop near the client, sooner than the server could
 */
record Effect(Fate fate, boolean near) {
  /** What happens to them. */
  enum Fate {
    PASS,
    /** Swallowed, silently. */
    DROP,
    /** What the client sends arrives, nothing comes back. */
    DROP_REPLIES,
    /** Ended by a reset; a datagram by ICMP port unreachable, since UDP has no reset. */
    RESET,
    /** ICMP: administratively prohibited. */
    PROHIBIT
  }

  static final Effect PASS = new Effect(Fate.PASS, false);
  static final Effect DROP = new Effect(Fate.DROP, false);
  static final Effect RESET = new Effect(Fate.RESET, false);

  boolean passes() {
    return fate == Fate.PASS;
  }

  /** True when the client's packets reach the server: an injector does not hold them up. */
  boolean delivers() {
    return fate == Fate.PASS || fate == Fate.DROP_REPLIES || (fate == Fate.RESET && near);
  }
}
