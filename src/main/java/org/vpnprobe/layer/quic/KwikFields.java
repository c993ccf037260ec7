package org.vpnprobe.layer.quic;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;
import tech.kwik.qpack.Decoder;

/**
 * Field sections of HTTP/3 (QPACK, RFC 9204), without a dynamic table. The library that decodes
 * them believes every length it reads; so all are checked before it sees them. It is not asked to
 * encode: it gets a length of 255 wrong.
 */
final class KwikFields {
  /** RFC 9204 appendix A: the last entry of the static table. */
  private static final int LAST_STATIC = 98;

  /** Made once: making one fills a table that all share, without a lock. Keeps no state. */
  private static final Decoder DECODER = Decoder.newBuilder().build();

  private KwikFields() {}

  /** A field section of literals (RFC 9204 section 4.5.6), which every decoder takes. */
  static byte[] encode(List<Map.Entry<String, String>> fields) {
    ByteWriter out = new ByteWriter().u8(0).u8(0);
    for (Map.Entry<String, String> field : fields) {
      literal(out, 0x20, 3, field.getKey());
      literal(out, 0x00, 7, field.getValue());
    }
    return out.toByteArray();
  }

  private static void literal(ByteWriter out, int pattern, int prefix, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    int most = (1 << prefix) - 1;
    if (bytes.length < most) {
      out.u8(pattern | bytes.length);
    } else {
      out.u8(pattern | most);
      int rest = bytes.length - most;
      for (; rest >= 0x80; rest >>= 7) {
        out.u8(rest & 0x7f | 0x80);
      }
      out.u8(rest);
    }
    out.bytes(bytes);
  }

  /**
   * @throws StepFailed {@code proto_malformed_reply}
   */
  static List<Map.Entry<String, String>> decode(byte[] section) throws StepFailed {
    check(new ByteReader(section));
    try {
      return DECODER.decodeStream(new ByteArrayInputStream(section));
    } catch (IOException | RuntimeException e) {
      throw new StepFailed(
          FailureKind.PROTO_MALFORMED_REPLY,
          null,
          "the server's field section breaks the rules of QPACK",
          null,
          e);
    }
  }

  /** RFC 9204 section 4.5. */
  private static void check(ByteReader in) throws StepFailed {
    if (in.u8() != 0) {
      throw in.malformed("a field section refers to a dynamic table that we do not allow");
    }
    integer(in, in.u8(), 7);
    while (in.hasRemaining()) {
      int first = in.u8();
      if ((first & 0xc0) == 0xc0) {
        index(in, first, 6);
      } else if ((first & 0xd0) == 0x50) {
        index(in, first, 4);
        string(in, in.u8(), 7);
      } else if ((first & 0xe0) == 0x20) {
        string(in, first, 3);
        string(in, in.u8(), 7);
      } else {
        throw in.malformed("a field line refers to a dynamic table that we do not allow");
      }
    }
  }

  private static void index(ByteReader in, int first, int prefix) throws StepFailed {
    if (integer(in, first, prefix) > LAST_STATIC) {
      throw in.malformed("a field line beyond the static table");
    }
  }

  private static void string(ByteReader in, int first, int prefix) throws StepFailed {
    in.skip(integer(in, first, prefix));
  }

  /** RFC 7541 section 5.1, as far as three more bytes reach. */
  private static int integer(ByteReader in, int first, int prefix) throws StepFailed {
    int most = (1 << prefix) - 1;
    int value = first & most;
    if (value < most) {
      return value;
    }
    for (int shift = 0; shift < 21; shift += 7) {
      int next = in.u8();
      value += (next & 0x7f) << shift;
      if ((next & 0x80) == 0) {
        return value;
      }
    }
    throw in.malformed("an integer of QPACK without an end");
  }
}
