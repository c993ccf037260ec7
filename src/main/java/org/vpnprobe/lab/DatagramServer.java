package org.vpnprobe.lab;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.List;

/** A server on a UDP port of loopback: one datagram after the other, answered at once. */
final class DatagramServer implements Responder {
  /** Answers one datagram; an exception ends only that. */
  @FunctionalInterface
  interface Service {
    /**
     * @return the datagrams to send back, none for silence
     */
    List<byte[]> answer(byte[] datagram, InetSocketAddress from) throws IOException;
  }

  private static final int LARGEST = 65535;

  private final DatagramSocket socket;
  private final Service service;

  DatagramServer(String name, Service service) throws IOException {
    this.service = service;
    this.socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("lab " + name).start(this::listen);
  }

  @Override
  public InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  private void listen() {
    DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
    while (!socket.isClosed()) {
      try {
        packet.setLength(LARGEST);
        socket.receive(packet);
        SocketAddress from = packet.getSocketAddress();
        byte[] datagram = Arrays.copyOf(packet.getData(), packet.getLength());
        for (byte[] reply : service.answer(datagram, (InetSocketAddress) from)) {
          socket.send(new DatagramPacket(reply, reply.length, from));
        }
      } catch (IOException e) {
        // Closed, or a datagram that this server does not understand: the loop's condition tells.
      }
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
