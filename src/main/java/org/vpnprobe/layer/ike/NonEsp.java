package org.vpnprobe.layer.ike;

import java.util.Arrays;
import org.vpnprobe.net.wire.ByteWriter;

/** The marker before IKE messages on the port that they share with ESP (RFC 3948 section 2.2). */
public final class NonEsp {
  /** Bytes of the marker, all zero: no ESP packet begins with SPI 0. */
  public static final int MARKER = 4;

  private NonEsp() {}

  public static byte[] mark(byte[] message) {
    return new ByteWriter().zeros(MARKER).bytes(message).toByteArray();
  }

  /** True for an IKE message, false for ESP and NAT keepalives. */
  public static boolean isMarked(byte[] datagram) {
    return datagram.length > MARKER
        && datagram[0] == 0
        && datagram[1] == 0
        && datagram[2] == 0
        && datagram[3] == 0;
  }

  public static byte[] unmark(byte[] datagram) {
    return Arrays.copyOfRange(datagram, MARKER, datagram.length);
  }
}
