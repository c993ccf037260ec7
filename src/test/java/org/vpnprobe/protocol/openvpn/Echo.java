package org.vpnprobe.protocol.openvpn;

import java.net.InetAddress;
import java.util.Arrays;
import org.vpnprobe.net.wire.ByteWriter;

/** Echo requests and replies as raw IP packets, with sums computed the long way. */
public final class Echo {
  private static final long TOKEN = 0x1122334455667788L;

  private Echo() {}

  public static byte[] request(InetAddress from, InetAddress to) {
    return packet(from, to, from.getAddress().length == 4 ? 8 : 128);
  }

  public static byte[] reply(InetAddress from, InetAddress to) {
    return packet(from, to, from.getAddress().length == 4 ? 0 : 129);
  }

  /** What follows the IP header. */
  public static byte[] payload(byte[] packet) {
    return Arrays.copyOfRange(packet, packet[0] >> 4 == 4 ? 20 : 40, packet.length);
  }

  private static byte[] packet(InetAddress from, InetAddress to, int type) {
    boolean v4 = from.getAddress().length == 4;
    byte[] icmp = new ByteWriter().u8(type).u8(0).u16(0).u16(7).u16(1).u64(TOKEN).toByteArray();
    ByteWriter pseudo = new ByteWriter();
    if (!v4) {
      pseudo.bytes(from.getAddress()).bytes(to.getAddress()).u32(icmp.length).u32(58);
    }
    int sum = sum(pseudo.bytes(icmp).toByteArray());
    icmp[2] = (byte) (sum >> 8);
    icmp[3] = (byte) sum;
    if (!v4) {
      return new ByteWriter()
          .u32(0x60000000L)
          .u16(icmp.length)
          .u8(58)
          .u8(64)
          .bytes(from.getAddress())
          .bytes(to.getAddress())
          .bytes(icmp)
          .toByteArray();
    }
    ByteWriter header =
        new ByteWriter()
            .u16(0x4500)
            .u16(20 + icmp.length)
            .u16(1)
            .u16(0)
            .u8(64)
            .u8(1)
            .u16(0)
            .bytes(from.getAddress())
            .bytes(to.getAddress());
    return header.setU16(10, sum(header.toByteArray())).bytes(icmp).toByteArray();
  }

  private static int sum(byte[] words) {
    int sum = 0;
    for (int i = 0; i < words.length; i += 2) {
      sum += (words[i] & 0xff) << 8 | (words[i + 1] & 0xff);
    }
    while (sum >> 16 != 0) {
      sum = (sum & 0xffff) + (sum >> 16);
    }
    return ~sum & 0xffff;
  }
}
