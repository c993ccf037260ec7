package org.vpnprobe.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Family;

/**
 * A path for libraries that want {@code java.net} sockets. What fails there surfaces as an {@link
 * IOException}; {@link #cause} finds the failure inside.
 */
public final class PathSockets {
  /** Opens a connection: {@code path::tcp}. */
  @FunctionalInterface
  public interface Opener {
    ByteStream open(InetSocketAddress server) throws StepFailed;
  }

  private PathSockets() {}

  /** Unconnected sockets that connect through the path, each connect a step of its trial. */
  public static SocketFactory factory(Opener opener) {
    return new Factory(opener);
  }

  /**
   * An okhttp client for one trial over one path: names through the path's resolver, no proxy, no
   * redirect, no retry, no connection kept, every timeout the trial's own deadline.
   */
  public static OkHttpClient.Builder client(Path path, Family family) {
    return client(path::tcp, host -> path.resolve(host, family));
  }

  /** An okhttp client of the same kind whose one connection is this stream, open already. */
  public static OkHttpClient.Builder over(ByteStream stream) {
    // Behind a proxy that resolves names there is no address, and none is needed.
    InetAddress address =
        Objects.requireNonNullElse(stream.remote().getAddress(), InetAddress.getLoopbackAddress());
    return client(server -> stream, host -> List.of(address));
  }

  /** Finds the addresses of a name. */
  @FunctionalInterface
  interface Lookup {
    List<InetAddress> addresses(String host) throws StepFailed;
  }

  static OkHttpClient.Builder client(Opener opener, Lookup lookup) {
    return new OkHttpClient.Builder()
        .socketFactory(factory(opener))
        .dns(host -> resolve(lookup, host))
        .proxy(Proxy.NO_PROXY)
        .fastFallback(false)
        .followRedirects(false)
        .followSslRedirects(false)
        .retryOnConnectionFailure(false)
        .connectionPool(new ConnectionPool(0, 1, TimeUnit.NANOSECONDS))
        .connectTimeout(Duration.ZERO)
        .readTimeout(Duration.ZERO)
        .writeTimeout(Duration.ZERO);
  }

  /** The failure inside an exception that a library passed on, null when there is none. */
  public static @Nullable StepFailed cause(Throwable e) {
    Throwable inner = e;
    // Bounded, since causes may form a ring.
    for (int depth = 0; inner != null && depth < 20; depth++) {
      if (inner instanceof StepFailed failed) {
        return failed;
      }
      inner = inner.getCause();
    }
    return null;
  }

  private static List<InetAddress> resolve(Lookup lookup, String host) throws UnknownHostException {
    try {
      // One address: the trial is about one.
      return lookup.addresses(host).subList(0, 1);
    } catch (StepFailed e) {
      UnknownHostException unknown = new UnknownHostException(e.detail());
      unknown.initCause(e);
      throw unknown;
    }
  }

  private static final class Factory extends SocketFactory {
    private final Opener opener;

    Factory(Opener opener) {
      this.opener = opener;
    }

    @Override
    public Socket createSocket() throws SocketException {
      return new PathSocket(opener);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      throw new SocketException("names are resolved by the path, connect to an address");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
        throws IOException {
      return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress address, int port) throws IOException {
      Socket socket = createSocket();
      socket.connect(new InetSocketAddress(address, port));
      return socket;
    }

    /** The vantage chooses the local address, not the caller. */
    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort)
        throws IOException {
      return createSocket(address, port);
    }
  }
}
