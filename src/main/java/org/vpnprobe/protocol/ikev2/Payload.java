package org.vpnprobe.protocol.ikev2;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * One payload without its generic header (RFC 7296 section 3.2).
 *
 * @param type as in {@link Ike}
 */
public record Payload(int type, byte[] body) {
  static final int HEADER = 4;

  /** More than any real message holds: a certificate chain and a dozen notifications. */
  private static final int MAX_PAYLOADS = 64;

  private static final int CRITICAL = 0x80;
  private static final int FIRST_KNOWN = 33;
  private static final int LAST_KNOWN = 54;

  /** The type that a header in front of these payloads names. */
  static int first(List<Payload> payloads) {
    return payloads.isEmpty() ? 0 : payloads.getFirst().type();
  }

  /** Writes the payloads with their generic headers. */
  static byte[] encode(List<Payload> payloads) {
    ByteWriter out = new ByteWriter();
    for (int i = 0; i < payloads.size(); i++) {
      byte[] body = payloads.get(i).body();
      int next = i + 1 < payloads.size() ? payloads.get(i + 1).type() : 0;
      out.u8(next).u8(0).u16(HEADER + body.length).bytes(body);
    }
    return out.toByteArray();
  }

  /**
   * Reads a chain of payloads to its end.
   *
   * @param first type of the first payload
   * @throws StepFailed {@code proto_malformed_reply} for a broken chain or bytes behind it, {@code
   *     ike_notify} for a critical payload that we do not know
   */
  static List<Payload> decode(int first, ByteReader in) throws StepFailed {
    List<Payload> payloads = new ArrayList<>();
    int type = first;
    while (type != 0) {
      if (payloads.size() == MAX_PAYLOADS) {
        throw in.malformed("more than " + MAX_PAYLOADS + " payloads");
      }
      int next = in.u8();
      boolean critical = (in.u8() & CRITICAL) != 0;
      int length = in.u16();
      if (length < HEADER) {
        throw in.malformed("a payload of " + length + " bytes");
      }
      if (critical && (type < FIRST_KNOWN || type > LAST_KNOWN)) {
        throw new StepFailed(
            FailureKind.PROTO_MALFORMED_REPLY, "a critical payload of unknown type " + type);
      }
      payloads.add(new Payload(type, in.bytes(length - HEADER)));
      type = next;
    }
    if (in.hasRemaining()) {
      throw in.malformed(in.remaining() + " bytes behind the last payload");
    }
    return payloads;
  }

  /** The first payload of this type. */
  public static Optional<Payload> find(List<Payload> payloads, int type) {
    return payloads.stream().filter(payload -> payload.type() == type).findFirst();
  }

  /** The body of the first payload of this type; {@code proto_malformed_reply} without one. */
  public static byte[] require(List<Payload> payloads, int type, String name) throws StepFailed {
    return find(payloads, type)
        .map(Payload::body)
        .orElseThrow(
            () -> new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, "the reply holds no " + name));
  }

  @Override
  public String toString() {
    return "Payload[" + type + ", " + body.length + " bytes]";
  }
}
