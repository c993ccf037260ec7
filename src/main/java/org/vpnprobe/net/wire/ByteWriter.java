package org.vpnprobe.net.wire;

import java.util.Arrays;

/**
 * The one writer of bytes. Grows as needed; integers are big-endian unless the method says
 * otherwise.
 */
public final class ByteWriter {
  private byte[] bytes = new byte[256];
  private int length;

  public ByteWriter u8(int value) {
    grow(1);
    bytes[length++] = (byte) value;
    return this;
  }

  public ByteWriter u16(int value) {
    return u8(value >>> 8).u8(value);
  }

  public ByteWriter u24(int value) {
    return u8(value >>> 16).u16(value);
  }

  public ByteWriter u32(long value) {
    return u16((int) (value >>> 16)).u16((int) value);
  }

  public ByteWriter u64(long value) {
    return u32(value >>> 32).u32(value);
  }

  public ByteWriter u32le(long value) {
    return u32(Integer.toUnsignedLong(Integer.reverseBytes((int) value)));
  }

  public ByteWriter u64le(long value) {
    return u64(Long.reverseBytes(value));
  }

  /**
   * A variable-length integer of QUIC (RFC 9000 section 16) in its shortest form.
   *
   * @param value 0 to 2^62 - 1
   */
  public ByteWriter varint(long value) {
    if (value < 1 << 6) {
      return u8((int) value);
    }
    if (value < 1 << 14) {
      return u16((int) value | 0x4000);
    }
    return value < 1 << 30 ? u32(value | 0x8000_0000L) : u64(value | 0xC000_0000_0000_0000L);
  }

  public ByteWriter bytes(byte[] value) {
    grow(value.length);
    System.arraycopy(value, 0, bytes, length, value.length);
    length += value.length;
    return this;
  }

  public ByteWriter zeros(int count) {
    grow(count);
    length += count;
    return this;
  }

  /** Overwrites two bytes, for a length that is known only at the end. */
  public ByteWriter setU16(int at, int value) {
    bytes[at] = (byte) (value >>> 8);
    bytes[at + 1] = (byte) value;
    return this;
  }

  /** Overwrites four bytes, for a length that is known only at the end. */
  public ByteWriter setU32(int at, long value) {
    return setU16(at, (int) (value >>> 16)).setU16(at + 2, (int) value);
  }

  public int size() {
    return length;
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  private void grow(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
