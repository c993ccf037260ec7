package org.vpnprobe.protocol.openvpn;

import java.security.MessageDigest;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * What protects control packets on the wire. Not thread-safe: sealing counts packets for the other
 * side's replay protection.
 */
public sealed interface ControlWrap permits PlainWrap, TlsAuthWrap, TlsCryptWrap {
  /** The packet as it is sent. */
  byte[] seal(ControlPacket packet);

  /**
   * The packet in these bytes.
   *
   * @throws StepFailed {@code proto_unexpected_reply} when it is no control packet, {@code
   *     auth_wrong_server_key} when it does not verify under the static key, {@code
   *     proto_malformed_reply} when it is too short
   */
  ControlPacket open(byte[] packet) throws StepFailed;

  /** Packet id and time of the replay protection: 4 bytes each. */
  static byte[] replayId(long packetId, long unixSeconds) {
    return new ByteWriter().u32(packetId).u32(unixSeconds).toByteArray();
  }

  /** First byte and session id. */
  static byte[] head(ControlPacket packet) {
    return new ByteWriter().u8(packet.firstByte()).u64(packet.session()).toByteArray();
  }

  /** Fails unless the two tags are equal, in constant time. */
  static void verify(byte[] computed, byte[] received) throws StepFailed {
    if (!MessageDigest.isEqual(computed, received)) {
      throw new StepFailed(
          FailureKind.AUTH_WRONG_SERVER_KEY,
          "a control packet came that does not verify under the static key");
    }
  }

  /** A reader behind the first byte, which has been checked to be a control packet's. */
  static ByteReader control(byte[] packet) throws StepFailed {
    ByteReader reader = new ByteReader(packet);
    ControlPacket.controlOpcode(reader.u8());
    return reader;
  }
}
