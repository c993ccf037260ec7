package org.vpnprobe.protocol.ikev2;

import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * The fixed header (RFC 7296 section 3.1).
 *
 * @param first type of the first payload, 0 for none
 * @param messageId unsigned 32 bits
 */
public record IkeHeader(
    long initiatorSpi, long responderSpi, int first, int exchange, int flags, long messageId) {
  /** Bytes of a header. */
  public static final int LENGTH = 28;

  private static final int VERSION_2 = 0x20;

  /** Writes the header of a message that is {@code total} bytes long. */
  void encode(ByteWriter out, int total) {
    out.u64(initiatorSpi).u64(responderSpi).u8(first).u8(VERSION_2).u8(exchange).u8(flags);
    out.u32(messageId).u32(total);
  }

  /**
   * Reads a header and checks version and length.
   *
   * @param in over a whole datagram, without the non-ESP marker
   * @throws StepFailed {@code proto_unexpected_reply} for what is no IKEv2 message of that length
   */
  static IkeHeader decode(ByteReader in) throws StepFailed {
    int size = in.remaining();
    if (size < LENGTH) {
      throw foreign(size + " bytes are no IKE message");
    }
    long initiator = in.u64();
    long responder = in.u64();
    int first = in.u8();
    int version = in.u8();
    if (version >> 4 != 2) {
      throw foreign("version byte 0x%02x is not IKEv2".formatted(version));
    }
    IkeHeader header = new IkeHeader(initiator, responder, first, in.u8(), in.u8(), in.u32());
    long length = in.u32();
    if (length != size) {
      throw foreign("the header says " + length + " bytes, " + size + " came");
    }
    return header;
  }

  /** Reads the header alone. */
  public static IkeHeader of(byte[] message) throws StepFailed {
    return decode(new ByteReader(message));
  }

  public boolean isResponse() {
    return (flags & Ike.RESPONSE) != 0;
  }

  IkeHeader withFirst(int type) {
    return new IkeHeader(initiatorSpi, responderSpi, type, exchange, flags, messageId);
  }

  private static StepFailed foreign(String why) {
    return new StepFailed(FailureKind.PROTO_UNEXPECTED_REPLY, why);
  }
}
