package org.vpnprobe.protocol.openvpn;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * What a server that pushes {@code comp-lzo} or {@code compress} puts around each packet (comp.h).
 * We compress nothing and read nothing compressed: servers leave packets below 100 bytes as they
 * are, and an echo is shorter.
 */
enum CompressionFraming {
  NONE,
  /** {@code comp-lzo}: a byte before the packet. */
  LZO,
  /** {@code compress} of version 1: the byte takes the first one's place, which goes to the end. */
  SWAP,
  /** {@code compress} of version 2: a header only before packets that look like one. */
  V2;

  private static final int UNCOMPRESSED = 0xfa;
  private static final int UNCOMPRESSED_SWAPPED = 0xfb;
  private static final int V2_INDICATOR = 0x50;

  /** The framing that the pushed options ask for; the last one counts. */
  static CompressionFraming of(List<String> options) {
    CompressionFraming framing = NONE;
    for (String option : options) {
      if (option.equals("comp-lzo") || option.startsWith("comp-lzo ")) {
        framing = LZO;
      } else if (option.equals("compress migrate")) {
        framing = NONE;
      } else if (option.equals("compress lzo")) {
        framing = LZO;
      } else if (option.equals("compress") || option.startsWith("compress ")) {
        framing = option.endsWith("-v2") ? V2 : SWAP;
      }
    }
    return framing;
  }

  byte[] frame(byte[] packet) {
    return switch (this) {
      case NONE -> packet;
      case LZO -> new ByteWriter().u8(UNCOMPRESSED).bytes(packet).toByteArray();
      case SWAP -> {
        byte[] framed = Arrays.copyOf(packet, packet.length + 1);
        framed[packet.length] = framed[0];
        framed[0] = (byte) UNCOMPRESSED_SWAPPED;
        yield framed;
      }
      case V2 ->
          packet.length > 0 && packet[0] == V2_INDICATOR
              ? new ByteWriter().u8(V2_INDICATOR).u8(0).bytes(packet).toByteArray()
              : packet;
    };
  }

  /** The packet inside, null when it is compressed or not framed like this. */
  byte @Nullable [] unframe(byte[] framed) {
    int first = framed.length == 0 ? -1 : framed[0] & 0xff;
    return switch (this) {
      case NONE -> framed;
      case LZO, SWAP -> {
        if (first == UNCOMPRESSED) {
          yield Arrays.copyOfRange(framed, 1, framed.length);
        }
        if (first != UNCOMPRESSED_SWAPPED || framed.length < 2) {
          yield null;
        }
        byte[] packet = Arrays.copyOf(framed, framed.length - 1);
        packet[0] = framed[framed.length - 1];
        yield packet;
      }
      case V2 -> {
        if (first != V2_INDICATOR) {
          yield framed;
        }
        yield framed.length > 1 && framed[1] == 0
            ? Arrays.copyOfRange(framed, 2, framed.length)
            : null;
      }
    };
  }
}
