package org.vpnprobe.protocol.openvpn;

import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * {@code tls-crypt} and, with a client key of its own, {@code tls-crypt-v2}: first byte, session
 * id, packet id 4, time 4, tag 32, encrypted rest. The tag is HMAC-SHA256 over everything before it
 * and the plaintext rest; its first half is the IV of AES-256-CTR.
 */
public final class TlsCryptWrap implements ControlWrap {
  /** A tls-crypt-v2 client's first packet id: it understands early negotiation (2.6, ssl_pkt.h). */
  private static final long EARLY_NEGOTIATION = 0x0f000000;

  private static final int KEY = 32;
  private static final int TAG = 32;
  private static final int IV = 16;

  private final byte[] sendCipher;
  private final byte[] sendHmac;
  private final byte[] receiveCipher;
  private final byte[] receiveHmac;
  private final byte[] wrappedKey;
  private final Clock clock;
  private long packetId;

  private TlsCryptWrap(StaticKey key, int out, byte[] wrappedKey, long packetId, Clock clock) {
    this.sendCipher = key.cipher(out, KEY);
    this.sendHmac = key.hmac(out, KEY);
    this.receiveCipher = key.cipher(1 - out, KEY);
    this.receiveHmac = key.hmac(1 - out, KEY);
    this.wrappedKey = wrappedKey;
    this.packetId = packetId;
    this.clock = clock;
  }

  /** The client's side of tls-crypt: it sends with key 1 and receives with key 0. */
  public static TlsCryptWrap client(StaticKey key, Clock clock) {
    return new TlsCryptWrap(key, 1, new byte[0], 0, clock);
  }

  /** The client's side of tls-crypt-v2, which shows its wrapped key where the opcode says so. */
  public static TlsCryptWrap client(TlsCryptV2Key key, Clock clock) {
    return new TlsCryptWrap(key.key(), 1, key.wrapped(), EARLY_NEGOTIATION, clock);
  }

  /** The server's side of both; of tls-crypt-v2 once the client key is known. */
  public static TlsCryptWrap server(StaticKey key, Clock clock) {
    return new TlsCryptWrap(key, 0, new byte[0], 0, clock);
  }

  @Override
  public byte[] seal(ControlPacket packet) {
    byte[] head = ControlWrap.head(packet);
    byte[] replayId = ControlWrap.replayId(++packetId, clock.instant().getEpochSecond());
    byte[] rest = packet.rest();
    byte[] tag = Digest.SHA256.hmac(sendHmac, head, replayId, rest);
    boolean withKey =
        packet.opcode() == Opcode.HARD_RESET_CLIENT_V3 || packet.opcode() == Opcode.CONTROL_WKC_V1;
    return new ByteWriter()
        .bytes(head)
        .bytes(replayId)
        .bytes(tag)
        .bytes(ctr(sendCipher, tag, rest))
        .bytes(withKey ? wrappedKey : new byte[0])
        .toByteArray();
  }

  @Override
  public ControlPacket open(byte[] packet) throws StepFailed {
    ByteReader reader = ControlWrap.control(packet);
    long session = reader.u64();
    byte[] replayId = reader.bytes(8);
    byte[] tag = reader.bytes(TAG);
    byte[] rest = ctr(receiveCipher, tag, reader.rest());
    byte[] head = new ByteWriter().u8(packet[0]).u64(session).toByteArray();
    ControlWrap.verify(Digest.SHA256.hmac(receiveHmac, head, replayId, rest), tag);
    return ControlPacket.decode(packet[0], session, rest);
  }

  static byte[] ctr(byte[] key, byte[] tag, byte[] data) {
    try {
      Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(key, "AES"),
          new IvParameterSpec(Arrays.copyOf(tag, IV)));
      return cipher.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-CTR", e);
    }
  }
}
