package org.vpnprobe.protocol.obfs4;

/** How a client cuts and delays what it sends: the {@code iat-mode} of a bridge line. */
enum Pacing {
  /** 0: all at once, padded at its end. */
  NONE,
  /** 1: in pieces of a TCP segment, with pauses. */
  SEGMENTS,
  /** 2: in pieces of random lengths, with pauses. */
  RANDOM
}
