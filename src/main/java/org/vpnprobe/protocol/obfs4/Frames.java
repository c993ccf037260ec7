package org.vpnprobe.protocol.obfs4;

import java.security.MessageDigest;
import java.util.Arrays;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * One direction of the frames (obfs4-spec sections 5 and 6): a hidden length, then a NaCl secretbox
 * with one packet. Frames are sealed, or opened, strictly in order.
 */
public final class Frames {
  /**
   * A packet.
   *
   * @param type {@link #DATA}, {@link #SEED} or one to ignore
   */
  public record Packet(int type, byte[] payload) {}

  /** TYPE_PAYLOAD. */
  public static final int DATA = 0;

  /** TYPE_PRNG_SEED. */
  public static final int SEED = 1;

  /** Bytes of a seed. */
  public static final int SEED_LENGTH = 24;

  /** Bytes of the hidden length. */
  public static final int LENGTH = 2;

  /** MaximumSegmentLength: what fits a TCP segment on Ethernet. */
  static final int LONGEST_FRAME = 1448;

  /** Type and length of the payload. */
  private static final int PACKET_HEAD = 3;

  /** What a frame has beside payload and padding. */
  static final int OVERHEAD = LENGTH + 16 + PACKET_HEAD;

  /** MaximumPacketPayloadLength. */
  public static final int MOST_PAYLOAD = LONGEST_FRAME - OVERHEAD;

  /** Key material of one direction: box key, nonce prefix, SipHash key, SipHash's first block. */
  public static final int KEY_LENGTH = 32 + 16 + 16 + 8;

  private static final int TAG = 16;
  private static final int PREFIX = 16;

  private final byte[] key;
  private final byte[] prefix;
  private final LengthMasks masks;
  private long counter = 1;

  /**
   * @param material the 72 bytes of this direction
   */
  public Frames(byte[] material) {
    if (material.length != KEY_LENGTH) {
      throw new IllegalArgumentException("72 bytes");
    }
    this.key = Arrays.copyOf(material, 32);
    this.prefix = Arrays.copyOfRange(material, 32, 48);
    this.masks =
        new LengthMasks(
            Arrays.copyOfRange(material, 48, 64), Arrays.copyOfRange(material, 64, KEY_LENGTH));
  }

  /**
   * Seals a packet.
   *
   * @param padding zeros to hide the payload's length
   */
  public byte[] seal(int type, byte[] payload, int padding) {
    byte[] packet =
        new ByteWriter().u8(type).u16(payload.length).bytes(payload).zeros(padding).toByteArray();
    XSalsa20Engine cipher = cipher();
    byte[] oneTimeKey = oneTimeKey(cipher);
    byte[] sealed = new byte[packet.length];
    cipher.processBytes(packet, 0, packet.length, sealed, 0);
    byte[] tag = tag(oneTimeKey, sealed, 0);
    int length = TAG + sealed.length;
    return new ByteWriter().u16(length ^ masks.next()).bytes(tag).bytes(sealed).toByteArray();
  }

  /**
   * Uncovers the length of the next frame.
   *
   * @param hidden its first two bytes
   * @return how many bytes follow
   * @throws StepFailed {@code proto_malformed_reply} when no frame is so long or so short
   */
  public int length(byte[] hidden) throws StepFailed {
    int length = new ByteReader(hidden).u16() ^ masks.next();
    if (length < TAG + PACKET_HEAD || length > LONGEST_FRAME - LENGTH) {
      throw new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, "a frame with a wrong length");
    }
    return length;
  }

  /**
   * Opens what follows a length.
   *
   * @throws StepFailed {@code proto_malformed_reply} when it was not sealed with these keys
   */
  public Packet open(byte[] box) throws StepFailed {
    if (box.length < TAG) {
      throw new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, "a frame without its tag");
    }
    XSalsa20Engine cipher = cipher();
    byte[] oneTimeKey = oneTimeKey(cipher);
    if (!MessageDigest.isEqual(Arrays.copyOf(box, TAG), tag(oneTimeKey, box, TAG))) {
      throw new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, "a frame does not open");
    }
    byte[] packet = new byte[box.length - TAG];
    cipher.processBytes(box, TAG, packet.length, packet, 0);
    ByteReader in = new ByteReader(packet);
    int type = in.u8();
    return new Packet(type, in.bytes(in.u16()));
  }

  /** Of the next frame: the prefix and a big-endian counter from 1. */
  private XSalsa20Engine cipher() {
    XSalsa20Engine cipher = new XSalsa20Engine();
    byte[] nonce = new ByteWriter().bytes(prefix).u64(counter).toByteArray();
    counter++;
    cipher.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
    return cipher;
  }

  /** NaCl's secretbox: the key stream's first 32 bytes are Poly1305's key. */
  private static byte[] oneTimeKey(XSalsa20Engine cipher) {
    byte[] oneTimeKey = new byte[32];
    cipher.processBytes(new byte[32], 0, 32, oneTimeKey, 0);
    return oneTimeKey;
  }

  private static byte[] tag(byte[] oneTimeKey, byte[] sealed, int from) {
    Poly1305 poly = new Poly1305();
    poly.init(new KeyParameter(oneTimeKey));
    poly.update(sealed, from, sealed.length - from);
    byte[] tag = new byte[TAG];
    poly.doFinal(tag, 0);
    return tag;
  }
}
