package org.vpnprobe.layer;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;

/**
 * A stream that remembers how its reading ended, for a library that forgets it in a thread of its
 * own.
 */
final class WatchedStream implements ByteStream {
  private final ByteStream inner;
  private volatile @Nullable StepFailed failure;
  private volatile boolean ended;

  WatchedStream(ByteStream inner) {
    this.inner = inner;
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

  @Override
  public void write(byte[] buffer, int offset, int length) throws StepFailed {
    inner.write(buffer, offset, length);
  }

  @Override
  public void readTimeout(Duration timeout) {
    inner.readTimeout(timeout);
  }

  @Override
  public InetSocketAddress local() {
    return inner.local();
  }

  @Override
  public InetSocketAddress remote() {
    return inner.remote();
  }

  @Override
  public void close() {
    inner.close();
  }
}
