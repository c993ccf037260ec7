package org.vpnprobe.layer;

import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.ThroughStream;

/**
 * A stream that remembers how its reading ended, for a library that forgets it in a thread of its
 * own.
 */
final class WatchedStream extends ThroughStream {
  private volatile @Nullable StepFailed failure;
  private volatile boolean ended;

  WatchedStream(ByteStream inner) {
    super(inner);
  }

  /** What the failed read said, null when none failed. */
  @Nullable StepFailed failure() {
    return failure;
  }

  /** Whether the other side has closed. */
  boolean ended() {
    return ended;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws StepFailed {
    try {
      int count = inner.read(buffer, offset, length);
      ended |= count < 0;
      return count;
    } catch (StepFailed e) {
      failure = e;
      throw e;
    }
  }
}
