package org.vpnprobe.net;

import java.net.InetSocketAddress;
import java.time.Duration;

/** A stream to a target through a proxy that has connected it. */
record ProxyStream(ByteStream stream, InetSocketAddress remote) implements ByteStream {
  @Override
  public int read(byte[] buffer, int offset, int length) throws StepFailed {
    return stream.read(buffer, offset, length);
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws StepFailed {
    stream.write(buffer, offset, length);
  }

  @Override
  public void readTimeout(Duration timeout) {
    stream.readTimeout(timeout);
  }

  @Override
  public InetSocketAddress local() {
    return stream.local();
  }

  @Override
  public void close() {
    stream.close();
  }
}
