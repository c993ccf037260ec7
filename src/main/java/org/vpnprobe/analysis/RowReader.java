package org.vpnprobe.analysis;

import java.time.Duration;

/** Reads what a {@link RowWriter} wrote. */
final class RowReader {
  private final byte[] bytes;
  private int at;

  RowReader(byte[] bytes, int at) {
    this.bytes = bytes;
    this.at = at;
  }

  long number() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = bytes[at++];
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  /** A number that was an {@code int}. */
  int small() {
    return (int) number();
  }

  long signed() {
    long value = number();
    return value >>> 1 ^ -(value & 1);
  }

  Duration duration() {
    long seconds = signed();
    return Duration.ofSeconds(seconds, number());
  }
}
