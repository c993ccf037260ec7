package org.vpnprobe.protocol;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * One L2TP control message (RFC 2661 sections 3.1 and 4).
 *
 * @param tunnel the receiver's tunnel id
 * @param ns its own number, {@code nr} the number that is expected next
 * @param attributes values by type, of the standard's own attributes; empty for an acknowledgement
 */
public record L2tpMessage(int tunnel, int ns, int nr, Map<Integer, byte[]> attributes) {
  /** Message types (section 3.2). */
  public static final int SCCRQ = 1;

  public static final int SCCRP = 2;
  public static final int STOP_CCN = 4;

  /** Attribute types (section 4.4). */
  public static final int MESSAGE_TYPE = 0;

  public static final int RESULT = 1;
  public static final int VERSION = 2;
  public static final int FRAMING = 3;
  public static final int HOST_NAME = 7;
  public static final int TUNNEL_ID = 9;
  public static final int CHALLENGE = 11;
  public static final int RESPONSE = 13;

  /** Control, length and sequence present, version 2. */
  private static final int CONTROL = 0xc802;

  /** The bits of {@link #CONTROL} that have to be so. */
  private static final int CONTROL_MASK = 0xc80f;

  private static final int HEADER = 12;
  private static final int MANDATORY = 0x8000;
  private static final int HIDDEN = 0x4000;
  private static final int LENGTH = 0x03ff;

  /** More than any real message holds. */
  private static final int MOST_ATTRIBUTES = 64;

  public L2tpMessage {
    attributes = new LinkedHashMap<>(attributes);
  }

  /** The message's type, -1 for an acknowledgement. */
  public int type() {
    byte[] type = attributes.get(MESSAGE_TYPE);
    return type == null || type.length != 2 ? -1 : number(type);
  }

  /** An attribute's value as a number of two bytes, 0 when it is none. */
  public int number(int attribute) {
    byte[] value = attributes.get(attribute);
    return value == null || value.length < 2 ? 0 : number(value);
  }

  private static int number(byte[] value) {
    return (value[0] & 0xff) << 8 | (value[1] & 0xff);
  }

  public byte[] encode() {
    ByteWriter out = new ByteWriter().u16(CONTROL).u16(0).u16(tunnel).u16(0).u16(ns).u16(nr);
    attributes.forEach(
        (type, value) -> out.u16(MANDATORY | (6 + value.length)).u16(0).u16(type).bytes(value));
    return out.setU16(2, out.size()).toByteArray();
  }

  /**
   * Reads a datagram; hidden and vendors' attributes are passed over.
   *
   * @throws StepFailed {@code proto_unexpected_reply} for what is no control message, {@code
   *     proto_malformed_reply} for a broken one
   */
  public static L2tpMessage decode(byte[] datagram) throws StepFailed {
    ByteReader in = new ByteReader(datagram);
    if (datagram.length < HEADER || (in.u16() & CONTROL_MASK) != CONTROL) {
      throw new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY, "the answer is no control message of L2TP");
    }
    int length = in.u16();
    if (length < HEADER) {
      throw in.malformed("a message of " + length + " bytes");
    }
    ByteReader message = in.slice(length - 4);
    int tunnel = message.u16();
    message.skip(2);
    int ns = message.u16();
    int nr = message.u16();
    Map<Integer, byte[]> attributes = new LinkedHashMap<>();
    for (int i = 0; message.hasRemaining(); i++) {
      if (i == MOST_ATTRIBUTES) {
        throw message.malformed("more than " + MOST_ATTRIBUTES + " attributes");
      }
      int flags = message.u16();
      if ((flags & LENGTH) < 6) {
        throw message.malformed("an attribute of " + (flags & LENGTH) + " bytes");
      }
      int vendor = message.u16();
      int type = message.u16();
      byte[] value = message.bytes((flags & LENGTH) - 6);
      if (vendor == 0 && (flags & HIDDEN) == 0) {
        attributes.putIfAbsent(type, value);
      }
    }
    return new L2tpMessage(tunnel, ns, nr, attributes);
  }

  /** The answer to a challenge (section 4.4.3; RFC 1994 section 4.1), in a message of this type. */
  public static byte[] response(int type, byte[] secret, byte[] challenge) {
    try {
      MessageDigest md5 = MessageDigest.getInstance("MD5");
      md5.update((byte) type);
      md5.update(secret);
      return md5.digest(challenge);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has MD5", e);
    }
  }

  /** The value of an attribute, null when it is not there. */
  public byte @Nullable [] value(int attribute) {
    return attributes.get(attribute);
  }

  @Override
  public String toString() {
    return "L2tpMessage[type " + type() + "]";
  }
}
