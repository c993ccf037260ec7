package org.vpnprobe.lab;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.openvpn.Opcode;
import org.vpnprobe.protocol.openvpn.PacketLink;
import org.vpnprobe.protocol.openvpn.TlsCryptV2Key;

/**
 * Takes the wrapped client key off the packets that carry it, and drops those that carry another
 * one. The lab knows its one client's key, so that it need not unwrap it.
 */
record OpenVpnWrappedKeyLink(PacketLink link, Optional<TlsCryptV2Key> key) implements PacketLink {
  @Override
  public void send(byte[] packet) throws StepFailed {
    link.send(packet);
  }

  @Override
  public byte @Nullable [] receive(Duration atMost) throws StepFailed {
    byte[] packet = link.receive(atMost);
    if (packet == null || key.isEmpty() || !carriesKey(packet)) {
      return packet;
    }
    byte[] wrapped = key.get().wrapped();
    int length = packet.length - wrapped.length;
    return length > 0 && Arrays.equals(wrapped, Arrays.copyOfRange(packet, length, packet.length))
        ? Arrays.copyOf(packet, length)
        : null;
  }

  private static boolean carriesKey(byte[] packet) {
    return Opcode.of(packet[0])
        .filter(opcode -> opcode == Opcode.HARD_RESET_CLIENT_V3 || opcode == Opcode.CONTROL_WKC_V1)
        .isPresent();
  }

  @Override
  public boolean reliable() {
    return link.reliable();
  }
}
