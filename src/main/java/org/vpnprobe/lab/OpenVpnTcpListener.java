package org.vpnprobe.lab;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.openvpn.PacketLink;

/** An OpenVPN server on a TCP port of loopback. A wrong first packet ends the connection. */
final class OpenVpnTcpListener implements Responder {
  private final ServerSocket listener;
  private final OpenVpnServerSession.Server server;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  OpenVpnTcpListener(OpenVpnServerSession.Server server) throws IOException {
    this.server = server;
    this.listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
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
        connection.setTcpNoDelay(true);
        serve(connection);
      } catch (IOException e) {
        // Closed: the loop's condition tells.
      }
    }
  }

  private void serve(Socket connection) {
    connections.add(connection);
    OpenVpnQueueLink link = new OpenVpnQueueLink(packet -> write(connection, packet), true);
    try {
      threads.execute(() -> read(connection, link));
      threads.execute(() -> {
        new OpenVpnServerSession(server, link).run();
        end(connection);
      });
    } catch (RejectedExecutionException e) {
      end(connection); // Accepted while closing.
    }
  }

  private static void write(Socket connection, byte[] packet) throws IOException {
    connection
        .getOutputStream()
        .write(new ByteWriter().u16(packet.length).bytes(packet).toByteArray());
  }

  private void read(Socket connection, OpenVpnQueueLink link) {
    try {
      DataInputStream in = new DataInputStream(connection.getInputStream());
      while (true) {
        int length = in.readUnsignedShort();
        if (length == 0 || length > PacketLink.MAX_PACKET) {
          break;
        }
        link.arrived(in.readNBytes(length));
      }
    } catch (IOException e) {
      // The client is gone.
    }
    link.ended();
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
