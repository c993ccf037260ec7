package org.vpnprobe.protocol.openvpn;

import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/** No protection: first byte, session id, rest. */
public final class PlainWrap implements ControlWrap {
  @Override
  public byte[] seal(ControlPacket packet) {
    return new ByteWriter().bytes(ControlWrap.head(packet)).bytes(packet.rest()).toByteArray();
  }

  @Override
  public ControlPacket open(byte[] packet) throws StepFailed {
    ByteReader reader = ControlWrap.control(packet);
    return ControlPacket.decode(packet[0], reader.u64(), reader.rest());
  }
}
