package org.vpnprobe.net.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;

/**
 * The one reader of bytes that came from a network. Checks every length before it allocates; a
 * message that is too short or breaks a rule is {@code proto_malformed_reply} with the offset.
 * Integers are big-endian unless the method says otherwise.
 */
public final class ByteReader {
  private final byte[] bytes;
  private final int end;
  private int position;

  public ByteReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private ByteReader(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  public int remaining() {
    return end - position;
  }

  public boolean hasRemaining() {
    return position < end;
  }

  public int position() {
    return position;
  }

  public int u8() throws StepFailed {
    require(1);
    return bytes[position++] & 0xff;
  }

  public int u16() throws StepFailed {
    require(2);
    int value = (bytes[position] & 0xff) << 8 | (bytes[position + 1] & 0xff);
    position += 2;
    return value;
  }

  public int u24() throws StepFailed {
    return u8() << 16 | u16();
  }

  /** An unsigned 32-bit integer in a long. */
  public long u32() throws StepFailed {
    return (long) u16() << 16 | u16();
  }

  /** Eight bytes as a signed long. */
  public long u64() throws StepFailed {
    return u32() << 32 | u32();
  }

  /** An unsigned little-endian 32-bit integer in a long. */
  public long u32le() throws StepFailed {
    return Integer.toUnsignedLong(Integer.reverseBytes((int) u32()));
  }

  /** Eight little-endian bytes as a signed long. */
  public long u64le() throws StepFailed {
    return Long.reverseBytes(u64());
  }

  /** A variable-length integer of QUIC (RFC 9000 section 16): 0 to 2^62 - 1. */
  public long varint() throws StepFailed {
    int first = u8();
    long value = first & 0x3f;
    for (int more = (1 << (first >> 6)) - 1; more > 0; more--) {
      value = value << 8 | u8();
    }
    return value;
  }

  /** A variable-length integer of QUIC that is the length of what follows. */
  public int varintLength() throws StepFailed {
    long length = varint();
    if (length > remaining()) {
      throw malformed(length + " bytes needed, " + remaining() + " left");
    }
    return (int) length;
  }

  public byte[] bytes(int length) throws StepFailed {
    require(length);
    byte[] copy = Arrays.copyOfRange(bytes, position, position + length);
    position += length;
    return copy;
  }

  /** All that is left. */
  public byte[] rest() {
    byte[] copy = Arrays.copyOfRange(bytes, position, end);
    position = end;
    return copy;
  }

  /** A reader over the next {@code length} bytes, which this reader skips. */
  public ByteReader slice(int length) throws StepFailed {
    require(length);
    ByteReader slice = new ByteReader(bytes, position, position + length);
    position += length;
    return slice;
  }

  public void skip(int length) throws StepFailed {
    require(length);
    position += length;
  }

  public String ascii(int length) throws StepFailed {
    return new String(bytes(length), StandardCharsets.ISO_8859_1);
  }

  /** Fails unless the next byte is this one. */
  public void expect(int u8, String what) throws StepFailed {
    int at = position;
    int found = u8();
    if (found != u8) {
      throw malformed(what + " is " + found + ", expected " + u8, at);
    }
  }

  /** The exception for a broken rule at the present position. */
  public StepFailed malformed(String rule) {
    return malformed(rule, position);
  }

  private static StepFailed malformed(String rule, int at) {
    return new StepFailed(
        FailureKind.PROTO_MALFORMED_REPLY, "malformed reply at byte " + at + ": " + rule);
  }

  private void require(int length) throws StepFailed {
    if (length < 0 || length > remaining()) {
      throw malformed(length + " bytes needed, " + remaining() + " left");
    }
  }
}
