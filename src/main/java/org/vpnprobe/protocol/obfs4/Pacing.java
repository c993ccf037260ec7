package org.vpnprobe.protocol.obfs4;

/** How a client cuts and delays what it sends: the {@code iat-mode} of a bridge line, in order. */
enum Pacing {
  /** All at once, padded at its end. */
  NONE,
  /** In pieces of a TCP segment, with pauses. */
  SEGMENTS,
  /** In pieces of random lengths, with pauses. */
  RANDOM
}
