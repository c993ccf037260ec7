package org.vpnprobe.protocol;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A server of this host that answers the first bytes of each connection in its own way: with bytes
 * and an end, with a reset, or with silence.
 */
public final class OneAnswer implements AutoCloseable {
  private final ServerSocket listener;

  private OneAnswer(Answer answer) throws IOException {
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(() -> listen(answer));
  }

  private interface Answer {
    void give(Socket connection) throws IOException;
  }

  /** These bytes, and the end of the stream. */
  public static OneAnswer of(byte[] bytes) throws IOException {
    return new OneAnswer(connection -> connection.getOutputStream().write(bytes));
  }

  /** A reset. */
  public static OneAnswer reset() throws IOException {
    return new OneAnswer(connection -> connection.setSoLinger(true, 0));
  }

  /** Nothing, until the client goes. */
  public static OneAnswer silence() throws IOException {
    return new OneAnswer(connection -> {
      while (connection.getInputStream().read() >= 0) {}
    });
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  private void listen(Answer answer) {
    while (!listener.isClosed()) {
      try {
        Socket connection = listener.accept();
        Thread.ofVirtual().start(() -> serve(connection, answer));
      } catch (IOException e) {
        // Closed: the loop's condition tells.
      }
    }
  }

  private static void serve(Socket connection, Answer answer) {
    try (connection) {
      if (connection.getInputStream().read(new byte[4096]) > 0) {
        answer.give(connection);
      }
    } catch (IOException e) {
      // The client is gone.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
