package org.vpnprobe.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;

/** A TCP connection of this host. */
final class TcpStream implements ByteStream {
  private final SocketChannel channel;
  private final Socket socket;
  private final LocalPath path;
  private final Duration connectTime;
  private final InetSocketAddress local;
  private final InetSocketAddress remote;
  private volatile Duration readTimeout;
  private volatile Duration lastWrite;

  /**
   * @param start when the connect began, on the trace's clock
   * @param took how long it lasted
   */
  TcpStream(SocketChannel channel, LocalPath path, Duration start, Duration took) {
    this.channel = channel;
    this.socket = channel.socket();
    this.path = path;
    // Kept, since a closed socket has none.
    this.local = (InetSocketAddress) socket.getLocalSocketAddress();
    this.remote = (InetSocketAddress) socket.getRemoteSocketAddress();
    this.readTimeout = path.trace().deadline();
    this.lastWrite = start;
    this.connectTime = took;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws StepFailed {
    try {
      socket.setSoTimeout(path.waitMillis(readTimeout));
      int count = socket.getInputStream().read(buffer, offset, length);
      if (count > 0) {
        path.trace().received(count);
      }
      return count;
    } catch (IOException e) {
      throw path.failure(e, "read", List.of(), sinceWrite());
    }
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws StepFailed {
    path.waitMillis(readTimeout);
    lastWrite = path.trace().elapsed();
    try {
      socket.getOutputStream().write(buffer, offset, length);
      path.trace().sent(length);
    } catch (IOException e) {
      throw path.failure(e, "write", List.of(), sinceWrite());
    }
  }

  @Override
  public void readTimeout(Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("a read timeout is positive");
    }
    readTimeout = timeout;
  }

  @Override
  public InetSocketAddress local() {
    return local;
  }

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  @Override
  public void close() {
    path.forget(channel);
    try {
      channel.close();
    } catch (IOException e) {
      // The peer is gone or the descriptor is: closed either way.
    }
  }

  /** How long the connect lasted: one round trip to the server, when no SYN was lost. */
  Duration connectTime() {
    return connectTime;
  }

  private Duration sinceWrite() {
    return path.trace().elapsed().minus(lastWrite);
  }
}
