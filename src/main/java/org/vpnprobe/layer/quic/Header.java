package org.vpnprobe.layer.quic;

import java.util.ArrayList;
import java.util.List;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;

/**
 * What stands in a long header (RFC 8999 section 5.1, RFC 9000 section 17.2).
 *
 * @param first its first byte; hidden in part where the packet is protected
 * @param version 0 for Version Negotiation
 * @param destination the receiver's connection id
 * @param source the sender's connection id
 */
record Header(int first, long version, byte[] destination, byte[] source) {
  /** RFC 9000 section 15. */
  static final long VERSION_1 = 1;

  /** RFC 9000 section 17.2: the types of long headers in version 1. */
  static final int INITIAL = 0;

  static final int RETRY = 3;

  /** RFC 9000 section 17.2: no connection id of version 1 is longer. */
  static final int LONGEST_ID = 20;

  /** RFC 9000 section 14.1: what a datagram with a client's Initial must have at least. */
  static final int LEAST_DATAGRAM = 1200;

  /** True when a datagram begins with a long header. */
  static boolean isLong(byte[] datagram) {
    return datagram.length > 0 && (datagram[0] & 0x80) != 0;
  }

  /** Reads a long header; what follows depends on version and type. */
  static Header read(ByteReader in) throws StepFailed {
    int first = in.u8();
    if ((first & 0x80) == 0) {
      throw in.malformed("not a long header");
    }
    long version = in.u32();
    return new Header(first, version, in.bytes(in.u8()), in.bytes(in.u8()));
  }

  int type() {
    return first >> 4 & 3;
  }

  boolean isVersionNegotiation() {
    return version == 0;
  }

  /** The versions in the rest of a Version Negotiation packet (RFC 9000 section 17.2.1). */
  static List<Long> versions(ByteReader in) throws StepFailed {
    if (!in.hasRemaining() || in.remaining() % 4 != 0) {
      throw in.malformed("a list of versions has a multiple of 4 bytes");
    }
    List<Long> versions = new ArrayList<>();
    while (in.hasRemaining()) {
      versions.add(in.u32());
    }
    return List.copyOf(versions);
  }
}
