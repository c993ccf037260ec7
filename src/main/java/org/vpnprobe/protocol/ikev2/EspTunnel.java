package org.vpnprobe.protocol.ikev2;

import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Tunnel.PacketTunnel;

/** ESP in UDP (RFC 3948), on the socket of its IKE SA. */
record EspTunnel(Esp esp, Datagrams socket, InetAddress source, InetAddress target)
    implements PacketTunnel {
  /** SPI and sequence number; a NAT keepalive is one byte. */
  private static final int MIN_ESP = 8;

  @Override
  public void send(byte[] packet) throws StepFailed {
    socket.send(esp.seal(packet));
  }

  @Override
  public byte @Nullable [] receive(Duration atMost) throws StepFailed {
    byte[] datagram = socket.receive(atMost);
    if (datagram == null || datagram.length < MIN_ESP || NonEsp.isMarked(datagram)) {
      return null; // A keepalive, or the server's IKE, which can wait.
    }
    return esp.open(datagram);
  }
}
