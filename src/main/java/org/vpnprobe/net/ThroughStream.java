package org.vpnprobe.net;

import java.net.InetSocketAddress;
import java.time.Duration;

/** A stream over another one that alters or watches some of what passes; the rest goes through. */
public abstract class ThroughStream implements ByteStream {
  /** The stream below. */
  protected final ByteStream inner;

  protected ThroughStream(ByteStream inner) {
    this.inner = inner;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws StepFailed {
    return inner.read(buffer, offset, length);
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
