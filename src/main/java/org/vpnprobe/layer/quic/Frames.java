package org.vpnprobe.layer.quic;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/** The frames that Initial packets may hold (RFC 9000 section 12.4, table 3). */
final class Frames {
  private static final int PADDING = 0x00;
  private static final int PING = 0x01;
  private static final int ACK = 0x02;
  private static final int ACK_ECN = 0x03;
  private static final int CRYPTO = 0x06;
  private static final int CONNECTION_CLOSE = 0x1c;

  /** RFC 8446 section 4: a ServerHello message. */
  private static final int SERVER_HELLO = 2;

  /** RFC 8446 section 4.1.3: the random of a ServerHello that is a HelloRetryRequest. */
  private static final byte[] RETRY_RANDOM =
      HexFormat.of().parseHex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");

  private Frames() {}

  /** The beginning of a handshake message. */
  static byte[] crypto(byte[] message) {
    return new ByteWriter()
        .varint(CRYPTO)
        .varint(0)
        .varint(message.length)
        .bytes(message)
        .toByteArray();
  }

  /** Acknowledges one packet and ends the connection without an error. */
  static byte[] goodbye(long acknowledged) {
    return new ByteWriter()
        .varint(ACK)
        .varint(acknowledged)
        .varint(0)
        .varint(0)
        .varint(0)
        .varint(CONNECTION_CLOSE)
        .varint(0)
        .varint(0)
        .varint(0)
        .toByteArray();
  }

  /**
   * Reads what a server's Initial packet holds.
   *
   * @param greatest the greatest packet number that we have used
   */
  static Answer.Opened read(InitialPacket packet, long greatest) throws StepFailed {
    ByteReader in = new ByteReader(packet.payload());
    boolean acknowledges = false;
    boolean hello = false;
    boolean otherGroup = false;
    OptionalLong closed = OptionalLong.empty();
    while (in.hasRemaining()) {
      long type = in.varint();
      if (type == PADDING || type == PING) {
        continue;
      }
      if (type == ACK || type == ACK_ECN) {
        acknowledges |= acknowledgement(in, type == ACK_ECN) <= greatest;
      } else if (type == CRYPTO) {
        long offset = in.varint();
        ByteReader data = in.slice(in.varintLength());
        if (offset == 0 && data.hasRemaining() && data.u8() == SERVER_HELLO) {
          hello = true;
          otherGroup = isRetry(data);
        }
      } else if (type == CONNECTION_CLOSE) {
        closed = OptionalLong.of(in.varint());
        in.varint();
        in.skip(in.varintLength());
      } else {
        throw in.malformed("frame type " + type + " in an Initial packet");
      }
    }
    return new Answer.Opened(
        packet.header().source(), packet.number(), acknowledges, hello, otherGroup, closed);
  }

  /** Reads past an ACK frame (RFC 9000 section 19.3) and returns the greatest number in it. */
  private static long acknowledgement(ByteReader in, boolean counts) throws StepFailed {
    long greatest = in.varint();
    in.varint();
    long ranges = in.varint();
    in.varint();
    for (long i = 0; i < ranges; i++) {
      in.varint(); // Fails at the end of the packet, however many are promised.
      in.varint();
    }
    for (int i = 0; counts && i < 3; i++) {
      in.varint();
    }
    return greatest;
  }

  /** After the type of a ServerHello: length, version, random. */
  private static boolean isRetry(ByteReader hello) throws StepFailed {
    if (hello.remaining() < 5 + RETRY_RANDOM.length) {
      return false;
    }
    hello.skip(5);
    return Arrays.equals(hello.bytes(RETRY_RANDOM.length), RETRY_RANDOM);
  }
}
