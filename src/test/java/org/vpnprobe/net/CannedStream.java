package org.vpnprobe.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/** A stream that gives the bytes it was made of, then ends. */
public final class CannedStream implements ByteStream {
  private final byte[] bytes;
  private int at;

  public CannedStream(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) {
    if (at == bytes.length) {
      return length == 0 ? 0 : -1;
    }
    int count = Math.min(length, bytes.length - at);
    System.arraycopy(bytes, at, buffer, offset, count);
    at += count;
    return count;
  }

  @Override
  public void write(byte[] buffer, int offset, int length) {}

  @Override
  public void readTimeout(Duration timeout) {}

  @Override
  public InetSocketAddress local() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
  }

  @Override
  public InetSocketAddress remote() {
    return local();
  }

  @Override
  public void close() {}
}
