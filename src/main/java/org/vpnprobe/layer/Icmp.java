package org.vpnprobe.layer;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * Echo requests and replies as whole IP packets (RFC 792, RFC 4443): all that is needed to see
 * whether a tunnel carries.
 */
public final class Icmp {
  private static final int IP4_HEADER = 20;
  private static final int IP6_HEADER = 40;
  private static final int ECHO_HEADER = 8;
  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;
  private static final int HOP_LIMIT = 64;

  private Icmp() {}

  /**
   * One echo packet.
   *
   * @param request false for a reply
   * @param payload what a reply has to bring back
   */
  public record Echo(
      InetAddress from, InetAddress to, boolean request, int id, int sequence, byte[] payload) {

    /** The reply that the host asked would give. */
    public Echo reply() {
      return new Echo(to, from, false, id, sequence, payload);
    }

    /** True for the reply to this request, with the payload unchanged. */
    public boolean isAnsweredBy(Echo other) {
      return request
          && !other.request
          && other.from.equals(to)
          && other.to.equals(from)
          && other.id == id
          && other.sequence == sequence
          && Arrays.equals(other.payload, payload);
    }
  }

  /** The packet on the wire, IPv4 or IPv6 by its addresses, with its checksums. */
  public static byte[] packet(Echo echo) {
    boolean v4 = echo.from().getAddress().length == 4;
    int type = v4 ? (echo.request() ? 8 : 0) : (echo.request() ? 128 : 129);
    byte[] icmp =
        new ByteWriter()
            .u8(type)
            .u8(0)
            .u16(0)
            .u16(echo.id())
            .u16(echo.sequence())
            .bytes(echo.payload())
            .toByteArray();
    int sum = sum(pseudoHeader(echo.from(), echo.to(), icmp.length), icmp);
    icmp[2] = (byte) (sum >> 8);
    icmp[3] = (byte) sum;
    return (v4 ? header4(echo, icmp.length) : header6(echo, icmp.length)).bytes(icmp).toByteArray();
  }

  private static ByteWriter header4(Echo echo, int length) {
    ByteWriter header =
        new ByteWriter()
            .u16(0x4500)
            .u16(IP4_HEADER + length)
            .u16(echo.sequence())
            .u16(0)
            .u8(HOP_LIMIT)
            .u8(ICMP)
            .u16(0)
            .bytes(echo.from().getAddress())
            .bytes(echo.to().getAddress());
    return header.setU16(10, sum(header.toByteArray()));
  }

  private static ByteWriter header6(Echo echo, int length) {
    return new ByteWriter()
        .u32(0x60000000L)
        .u16(length)
        .u8(ICMPV6)
        .u8(HOP_LIMIT)
        .bytes(echo.from().getAddress())
        .bytes(echo.to().getAddress());
  }

  /** Reads an echo packet; empty for anything else, a wrong checksum included. */
  public static Optional<Echo> parse(byte[] packet) {
    if (packet.length < IP4_HEADER + ECHO_HEADER) {
      return Optional.empty();
    }
    return switch ((packet[0] & 0xff) >> 4) {
      case 4 -> parse4(packet);
      case 6 -> parse6(packet);
      default -> Optional.empty();
    };
  }

  private static Optional<Echo> parse4(byte[] packet) {
    int header = (packet[0] & 0x0f) * 4;
    int total = u16(packet, 2);
    boolean fragment = (u16(packet, 6) & 0x3fff) != 0;
    if (header < IP4_HEADER
        || total > packet.length
        || total < header + ECHO_HEADER
        || fragment
        || packet[9] != ICMP) {
      return Optional.empty();
    }
    InetAddress from = address(packet, 12, 4);
    InetAddress to = address(packet, 16, 4);
    return echo(from, to, Arrays.copyOfRange(packet, header, total), 8, 0);
  }

  private static Optional<Echo> parse6(byte[] packet) {
    if (packet.length < IP6_HEADER + ECHO_HEADER || packet[6] != ICMPV6) {
      return Optional.empty();
    }
    int end = IP6_HEADER + u16(packet, 4);
    if (end > packet.length || end < IP6_HEADER + ECHO_HEADER) {
      return Optional.empty();
    }
    InetAddress from = address(packet, 8, 16);
    InetAddress to = address(packet, 24, 16);
    return echo(from, to, Arrays.copyOfRange(packet, IP6_HEADER, end), 128, 129);
  }

  private static Optional<Echo> echo(
      InetAddress from, InetAddress to, byte[] icmp, int request, int reply) {
    int type = icmp[0] & 0xff;
    if ((type != request && type != reply)
        || icmp[1] != 0
        || sum(pseudoHeader(from, to, icmp.length), icmp) != 0) {
      return Optional.empty();
    }
    byte[] payload = Arrays.copyOfRange(icmp, ECHO_HEADER, icmp.length);
    return Optional.of(new Echo(from, to, type == request, u16(icmp, 4), u16(icmp, 6), payload));
  }

  /** RFC 8200 section 8.1; ICMP over IPv4 has none. */
  private static byte[] pseudoHeader(InetAddress from, InetAddress to, int length) {
    return from.getAddress().length == 4
        ? new byte[0]
        : new ByteWriter()
            .bytes(from.getAddress())
            .bytes(to.getAddress())
            .u32(length)
            .u32(ICMPV6)
            .toByteArray();
  }

  /** RFC 1071; an odd byte counts as the high one of a word. */
  private static int sum(byte[]... parts) {
    int sum = 0;
    for (byte[] part : parts) {
      for (int i = 0; i < part.length; i += 2) {
        sum += (part[i] & 0xff) << 8 | (i + 1 < part.length ? part[i + 1] & 0xff : 0);
      }
    }
    while (sum >> 16 != 0) {
      sum = (sum & 0xffff) + (sum >> 16);
    }
    return ~sum & 0xffff;
  }

  private static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
  }

  private static InetAddress address(byte[] packet, int at, int length) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(packet, at, at + length));
    } catch (UnknownHostException e) {
      throw new AssertionError("4 and 16 bytes are addresses", e);
    }
  }
}
