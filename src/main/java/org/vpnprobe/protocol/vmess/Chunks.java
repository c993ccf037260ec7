package org.vpnprobe.protocol.vmess;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.bouncycastle.crypto.digests.SHAKEDigest;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * One direction of a body in chunks: a masked length, sealed bytes, padding (v2ray-core,
 * proxy/vmess/encoding/auth.go, common/crypto/auth.go). Chunks are made and opened in order. A
 * chunk without bytes ends the direction.
 */
public final class Chunks {
  /**
   * What stands behind a length.
   *
   * @param sealed bytes to open
   * @param padding bytes to skip after them
   */
  public record Size(int sealed, int padding) {}

  /** What v2ray puts into one chunk at most: its buffer, less what surrounds it. */
  private static final int LONGEST = 2048 - 2 - Aead.TAG - 64;

  /** Less than 64 bytes of padding. */
  private static final int PADDING = 64;

  private static final byte[] NOTHING = new byte[0];

  private final Security security;
  private final byte[] key;
  private final byte[] nonce;
  private final SHAKEDigest masks = new SHAKEDigest(128);
  private int count;

  /**
   * @param key 16 bytes
   * @param iv 16 bytes
   */
  Chunks(Security security, byte[] key, byte[] iv) {
    this.security = security;
    this.key = security == Security.CHACHA20_POLY1305 ? doubled(key) : key;
    this.nonce = Arrays.copyOf(iv, 12);
    masks.update(iv, 0, iv.length);
  }

  /** GenerateChacha20Poly1305Key: the MD5 of the key, and the MD5 of that. */
  private static byte[] doubled(byte[] key) {
    byte[] first = Kdf.md5(key);
    return ByteBuffer.allocate(32).put(first).put(Kdf.md5(first)).array();
  }

  /** Bytes in as many chunks as they need; at least one. */
  public byte[] seal(byte[] bytes, RandomGenerator random) {
    ByteWriter chunks = new ByteWriter();
    int from = 0;
    do {
      int to = Math.min(bytes.length, from + LONGEST);
      chunk(Arrays.copyOfRange(bytes, from, to), random, chunks);
      from = to;
    } while (from < bytes.length);
    return chunks.toByteArray();
  }

  private void chunk(byte[] plain, RandomGenerator random, ByteWriter into) {
    byte[] padding = new byte[security.padded() ? mask() % PADDING : 0];
    random.nextBytes(padding);
    byte[] sealed =
        switch (security) {
          case AES_128_GCM -> Aead.AES_128_GCM.seal(key, nextNonce(), plain, NOTHING);
          case CHACHA20_POLY1305 -> Aead.CHACHA20_POLY1305.seal(key, nextNonce(), plain, NOTHING);
          case NONE, ZERO -> plain;
        };
    into.u16((sealed.length + padding.length) ^ mask()).bytes(sealed).bytes(padding);
  }

  /**
   * What the next length means.
   *
   * @throws StepFailed {@code proto_malformed_reply}
   */
  public Size size(int masked) throws StepFailed {
    int padding = security.padded() ? mask() % PADDING : 0;
    int sealed = (masked ^ mask()) - padding;
    if (sealed < overhead()) {
      throw new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, "a chunk is shorter than its tag");
    }
    return new Size(sealed, padding);
  }

  /**
   * Opens a chunk.
   *
   * @return no bytes at the end of the direction
   * @throws StepFailed {@code proto_malformed_reply} when it is not sealed with the key
   */
  public byte[] open(byte[] sealed) throws StepFailed {
    return switch (security) {
      case AES_128_GCM -> opened(Aead.AES_128_GCM, sealed);
      case CHACHA20_POLY1305 -> opened(Aead.CHACHA20_POLY1305, sealed);
      case NONE, ZERO -> sealed;
    };
  }

  private byte[] opened(Aead aead, byte[] sealed) throws StepFailed {
    return aead.open(key, nextNonce(), sealed, NOTHING)
        .orElseThrow(() ->
            new StepFailed(
                FailureKind.PROTO_MALFORMED_REPLY, "a chunk is not sealed with our key"));
  }

  private int overhead() {
    return security.padded() ? Aead.TAG : 0;
  }

  private int mask() {
    byte[] next = new byte[2];
    masks.doOutput(next, 0, 2);
    return (next[0] & 0xff) << 8 | next[1] & 0xff;
  }

  private byte[] nextNonce() {
    nonce[0] = (byte) (count >> 8);
    nonce[1] = (byte) count;
    count++;
    return nonce.clone();
  }
}
