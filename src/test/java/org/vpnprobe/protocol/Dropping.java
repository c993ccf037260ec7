package org.vpnprobe.protocol;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * A path for datagrams to a server of this host that loses the first ones of its client; or a
 * foreign server that answers in its own way.
 */
public final class Dropping implements AutoCloseable {
  private final DatagramSocket front;
  private final DatagramSocket back;

  private Dropping(DatagramSocket front, DatagramSocket back) {
    this.front = front;
    this.back = back;
  }

  /**
   * @param first how many datagrams are lost
   */
  public Dropping(InetSocketAddress server, int first) throws IOException {
    this(socket(), socket());
    back.connect(server);
    SocketAddress[] client = new SocketAddress[1];
    Thread.ofVirtual()
        .start(() ->
            pump(
                front,
                (packet, number) -> {
                  synchronized (client) {
                    client[0] = packet.getSocketAddress();
                  }
                  if (number > first) {
                    back.send(new DatagramPacket(packet.getData(), packet.getLength()));
                  }
                }));
    Thread.ofVirtual()
        .start(() ->
            pump(
                back,
                (packet, number) -> {
                  synchronized (client) {
                    front.send(new DatagramPacket(packet.getData(), packet.getLength(), client[0]));
                  }
                }));
  }

  /** A server that answers each datagram with another. */
  public static Dropping answering(UnaryOperator<byte[]> answer) throws IOException {
    DatagramSocket front = socket();
    Thread.ofVirtual()
        .start(() ->
            pump(
                front,
                (packet, number) -> {
                  byte[] reply = answer.apply(Arrays.copyOf(packet.getData(), packet.getLength()));
                  front.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
                }));
    return new Dropping(front, socket());
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) front.getLocalSocketAddress();
  }

  private interface Taker {
    void take(DatagramPacket packet, int number) throws IOException;
  }

  private static void pump(DatagramSocket socket, Taker taker) {
    DatagramPacket packet = new DatagramPacket(new byte[65535], 65535);
    for (int number = 1; !socket.isClosed(); number++) {
      try {
        packet.setLength(65535);
        socket.receive(packet);
        taker.take(packet, number);
      } catch (IOException e) {
        // Closed, or the server is gone: the loop's condition tells.
      }
    }
  }

  private static DatagramSocket socket() throws IOException {
    return new DatagramSocket(0, InetAddress.getLoopbackAddress());
  }

  @Override
  public void close() {
    front.close();
    back.close();
  }
}
