package org.vpnprobe.protocol.openvpn;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;

/** Packets as UDP datagrams. */
record DatagramLink(Datagrams socket) implements PacketLink {
  @Override
  public void send(byte[] packet) throws StepFailed {
    socket.send(packet);
  }

  @Override
  public byte @Nullable [] receive(Duration atMost) throws StepFailed {
    byte[] packet = socket.receive(atMost);
    return packet == null || packet.length == 0 || packet.length > MAX_PACKET ? null : packet;
  }

  @Override
  public boolean reliable() {
    return false;
  }
}
