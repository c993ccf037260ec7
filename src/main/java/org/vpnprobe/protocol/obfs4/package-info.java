/**
 * obfs4 (Yawning Angel, "obfs4 (The obfourscator)", doc/obfs4-spec.txt): an ntor handshake whose
 * every byte looks random, and frames whose lengths are hidden. Where the text and the one
 * implementation in use differ, the implementation counts.
 */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.protocol.obfs4;
