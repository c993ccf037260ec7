package org.vpnprobe.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A {@link ByteStream} in the clothes of a socket; options that it does not have are ignored. */
final class PathSocket extends Socket {
  /** What stands for a timeout of 0, "for ever": the trial's deadline ends it. */
  private static final Duration FOR_EVER = Duration.ofDays(1);

  private final PathSockets.Opener opener;
  private volatile @Nullable ByteStream stream;
  private volatile boolean closed;
  private int timeout;

  PathSocket(PathSockets.Opener opener) throws SocketException {
    super((SocketImpl) null);
    this.opener = opener;
  }

  @Override
  public void connect(SocketAddress endpoint) throws IOException {
    connect(endpoint, 0);
  }

  /** The timeout is ignored: the trial's deadline holds. */
  @Override
  public void connect(SocketAddress endpoint, int ignored) throws IOException {
    if (closed) {
      throw new SocketException("Socket closed");
    }
    try {
      ByteStream opened = opener.open((InetSocketAddress) endpoint);
      stream = opened;
      setSoTimeout(timeout);
      if (closed) {
        opened.close();
      }
    } catch (StepFailed e) {
      throw StreamInput.surfaced(e);
    }
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return connected().in();
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return connected().out();
  }

  private ByteStream connected() throws SocketException {
    ByteStream open = stream;
    if (open == null || closed) {
      throw new SocketException(closed ? "Socket closed" : "Socket is not connected");
    }
    return open;
  }

  @Override
  public void setSoTimeout(int millis) {
    timeout = millis;
    ByteStream open = stream;
    if (open != null) {
      open.readTimeout(millis == 0 ? FOR_EVER : Duration.ofMillis(millis));
    }
  }

  @Override
  public int getSoTimeout() {
    return timeout;
  }

  @Override
  public void close() {
    closed = true;
    ByteStream open = stream;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public boolean isConnected() {
    return stream != null;
  }

  @Override
  public boolean isBound() {
    return stream != null;
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public boolean isInputShutdown() {
    return closed;
  }

  @Override
  public boolean isOutputShutdown() {
    return closed;
  }

  @Override
  public @Nullable InetAddress getInetAddress() {
    InetSocketAddress remote = getRemoteSocketAddress();
    return remote == null ? null : remote.getAddress();
  }

  @Override
  public int getPort() {
    InetSocketAddress remote = getRemoteSocketAddress();
    return remote == null ? 0 : remote.getPort();
  }

  @Override
  public @Nullable InetSocketAddress getRemoteSocketAddress() {
    ByteStream open = stream;
    return open == null ? null : open.remote();
  }

  @Override
  public InetAddress getLocalAddress() {
    return getLocalSocketAddress().getAddress();
  }

  @Override
  public int getLocalPort() {
    return getLocalSocketAddress().getPort();
  }

  @Override
  public InetSocketAddress getLocalSocketAddress() {
    ByteStream open = stream;
    return open == null ? new InetSocketAddress(0) : open.local();
  }

  @Override
  public void setTcpNoDelay(boolean on) {}

  @Override
  public boolean getTcpNoDelay() {
    return true;
  }

  @Override
  public void setKeepAlive(boolean on) {}

  @Override
  public void setSoLinger(boolean on, int linger) {}

  @Override
  public void shutdownInput() {}

  @Override
  public void shutdownOutput() {}

  @Override
  public String toString() {
    return "PathSocket";
  }
}
