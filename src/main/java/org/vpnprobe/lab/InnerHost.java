package org.vpnprobe.lab;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;

/** A host inside a tunnel that answers echo requests (RFC 792, RFC 4443) and nothing else. */
final class InnerHost {
  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;
  private static final int MAX_PACKET = 1500;

  private InnerHost() {}

  /** The echo reply of {@code host} to this IP packet, empty when it is no echo request to it. */
  static Optional<byte[]> reply(byte[] packet, InetAddress host) {
    byte[] own = host.getAddress();
    boolean v4 = own.length == 4;
    int source = v4 ? 12 : 8;
    int icmp = v4 ? 20 : 40;
    if (packet.length < icmp + 8
        || packet.length > MAX_PACKET
        || (packet[0] & 0xff) != (v4 ? 0x45 : 0x60 | (packet[0] & 0x0f))
        || packet[v4 ? 9 : 6] != (v4 ? ICMP : ICMPV6)
        || (packet[icmp] & 0xff) != (v4 ? 8 : 128)
        || packet[icmp + 1] != 0
        || !Arrays.equals(
            own, 0, own.length, packet, source + own.length, source + 2 * own.length)) {
      return Optional.empty();
    }
    byte[] reply = packet.clone();
    System.arraycopy(packet, source, reply, source + own.length, own.length);
    System.arraycopy(own, 0, reply, source, own.length);
    // The addresses only change places, so that of the sums only the type's word changes (RFC
    // 1624).
    int was = (packet[icmp] & 0xff) << 8;
    int is = v4 ? 0 : 129 << 8;
    reply[icmp] = (byte) (is >> 8);
    int sum = (packet[icmp + 2] & 0xff) << 8 | (packet[icmp + 3] & 0xff);
    int next = (~sum & 0xffff) + (~was & 0xffff) + is;
    next = (next & 0xffff) + (next >> 16);
    next = ~((next & 0xffff) + (next >> 16));
    reply[icmp + 2] = (byte) (next >> 8);
    reply[icmp + 3] = (byte) next;
    return Optional.of(reply);
  }
}
