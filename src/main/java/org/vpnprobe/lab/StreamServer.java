package org.vpnprobe.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/** A server on a TCP port of loopback: one virtual thread for each connection. */
final class StreamServer implements Responder {
  /** Serves one connection to its end; an exception ends only that connection. */
  @FunctionalInterface
  interface Service {
    void serve(Socket connection) throws IOException;
  }

  /** How long a client may be silent. */
  private static final int PATIENCE_MILLIS = 30_000;

  private static final int MOST_CONNECTIONS = 4096;

  private final ServerSocket listener;
  private final Service service;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * @param listener bound to loopback; closed with this server
   */
  StreamServer(ServerSocket listener, Service service) {
    this.listener = listener;
    this.service = service;
    threads.execute(this::listen);
  }

  @Override
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  private void listen() {
    while (!listener.isClosed()) {
      try {
        Socket connection = listener.accept();
        connections.add(connection);
        if (connections.size() > MOST_CONNECTIONS) {
          end(connection);
        } else {
          threads.execute(() -> serve(connection));
        }
      } catch (IOException | RejectedExecutionException e) {
        // Closed: the loop's condition tells.
      }
    }
  }

  private void serve(Socket connection) {
    try {
      connection.setTcpNoDelay(true);
      connection.setSoTimeout(PATIENCE_MILLIS);
      service.serve(connection);
    } catch (IOException e) {
      // The client is gone, or not one that this server understands.
    } finally {
      end(connection);
    }
  }

  private void end(Socket connection) {
    connections.remove(connection);
    try {
      connection.close();
    } catch (IOException e) {
      // Closed it is.
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      // Closed it is.
    }
    connections.forEach(this::end);
    threads.shutdownNow();
    threads.close();
  }
}
