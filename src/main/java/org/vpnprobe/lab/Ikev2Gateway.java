package org.vpnprobe.lab;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.layer.ike.NonEsp;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.ikev2.Ike;
import org.vpnprobe.protocol.ikev2.IkeHeader;
import org.vpnprobe.protocol.ikev2.Ikev2Settings;

/** An IKEv2 gateway on a UDP port of loopback; one thread serves all its clients. */
final class Ikev2Gateway implements Responder {
  private static final int MAX_DATAGRAM = 65535;
  private static final int MAX_SESSIONS = 8192;

  private final DatagramSocket socket;
  private final Ikev2Settings settings;
  private final OwnCertificate identity;
  private final RandomGenerator random;
  private final Map<Long, Ikev2ServerSession> sessions = new HashMap<>();
  private final Map<SocketAddress, Ikev2ServerSession> peers = new HashMap<>();
  private final Thread thread;

  Ikev2Gateway(Ikev2Settings settings, OwnCertificate identity, RandomGenerator random)
      throws IOException {
    this.settings = settings;
    this.identity = identity;
    this.random = random;
    this.socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    this.thread = Thread.ofVirtual().name("ikev2-gateway").start(this::listen);
  }

  @Override
  public InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  private void listen() {
    DatagramPacket packet = new DatagramPacket(new byte[MAX_DATAGRAM], MAX_DATAGRAM);
    while (!socket.isClosed()) {
      try {
        packet.setLength(MAX_DATAGRAM);
        socket.receive(packet);
        byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
        serve(bytes, packet.getSocketAddress());
      } catch (IOException e) {
        // Closed, or an ICMP error of an earlier reply: the loop's condition tells.
      } catch (StepFailed e) {
        // Not IKE, or not from whom it claims: a gateway does not answer.
      }
    }
  }

  private void serve(byte[] datagram, SocketAddress from) throws StepFailed, IOException {
    boolean marked = NonEsp.isMarked(datagram);
    Ikev2ServerSession peer = peers.get(from);
    if (!marked && peer != null && peer.isTunnel(datagram)) {
      send(peer.tunnelled(datagram), false, from);
      return;
    }
    byte[] message = marked ? NonEsp.unmark(datagram) : datagram;
    IkeHeader header = IkeHeader.of(message);
    Ikev2ServerSession session = session(header);
    if (session != null && !header.isResponse()) {
      peers.put(from, session);
      send(session.answer(header, message), marked, from);
      if (session.ended()) {
        sessions.remove(header.initiatorSpi());
        peers.remove(from);
      }
    }
  }

  private @Nullable Ikev2ServerSession session(IkeHeader header) {
    Ikev2ServerSession known = sessions.get(header.initiatorSpi());
    if (known != null || header.exchange() != Ike.IKE_SA_INIT) {
      return known;
    }
    if (sessions.size() >= MAX_SESSIONS) {
      sessions.clear(); // Those who vanished without goodbye.
      peers.clear();
    }
    Ikev2ServerSession session = new Ikev2ServerSession(settings, identity, random);
    sessions.put(header.initiatorSpi(), session);
    return session;
  }

  private void send(List<byte[]> datagrams, boolean marked, SocketAddress to) throws IOException {
    for (byte[] datagram : datagrams) {
      byte[] bytes = marked ? NonEsp.mark(datagram) : datagram;
      socket.send(new DatagramPacket(bytes, bytes.length, to));
    }
  }

  @Override
  public void close() {
    socket.close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
