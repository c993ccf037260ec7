package org.vpnprobe.protocol.ikev1;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * One ISAKMP message (RFC 2408 section 3.1): its header, and the payloads where they are in the
 * clear.
 *
 * @param exchange {@link #MAIN}, {@link #AGGRESSIVE} or {@link #INFORMATIONAL}
 * @param body what stands behind the header: payloads, or their ciphertext
 */
public record Isakmp(
    long initiator, long responder, int first, int exchange, int flags, long id, byte[] body) {
  /** Exchange types (RFC 2408 section 3.1). */
  public static final int MAIN = 2;

  public static final int AGGRESSIVE = 4;
  public static final int INFORMATIONAL = 5;

  /** Flag: the body is encrypted. */
  public static final int ENCRYPTED = 1;

  /** Payload types (RFC 2408 section 3.1, RFC 3947 section 3.2). */
  public static final int SA = 1;

  public static final int KE = 4;
  public static final int ID = 5;
  public static final int HASH = 8;
  public static final int NONCE = 10;
  public static final int NOTIFY = 11;
  public static final int DELETE = 12;
  public static final int VENDOR = 13;
  public static final int NAT_D = 20;

  /** RFC 3947 section 3.1: MD5 of "RFC 3947". SoftEther answers nobody without it. */
  public static final byte[] NAT_T = HexFormat.of().parseHex("4a131c81070358455c5728f20e95452f");

  /** RFC 3706 section 5.1: dead peer detection, which every client of today has. */
  static final byte[] DPD = HexFormat.of().parseHex("afcad71368a1f1c96b8696fc77570100");

  /** The domain of interpretation of IPsec and its situation "identity only" (RFC 2407). */
  static final int DOI = 1;

  /** The protocol that is negotiated: ISAKMP itself. */
  static final int PROTOCOL = 1;

  private static final int VERSION = 0x10;
  private static final int HEADER = 28;

  /** More than any real message holds. */
  private static final int MOST_PAYLOADS = 64;

  /**
   * One payload without its generic header.
   *
   * @param type one of the constants
   */
  public record Payload(int type, byte[] body) {
    @Override
    public String toString() {
      return "Payload[" + type + ", " + body.length + " bytes]";
    }
  }

  /** A message in the clear. */
  public static Isakmp clear(long initiator, long responder, int exchange, List<Payload> payloads) {
    return new Isakmp(
        initiator,
        responder,
        payloads.isEmpty() ? 0 : payloads.getFirst().type(),
        exchange,
        0,
        0,
        chain(payloads));
  }

  /** The payloads with their generic headers (RFC 2408 section 3.2). */
  public static byte[] chain(List<Payload> payloads) {
    ByteWriter out = new ByteWriter();
    for (int i = 0; i < payloads.size(); i++) {
      int next = i + 1 < payloads.size() ? payloads.get(i + 1).type() : 0;
      byte[] body = payloads.get(i).body();
      out.u8(next).u8(0).u16(4 + body.length).bytes(body);
    }
    return out.toByteArray();
  }

  /** The bytes without a non-ESP marker. */
  public byte[] encode() {
    return new ByteWriter()
        .u64(initiator)
        .u64(responder)
        .u8(first)
        .u8(VERSION)
        .u8(exchange)
        .u8(flags)
        .u32(id)
        .u32(HEADER + body.length)
        .bytes(body)
        .toByteArray();
  }

  /**
   * Reads a header and keeps what stands behind it.
   *
   * @throws StepFailed {@code proto_unexpected_reply} for what is no IKEv1 message of that length
   */
  public static Isakmp decode(byte[] message) throws StepFailed {
    if (message.length < HEADER || message[17] != VERSION) {
      throw new StepFailed(FailureKind.PROTO_UNEXPECTED_REPLY, "the answer is no IKEv1 message");
    }
    ByteReader in = new ByteReader(message);
    long initiator = in.u64();
    long responder = in.u64();
    int first = in.u8();
    in.skip(1);
    int exchange = in.u8();
    int flags = in.u8();
    long id = in.u32();
    long length = in.u32();
    if (length != message.length) {
      throw new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY,
          "the header says " + length + " bytes, " + message.length + " came");
    }
    return new Isakmp(initiator, responder, first, exchange, flags, id, in.rest());
  }

  public boolean isEncrypted() {
    return (flags & ENCRYPTED) != 0;
  }

  /** The payloads of a message in the clear. */
  public List<Payload> payloads() throws StepFailed {
    return payloads(first, body);
  }

  /**
   * Reads a chain of payloads. Bytes behind it are padding.
   *
   * @throws StepFailed {@code proto_malformed_reply} for a broken chain
   */
  public static List<Payload> payloads(int first, byte[] chain) throws StepFailed {
    ByteReader in = new ByteReader(chain);
    List<Payload> payloads = new ArrayList<>();
    for (int type = first; type != 0; ) {
      if (payloads.size() == MOST_PAYLOADS) {
        throw in.malformed("more than " + MOST_PAYLOADS + " payloads");
      }
      int next = in.u8();
      in.skip(1);
      int length = in.u16();
      if (length < 4) {
        throw in.malformed("a payload of " + length + " bytes");
      }
      payloads.add(new Payload(type, in.bytes(length - 4)));
      type = next;
    }
    return payloads;
  }

  /** The body of the first payload of a type. */
  public static Optional<byte[]> find(List<Payload> payloads, int type) {
    return payloads.stream().filter(p -> p.type() == type).map(Payload::body).findFirst();
  }

  /** The same; {@code proto_malformed_reply} when there is none. */
  public static byte[] require(List<Payload> payloads, int type, String what) throws StepFailed {
    return find(payloads, type)
        .orElseThrow(
            () -> new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, "the reply holds no " + what));
  }

  /** The type of the first notification, 0 when there is none (RFC 2408 section 3.14). */
  public static int notification(List<Payload> payloads) throws StepFailed {
    Optional<byte[]> body = find(payloads, NOTIFY);
    if (body.isEmpty()) {
      return 0;
    }
    ByteReader in = new ByteReader(body.get());
    in.skip(6);
    return in.u16();
  }

  /** A notification as it stands in reports: {@code 14:NO_PROPOSAL_CHOSEN} (section 3.14.1). */
  public static String notificationName(int type) {
    return switch (type) {
      case 1 -> "1:INVALID_PAYLOAD_TYPE";
      case 14 -> "14:NO_PROPOSAL_CHOSEN";
      case 16 -> "16:PAYLOAD_MALFORMED";
      case 18 -> "18:INVALID_ID_INFORMATION";
      case 23 -> "23:INVALID_HASH_INFORMATION";
      case 24 -> "24:AUTHENTICATION_FAILED";
      case 29 -> "29:UNSUPPORTED_EXCHANGE_TYPE";
      default -> String.valueOf(type);
    };
  }

  @Override
  public String toString() {
    return "Isakmp[exchange " + exchange + ", " + body.length + " bytes]";
  }
}
