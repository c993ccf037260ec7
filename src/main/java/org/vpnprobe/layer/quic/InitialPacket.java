package org.vpnprobe.layer.quic;

import java.util.Arrays;
import java.util.Optional;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * An Initial packet of QUIC version 1 (RFC 9000 section 17.2.2).
 *
 * @param number its packet number
 * @param payload its frames
 */
record InitialPacket(Header header, byte[] token, long number, byte[] payload) {
  /** We always write four bytes of a packet number. */
  private static final int NUMBER_SIZE = 4;

  /** Header form, fixed bit, type Initial, a number of four bytes. */
  private static final int FIRST = 0xc0 | NUMBER_SIZE - 1;

  /**
   * A protected packet. A client's is padded to the size that a datagram with it must have.
   *
   * @param keys the sender's
   * @param pad true to fill up to 1200 bytes
   */
  static byte[] seal(
      PacketKeys keys,
      byte[] destination,
      byte[] source,
      byte[] token,
      long number,
      byte[] frames,
      boolean pad) {
    ByteWriter start =
        new ByteWriter()
            .u8(FIRST)
            .u32(Header.VERSION_1)
            .u8(destination.length)
            .bytes(destination)
            .u8(source.length)
            .bytes(source)
            .varint(token.length)
            .bytes(token);
    int around = start.size() + 2 + NUMBER_SIZE + PacketKeys.TAG;
    int size = pad ? Math.max(frames.length, Header.LEAST_DATAGRAM - around) : frames.length;
    // PADDING frames are zeros (RFC 9000 section 19.1).
    byte[] payload = Arrays.copyOf(frames, Math.max(size, PacketKeys.SAMPLE - NUMBER_SIZE));
    byte[] header =
        start.u16(NUMBER_SIZE + payload.length + PacketKeys.TAG | 0x4000).u32(number).toByteArray();
    byte[] packet =
        new ByteWriter().bytes(header).bytes(keys.seal(number, header, payload)).toByteArray();
    int at = header.length - NUMBER_SIZE;
    byte[] mask = keys.mask(Arrays.copyOfRange(packet, at + 4, at + 4 + PacketKeys.SAMPLE));
    packet[0] ^= (byte) (mask[0] & 0x0f);
    for (int i = 0; i < NUMBER_SIZE; i++) {
      packet[at + i] ^= mask[1 + i];
    }
    return packet;
  }

  /**
   * Opens the Initial packet that a datagram begins with or continues with.
   *
   * @param header what {@code in} has just read from {@code datagram}
   * @param start where in the datagram this packet begins
   * @param in moves on to the next packet of the datagram
   * @return empty when the keys do not open it
   * @throws StepFailed when it is cut off or breaks a rule
   */
  static Optional<InitialPacket> open(
      PacketKeys keys, Header header, byte[] datagram, int start, ByteReader in) throws StepFailed {
    byte[] token = in.bytes(in.varintLength());
    int length = in.varintLength();
    int numberAt = in.position();
    if (length < NUMBER_SIZE + PacketKeys.SAMPLE) {
      throw in.malformed("an Initial packet is too short for its sample");
    }
    byte[] rest = in.bytes(length);
    byte[] mask = keys.mask(Arrays.copyOfRange(rest, 4, 4 + PacketKeys.SAMPLE));
    int first = header.first() ^ (mask[0] & 0x0f);
    int size = (first & 3) + 1;
    long number = 0;
    for (int i = 0; i < size; i++) {
      rest[i] ^= mask[1 + i];
      number = number << 8 | rest[i] & 0xff;
    }
    byte[] plain = Arrays.copyOfRange(datagram, start, numberAt + size);
    plain[0] = (byte) first;
    System.arraycopy(rest, 0, plain, numberAt - start, size);
    // Numbers begin at 0 and few are sent: the low bytes are the whole number (RFC 9000 A.3).
    long whole = number;
    return keys.open(whole, plain, Arrays.copyOfRange(rest, size, rest.length))
        .map(payload -> new InitialPacket(header, token, whole, payload));
  }
}
