package org.vpnprobe.protocol;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** A server that hears a client's first bytes, and then is rude in one way. */
public final class Rude implements AutoCloseable {
  /** The manners. */
  public enum Manner {
    SILENT,
    RESETS,
    CLOSES,
    ECHOES,
    SPEAKS_HTTP
  }

  private final ServerSocket listener;
  private final Manner manner;
  private final List<Socket> connections = new ArrayList<>();
  private final Thread thread = Thread.ofVirtual().unstarted(this::serve);

  public Rude(Manner manner) throws IOException {
    this.manner = manner;
    this.listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    thread.start();
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  private void serve() {
    while (!listener.isClosed()) {
      try {
        Socket connection = listener.accept();
        connections.add(connection);
        byte[] first = new byte[4096];
        int count = connection.getInputStream().read(first);
        switch (manner) {
          case SILENT -> {}
          case RESETS -> {
            connection.setSoLinger(true, 0);
            connection.close();
          }
          case CLOSES -> {
            listen(connection);
            connection.close();
          }
          case ECHOES -> {
            connection.getOutputStream().write(first, 0, count);
            connection.getInputStream().transferTo(connection.getOutputStream());
          }
          case SPEAKS_HTTP -> {
            listen(connection);
            connection
                .getOutputStream()
                .write(
                    "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".getBytes("US-ASCII"));
            connection.close();
          }
        }
      } catch (IOException e) {
        // Closed, or a client that left.
      }
    }
  }

  /** A connection that is closed with bytes unread is reset. */
  private static void listen(Socket connection) throws IOException {
    connection.setSoTimeout(100);
    try {
      connection.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (SocketTimeoutException e) {
      // It has said all for now.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }
}
