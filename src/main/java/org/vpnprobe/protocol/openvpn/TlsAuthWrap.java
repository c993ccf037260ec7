package org.vpnprobe.protocol.openvpn;

import java.time.Clock;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * {@code tls-auth}: first byte, session id, HMAC, packet id 4, time 4, rest. The HMAC covers packet
 * id, time, first byte, session id, rest, in this order.
 */
public final class TlsAuthWrap implements ControlWrap {
  private final Digest digest;
  private final byte[] sendKey;
  private final byte[] receiveKey;
  private final Clock clock;
  private long packetId;

  private TlsAuthWrap(Digest digest, byte[] sendKey, byte[] receiveKey, Clock clock) {
    this.digest = digest;
    this.sendKey = sendKey;
    this.receiveKey = receiveKey;
    this.clock = clock;
  }

  /**
   * The wrapping of one side.
   *
   * @param direction this side's {@code key-direction}: 0 or 1, or -1 for none, when one key serves
   *     both ways
   */
  public static TlsAuthWrap of(StaticKey key, int direction, Digest digest, Clock clock) {
    int out = direction == 1 ? 1 : 0;
    int in = direction < 0 ? 0 : 1 - out;
    return new TlsAuthWrap(
        digest, key.hmac(out, digest.length()), key.hmac(in, digest.length()), clock);
  }

  @Override
  public byte[] seal(ControlPacket packet) {
    byte[] replayId = ControlWrap.replayId(++packetId, clock.instant().getEpochSecond());
    byte[] head = ControlWrap.head(packet);
    byte[] rest = packet.rest();
    return new ByteWriter()
        .bytes(head)
        .bytes(digest.hmac(sendKey, replayId, head, rest))
        .bytes(replayId)
        .bytes(rest)
        .toByteArray();
  }

  @Override
  public ControlPacket open(byte[] packet) throws StepFailed {
    ByteReader reader = ControlWrap.control(packet);
    long session = reader.u64();
    byte[] tag = reader.bytes(digest.length());
    byte[] replayId = reader.bytes(8);
    byte[] rest = reader.rest();
    byte[] head = new ByteWriter().u8(packet[0]).u64(session).toByteArray();
    ControlWrap.verify(digest.hmac(receiveKey, replayId, head, rest), tag);
    return ControlPacket.decode(packet[0], session, rest);
  }
}
