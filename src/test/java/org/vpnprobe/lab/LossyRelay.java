package org.vpnprobe.lab;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.NullMarked;

/** A way to a server that loses a client's first datagrams. */
@NullMarked
final class LossyRelay implements AutoCloseable {
  private final DatagramSocket front = KwikServer.socket();
  private final DatagramSocket back = KwikServer.socket();

  LossyRelay(InetSocketAddress server, int lost) throws IOException {
    Thread.ofVirtual()
        .start(() -> {
          try {
            DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
            for (int i = 0; true; i++) {
              packet.setLength(2048);
              front.receive(packet);
              if (i == 0) {
                InetSocketAddress client = (InetSocketAddress) packet.getSocketAddress();
                Thread.ofVirtual().start(() -> bring(client));
              }
              if (i >= lost) {
                back.send(new DatagramPacket(packet.getData(), packet.getLength(), server));
              }
            }
          } catch (IOException e) {
            // The test is over.
          }
        });
  }

  private void bring(InetSocketAddress client) {
    try {
      DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
      while (true) {
        packet.setLength(2048);
        back.receive(packet);
        front.send(new DatagramPacket(packet.getData(), packet.getLength(), client));
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), front.getLocalPort());
  }

  @Override
  public void close() {
    front.close();
    back.close();
  }
}
