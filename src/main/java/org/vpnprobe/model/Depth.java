package org.vpnprobe.model;

/**
 * How far an answer proves that the endpoint works (design §4). Ordered: a later constant proves
 * more. Only an answer that no other protocol gives counts as {@link #HANDSHAKE}.
 */
public enum Depth {
  /** The transport answered: TCP opened. Proves no protocol. */
  PORT,
  /** A reply of the right protocol, bound to our request and checked. */
  HANDSHAKE,
  /** The server proved that it holds its key, or accepted ours. */
  AUTHENTICATED,
  /** Our bytes went through the tunnel and came back. */
  TUNNEL;

  /** Returns the shallower of the two. */
  public Depth min(Depth other) {
    return compareTo(other) <= 0 ? this : other;
  }

  /** Returns true when this depth proves at least as much as {@code wanted}. */
  public boolean atLeast(Depth wanted) {
    return compareTo(wanted) >= 0;
  }

  /** The name in YAML, JSON and documentation. */
  public String id() {
    return Names.id(this);
  }
}
