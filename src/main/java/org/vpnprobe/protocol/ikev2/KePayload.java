package org.vpnprobe.protocol.ikev2;

import org.vpnprobe.layer.ike.KeyExchange;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/** The KE payload (RFC 7296 section 3.4). */
public final class KePayload {
  private KePayload() {}

  /** Our public value. */
  public static Payload of(KeyExchange ours) {
    ByteWriter body = new ByteWriter().u16(ours.group().id()).u16(0).bytes(ours.publicValue());
    return new Payload(Ike.KE, body.toByteArray());
  }

  /**
   * The shared secret with the other side's payload.
   *
   * @throws StepFailed {@code proto_malformed_reply} for another group or a value outside it
   */
  public static byte[] agree(KeyExchange ours, byte[] theirs) throws StepFailed {
    ByteReader in = new ByteReader(theirs);
    int group = in.u16();
    in.skip(2);
    if (group != ours.group().id()) {
      throw new StepFailed(
          FailureKind.PROTO_MALFORMED_REPLY,
          "key exchange: group " + group + " instead of " + ours.group().id());
    }
    return ours.agree(in.rest());
  }
}
