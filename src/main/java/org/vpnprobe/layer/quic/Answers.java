package org.vpnprobe.layer.quic;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;

/**
 * Knows a server's answers to one connection's first packets from everything else, by our side's
 * packets alone. Not shared between threads without a lock.
 */
final class Answers {
  private byte @Nullable [] original;
  private byte[] own = new byte[0];
  private @Nullable PacketKeys clientKeys;
  private @Nullable PacketKeys serverKeys;
  private long asked;
  private long greatest = -1;

  /** Takes note of a datagram that has left: a first one, a repeat, or one after a Retry. */
  void sent(byte[] datagram) {
    try {
      ByteReader in = new ByteReader(datagram);
      if (!Header.isLong(datagram)) {
        return;
      }
      Header header = Header.read(in);
      if (original == null) {
        original = header.destination();
        own = header.source();
        asked = header.version();
        follow(original);
      }
      if (clientKeys != null && header.version() == Header.VERSION_1 && isInitial(header)) {
        Optional<InitialPacket> ours = InitialPacket.open(clientKeys, header, datagram, 0, in);
        ours.ifPresent(packet -> greatest = Math.max(greatest, packet.number()));
      }
    } catch (StepFailed e) {
      throw new IllegalStateException("our own packets are well-formed", e);
    }
  }

  /** After a Retry the keys are made from the connection id that it brought. */
  void follow(byte[] destination) {
    clientKeys = PacketKeys.ofClient(destination);
    serverKeys = PacketKeys.ofServer(destination);
  }

  /**
   * What a datagram says, null when it is none of the server's answers to our first packets: what
   * nobody has proved to be the server's is dropped, as RFC 9000 section 5.2 wants it.
   *
   * @throws StepFailed {@code proto_malformed_reply} when it is one and breaks a rule
   */
  @Nullable Answer received(byte[] datagram) throws StepFailed {
    if (original == null || !Header.isLong(datagram)) {
      return null;
    }
    ByteReader in = new ByteReader(datagram);
    Header header;
    Optional<InitialPacket> packet;
    try {
      header = Header.read(in);
      if (!Arrays.equals(header.destination(), own)) {
        return null;
      }
      if (header.version() == Header.VERSION_1 && header.type() == Header.RETRY) {
        // One is followed at most (RFC 9000 section 17.2.5.2), which is the caller's business.
        return RetryPacket.open(original, datagram).map(Answer.Retry::new).orElse(null);
      }
      packet = initial(header, datagram, in);
    } catch (StepFailed e) {
      return null;
    }
    if (packet.isPresent()) {
      return Frames.read(packet.get(), greatest);
    }
    return header.isVersionNegotiation() ? versions(header, in) : null;
  }

  private @Nullable Answer versions(Header header, ByteReader in) throws StepFailed {
    if (!Arrays.equals(header.source(), original)) {
      return null;
    }
    List<Long> versions = Header.versions(in);
    // RFC 9000 section 6.2: one that lists the version we asked for is to be ignored.
    return versions.contains(asked) ? null : new Answer.Versions(versions);
  }

  private Optional<InitialPacket> initial(Header header, byte[] datagram, ByteReader in)
      throws StepFailed {
    return serverKeys == null
            || header.version() != Header.VERSION_1
            || !isInitial(header)
            || header.source().length > Header.LONGEST_ID
        ? Optional.empty()
        : InitialPacket.open(serverKeys, header, datagram, 0, in);
  }

  private static boolean isInitial(Header header) {
    return header.type() == Header.INITIAL;
  }
}
