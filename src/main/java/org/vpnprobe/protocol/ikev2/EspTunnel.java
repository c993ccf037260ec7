package org.vpnprobe.protocol.ikev2;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Tunnel.PacketTunnel;

/** ESP in UDP (RFC 3948), on the socket of its IKE SA. */
record EspTunnel(Esp esp, Datagrams socket, Clock clock, InetAddress source, InetAddress target)
    implements PacketTunnel {
  @Override
  public void send(byte[] packet) throws StepFailed {
    socket.send(esp.seal(packet));
  }

  @Override
  public byte @Nullable [] receive(Duration atMost) throws StepFailed {
    Instant end = clock.instant().plus(atMost);
    for (Duration left = atMost;
        !left.isNegative();
        left = Duration.between(clock.instant(), end)) {
      byte[] datagram = socket.receive(left);
      byte[] packet = datagram == null ? null : opened(datagram);
      if (packet != null) {
        return packet;
      }
    }
    return null;
  }

  /** Null for a keepalive, the server's IKE, which can wait, and what anyone could have sent. */
  private byte @Nullable [] opened(byte[] datagram) {
    try {
      return esp.open(datagram);
    } catch (StepFailed e) {
      return null;
    }
  }
}
