package org.vpnprobe.protocol.openvpn;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * One control packet without its wrapping. On the wire: first byte, session id 8, and the <em>rest
 * </em>, which the wrappings protect: ack count 1, acks 4 each, peer session id 8 (only with acks),
 * packet id 4 (absent in ACK_V1), payload.
 *
 * @param session the sender's session id
 * @param acks packet ids acknowledged, at most {@value #MAX_ACKS}
 * @param peer the receiver's session id; only meaningful when {@code acks} is not empty
 * @param message what is to be acknowledged, null in an ACK_V1
 */
public record ControlPacket(
    Opcode opcode, int keyId, long session, List<Long> acks, long peer, @Nullable Message message) {

  /** RELIABLE_ACK_SIZE of the reference implementation. */
  public static final int MAX_ACKS = 8;

  /**
   * A numbered message of the reliability layer.
   *
   * @param id the packet id, unsigned 32 bits, from 0 on
   */
  public record Message(Opcode opcode, long id, byte[] payload) {}

  public ControlPacket {
    acks = List.copyOf(acks);
    if ((message == null) != (opcode == Opcode.ACK_V1)) {
      throw new IllegalArgumentException("only ACK_V1 carries no message");
    }
  }

  /** A packet of key id 0, the only one a session without renegotiation uses. */
  public static ControlPacket of(
      Opcode opcode, long session, List<Long> acks, long peer, @Nullable Message message) {
    return new ControlPacket(opcode, 0, session, acks, peer, message);
  }

  public int firstByte() {
    return opcode.firstByte(keyId);
  }

  /** Everything behind the session id. */
  public byte[] rest() {
    ByteWriter rest = new ByteWriter().u8(acks.size());
    acks.forEach(rest::u32);
    if (!acks.isEmpty()) {
      rest.u64(peer);
    }
    if (message != null) {
      rest.u32(message.id()).bytes(message.payload());
    }
    return rest.toByteArray();
  }

  /**
   * Reads what {@link #rest()} wrote.
   *
   * @throws StepFailed {@code proto_unexpected_reply} for a first byte that no control packet has,
   *     {@code proto_malformed_reply} for a broken one
   */
  public static ControlPacket decode(int firstByte, long session, byte[] rest) throws StepFailed {
    Opcode opcode = controlOpcode(firstByte);
    ByteReader reader = new ByteReader(rest);
    int count = reader.u8();
    if (count > MAX_ACKS) {
      throw reader.malformed(count + " acknowledgements, at most " + MAX_ACKS);
    }
    List<Long> acks = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      acks.add(reader.u32());
    }
    long peer = count == 0 ? 0 : reader.u64();
    Message message =
        opcode == Opcode.ACK_V1 ? null : new Message(opcode, reader.u32(), reader.rest());
    return new ControlPacket(opcode, firstByte & 7, session, acks, peer, message);
  }

  static Opcode controlOpcode(int firstByte) throws StepFailed {
    return Opcode.of(firstByte)
        .filter(found -> !found.isData())
        .orElseThrow(() ->
            new StepFailed(
                FailureKind.PROTO_UNEXPECTED_REPLY,
                "first byte 0x%02x is no OpenVPN control packet".formatted(firstByte & 0xff)));
  }
}
