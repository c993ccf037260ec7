package org.vpnprobe.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * One STUN message (RFC 8489 section 5).
 *
 * @param transaction 12 bytes
 * @param attributes values by type, the first of each
 */
public record StunMessage(int type, byte[] transaction, Map<Integer, byte[]> attributes) {
  /** Binding, by class (section 5). */
  public static final int REQUEST = 0x0001;

  public static final int SUCCESS = 0x0101;
  public static final int ERROR = 0x0111;

  /** Attributes (section 18.3). */
  public static final int MAPPED_ADDRESS = 0x0001;

  public static final int ERROR_CODE = 0x0009;
  public static final int XOR_MAPPED_ADDRESS = 0x0020;
  public static final int SOFTWARE = 0x8022;
  public static final int FINGERPRINT = 0x8028;

  /** Bytes of a transaction id. */
  public static final int TRANSACTION = 12;

  /** Section 5. */
  public static final int MAGIC = 0x2112a442;

  /** Section 14.7: the checksum is changed by this, so that it is no other protocol's. */
  private static final long FINGERPRINT_XOR = 0x5354554eL;

  private static final int HEADER = 20;
  private static final int MOST_ATTRIBUTES = 64;

  public StunMessage {
    attributes = new LinkedHashMap<>(attributes);
  }

  /** The bytes, with a FINGERPRINT at their end. */
  public byte[] encode() {
    ByteWriter out = new ByteWriter().u16(type).u16(0).u32(MAGIC).bytes(transaction);
    attributes.forEach((attribute, value) ->
        out.u16(attribute).u16(value.length).bytes(value).zeros(-value.length & 3));
    out.setU16(2, out.size() - HEADER + 8);
    long checksum = checksum(out.toByteArray(), out.size());
    return out.u16(FINGERPRINT).u16(4).u32(checksum).toByteArray();
  }

  private static long checksum(byte[] message, int length) {
    CRC32 crc = new CRC32();
    crc.update(message, 0, length);
    return crc.getValue() ^ FINGERPRINT_XOR;
  }

  /**
   * Reads a datagram.
   *
   * @throws StepFailed {@code proto_unexpected_reply} for what is no STUN message, {@code
   *     proto_malformed_reply} for a broken one or a wrong FINGERPRINT
   */
  public static StunMessage decode(byte[] datagram) throws StepFailed {
    ByteReader in = new ByteReader(datagram);
    if (datagram.length < HEADER) {
      throw foreign();
    }
    int type = in.u16();
    int length = in.u16();
    if ((type & 0xc000) != 0 || in.u32() != MAGIC || length != datagram.length - HEADER) {
      throw foreign();
    }
    byte[] transaction = in.bytes(TRANSACTION);
    Map<Integer, byte[]> attributes = new LinkedHashMap<>();
    for (int i = 0; in.hasRemaining(); i++) {
      if (i == MOST_ATTRIBUTES) {
        throw in.malformed("more than " + MOST_ATTRIBUTES + " attributes");
      }
      int at = in.position();
      int attribute = in.u16();
      int size = in.u16();
      byte[] value = in.bytes(size);
      in.skip(-size & 3);
      if (attribute == FINGERPRINT
          && !Arrays.equals(value, new ByteWriter().u32(checksum(datagram, at)).toByteArray())) {
        throw in.malformed("the fingerprint does not fit");
      }
      attributes.putIfAbsent(attribute, value);
    }
    return new StunMessage(type, transaction, attributes);
  }

  private static StepFailed foreign() {
    return new StepFailed(
        FailureKind.PROTO_UNEXPECTED_REPLY, "the server answered something other than STUN");
  }

  /** A SOFTWARE attribute's value. */
  static byte[] software(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "StunMessage[0x%04x]".formatted(type);
  }
}
