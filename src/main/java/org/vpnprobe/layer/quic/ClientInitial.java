package org.vpnprobe.layer.quic;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;

/** What somebody on the way sees in a client's first datagram (RFC 9001 section 7). */
public final class ClientInitial {
  /** RFC 9000 section 7.2. */
  private static final int SHORTEST_FIRST_ID = 8;

  private ClientInitial() {}

  /** True when a datagram is as long as, and begins like, the first one of a QUIC client. */
  public static boolean looksLikeOne(byte[] datagram) {
    if (datagram.length < Header.LEAST_DATAGRAM || !Header.isLong(datagram)) {
      return false;
    }
    try {
      Header header = Header.read(new ByteReader(datagram));
      int id = header.destination().length;
      return header.version() != 0
          && id >= SHORTEST_FIRST_ID
          && id <= Header.LONGEST_ID
          && header.source().length <= Header.LONGEST_ID;
    } catch (StepFailed e) {
      return false;
    }
  }

  /** The beginning of the TLS handshake in it, null when it cannot be opened. */
  public static byte @Nullable [] handshake(byte[] datagram) throws StepFailed {
    ByteReader in = new ByteReader(datagram);
    Header header = Header.read(in);
    if (header.version() != Header.VERSION_1 || header.type() != Header.INITIAL) {
      return null;
    }
    PacketKeys keys = PacketKeys.ofClient(header.destination());
    Optional<InitialPacket> packet = InitialPacket.open(keys, header, datagram, 0, in);
    return packet.isEmpty() ? null : Frames.beginning(packet.get());
  }
}
