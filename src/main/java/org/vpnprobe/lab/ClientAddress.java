package org.vpnprobe.lab;

import java.io.DataInputStream;
import java.io.IOException;
import org.vpnprobe.net.SocksAddress;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.Target;

/** Where a client of the lab asks to be led, in the form of SOCKS5. */
final class ClientAddress {
  private ClientAddress() {}

  /**
   * Reads an address as a server does.
   *
   * @throws IOException when it is none
   */
  static SocksAddress read(DataInputStream in) throws IOException {
    int type = in.readUnsignedByte();
    ByteWriter bytes = new ByteWriter().u8(type);
    int length = type == 1 ? 4 : type == 4 ? 16 : in.readUnsignedByte();
    if (type == 3) {
      bytes.u8(length);
    }
    bytes.bytes(in.readNBytes(length + 2));
    try {
      return SocksAddress.read(new ByteReader(bytes.toByteArray()));
    } catch (StepFailed e) {
      throw new IOException("no address", e);
    }
  }

  /** True when it leads to this target. */
  static boolean isOf(Target target, SocksAddress asked) {
    try {
      return SocksAddress.of(target.server()).equals(asked);
    } catch (StepFailed e) {
      return false;
    }
  }
}
