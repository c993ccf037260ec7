package org.vpnprobe.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A TCP server on loopback that treats every connection as the test says. */
final class Peer implements AutoCloseable {
  /** What is done with a connection before it is closed. */
  interface Talk {
    void with(Socket socket) throws IOException, InterruptedException;
  }

  private final ServerSocket server;
  private final Talk talk;
  private final Thread accepting;
  private final List<Thread> threads = new CopyOnWriteArrayList<>();

  Peer(Talk talk) throws IOException {
    this.talk = talk;
    this.server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    this.accepting = Thread.ofVirtual().start(this::accept);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        threads.add(Thread.ofVirtual().start(() -> serve(socket)));
      } catch (IOException e) {
        return; // Closed by the test.
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      talk.with(socket);
    } catch (IOException | InterruptedException e) {
      // The probe has gone, or the test is over.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    try {
      accepting.join(); // Until then the port still answers.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    threads.forEach(Thread::interrupt);
  }
}
