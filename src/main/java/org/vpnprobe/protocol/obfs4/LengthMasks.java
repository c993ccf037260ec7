package org.vpnprobe.protocol.obfs4;

import org.bouncycastle.crypto.macs.SipHash;
import org.bouncycastle.crypto.params.KeyParameter;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * The masks of the frames' lengths. The text says SipHash-2-4 in OFB mode; obfs4proxy's hash is
 * never started anew, so that each block is the hash of all blocks before it.
 */
final class LengthMasks {
  private static final int BLOCK = 8;

  private final Unfinished hash = new Unfinished();
  private byte[] block;

  LengthMasks(byte[] key, byte[] first) {
    hash.init(new KeyParameter(key));
    block = first;
  }

  /** The next 16 bits. */
  int next() {
    hash.update(block, 0, BLOCK);
    block = new ByteWriter().u64le(hash.soFar()).toByteArray();
    return (block[0] & 0xff) << 8 | block[1] & 0xff;
  }

  /** A SipHash that goes on after its result was read. */
  private static final class Unfinished extends SipHash {
    long soFar() {
      long[] state = {v0, v1, v2, v3, m};
      int position = wordPos;
      int words = wordCount;
      long result = doFinal();
      v0 = state[0];
      v1 = state[1];
      v2 = state[2];
      v3 = state[3];
      m = state[4];
      wordPos = position;
      wordCount = words;
      return result;
    }
  }
}
