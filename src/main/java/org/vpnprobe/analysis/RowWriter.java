package org.vpnprobe.analysis;

import java.time.Duration;
import java.util.Arrays;

/** Writes numbers as bytes, seven bits each, the lowest first: small ones take one. */
final class RowWriter {
  private static final int MOST = 10;

  private byte[] bytes = new byte[256];
  private int length;

  void clear() {
    length = 0;
  }

  int length() {
    return length;
  }

  void copyTo(byte[] other, int at) {
    System.arraycopy(bytes, 0, other, at, length);
  }

  /** A number that is hardly ever negative. */
  void number(long value) {
    if (bytes.length - length < MOST) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length);
    }
    long left = value;
    while ((left & ~0x7fL) != 0) {
      bytes[length++] = (byte) (left & 0x7f | 0x80);
      left >>>= 7;
    }
    bytes[length++] = (byte) left;
  }

  /** A number that may be negative: its sign is its lowest bit. */
  void signed(long value) {
    number(value << 1 ^ value >> 63);
  }

  void duration(Duration duration) {
    signed(duration.getSeconds());
    number(duration.getNano());
  }
}
