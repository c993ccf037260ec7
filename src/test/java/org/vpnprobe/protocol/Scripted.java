package org.vpnprobe.protocol;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A TCP server on loopback that treats every connection as the test says, then closes it. */
public final class Scripted implements AutoCloseable {
  /** What is done with a connection. */
  public interface Talk {
    void with(Socket socket) throws IOException;
  }

  private final ServerSocket server;
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final Thread listener;

  public Scripted(Talk talk) throws IOException {
    this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), talk);
  }

  /**
   * @param server bound to loopback, for example one that speaks TLS
   */
  public Scripted(ServerSocket server, Talk talk) {
    this.server = server;
    listener = Thread.ofVirtual().start(() -> accept(talk));
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  private void accept(Talk talk) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket, talk));
      } catch (IOException e) {
        return; // Closed by the test.
      }
    }
  }

  private static void serve(Socket socket, Talk talk) {
    try (socket) {
      talk.with(socket);
    } catch (IOException e) {
      // The probe has gone, or the test is over.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    try {
      listener.join(); // The port is free when nobody waits on it any more.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Socket socket : open) {
      socket.close();
    }
  }
}
