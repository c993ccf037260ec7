package org.vpnprobe.lab;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.vpnprobe.protocol.openvpn.PacketLink;

/** An OpenVPN server on a UDP port of loopback: one session for each client address. */
final class OpenVpnUdpListener implements Responder {
  private static final int MAX_SESSIONS = 8192;

  private final DatagramSocket socket;
  private final OpenVpnServerSession.Server server;
  private final Map<SocketAddress, OpenVpnQueueLink> sessions = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  OpenVpnUdpListener(OpenVpnServerSession.Server server) throws IOException {
    this.server = server;
    this.socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    threads.execute(this::listen);
  }

  @Override
  public InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  private void listen() {
    DatagramPacket packet = new DatagramPacket(new byte[PacketLink.MAX_PACKET], 0);
    while (!socket.isClosed()) {
      try {
        packet.setLength(PacketLink.MAX_PACKET);
        socket.receive(packet);
        byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
        session(packet.getSocketAddress()).arrived(bytes);
      } catch (IOException | RejectedExecutionException e) {
        // Closed, or an ICMP error of an earlier reply: the loop's condition tells.
      }
    }
  }

  private OpenVpnQueueLink session(SocketAddress client) {
    OpenVpnQueueLink known = sessions.get(client);
    if (known != null) {
      return known;
    }
    OpenVpnQueueLink link =
        new OpenVpnQueueLink(
            bytes -> socket.send(new DatagramPacket(bytes, bytes.length, client)), false);
    if (sessions.size() < MAX_SESSIONS) {
      sessions.put(client, link);
      threads.execute(() -> {
        new OpenVpnServerSession(server, link).run();
        sessions.remove(client);
      });
    }
    return link;
  }

  @Override
  public void close() {
    socket.close();
    threads.shutdownNow();
    threads.close();
  }
}
