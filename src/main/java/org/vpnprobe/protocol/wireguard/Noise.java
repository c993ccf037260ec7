package org.vpnprobe.protocol.wireguard;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.Blake2sDigest;
import org.bouncycastle.crypto.engines.ChaChaEngine;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.vpnprobe.net.wire.ByteWriter;

/** The functions of the WireGuard paper, section 5.4, under their names there. */
public final class Noise {
  public static final int INITIATION = 1;
  public static final int RESPONSE = 2;
  public static final int COOKIE_REPLY = 3;
  public static final int TRANSPORT = 4;

  public static final int INITIATION_SIZE = 148;
  public static final int RESPONSE_SIZE = 92;
  public static final int COOKIE_REPLY_SIZE = 64;

  /** An empty packet: header, counter, tag. */
  public static final int TRANSPORT_LEAST = 32;

  public static final int TAG = 16;
  public static final int MAC = 16;

  private static final byte[] CONSTRUCTION =
      "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] IDENTIFIER =
      "WireGuard v1 zx2c4 Jason@zx2c4.com".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LABEL_MAC1 = "mac1----".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LABEL_COOKIE = "cookie--".getBytes(StandardCharsets.US_ASCII);

  /** TAI64 of the Unix epoch as WireGuard writes it: 2^62 + 10. */
  private static final long TAI_EPOCH = (1L << 62) + 10;

  private Noise() {}

  /** HASH: BLAKE2s of the parts, 32 bytes. */
  public static byte[] hash(byte[]... parts) {
    Blake2sDigest digest = new Blake2sDigest(256);
    for (byte[] part : parts) {
      digest.update(part, 0, part.length);
    }
    byte[] out = new byte[32];
    digest.doFinal(out, 0);
    return out;
  }

  /** MAC: keyed BLAKE2s, 16 bytes. */
  public static byte[] mac(byte[] key, byte[] message) {
    Blake2sDigest digest = new Blake2sDigest(key, MAC, null, null);
    digest.update(message, 0, message.length);
    byte[] out = new byte[MAC];
    digest.doFinal(out, 0);
    return out;
  }

  private static byte[] hmac(byte[] key, byte[]... parts) {
    HMac hmac = new HMac(new Blake2sDigest(256));
    hmac.init(new KeyParameter(key));
    for (byte[] part : parts) {
      hmac.update(part, 0, part.length);
    }
    byte[] out = new byte[32];
    hmac.doFinal(out, 0);
    return out;
  }

  /** KDFn: n outputs of 32 bytes. */
  public static byte[][] kdf(int n, byte[] key, byte[] input) {
    byte[] secret = hmac(key, input);
    byte[][] outputs = new byte[n][];
    byte[] last = new byte[0];
    for (int i = 0; i < n; i++) {
      last = hmac(secret, last, new byte[] {(byte) (i + 1)});
      outputs[i] = last;
    }
    return outputs;
  }

  /** AEAD: ChaCha20-Poly1305, the counter as nonce. */
  public static byte[] seal(byte[] key, long counter, byte[] plain, byte[] additional) {
    try {
      return aead(true, key, nonce(counter), plain, additional);
    } catch (InvalidCipherTextException e) {
      throw new IllegalStateException("sealing does not fail", e);
    }
  }

  /** Opens a box; empty when it was not sealed with this key for this place. */
  public static Optional<byte[]> open(byte[] key, long counter, byte[] sealed, byte[] additional) {
    try {
      return Optional.of(aead(false, key, nonce(counter), sealed, additional));
    } catch (InvalidCipherTextException e) {
      return Optional.empty();
    }
  }

  private static byte[] nonce(long counter) {
    return new ByteWriter().zeros(4).u64le(counter).toByteArray();
  }

  private static byte[] aead(
      boolean seal, byte[] key, byte[] nonce, byte[] input, byte[] additional)
      throws InvalidCipherTextException {
    ChaCha20Poly1305 cipher = new ChaCha20Poly1305();
    cipher.init(seal, new AEADParameters(new KeyParameter(key), TAG * 8, nonce, additional));
    byte[] out = new byte[cipher.getOutputSize(input.length)];
    int length = cipher.processBytes(input, 0, input.length, out, 0);
    length += cipher.doFinal(out, length);
    return Arrays.copyOf(out, length);
  }

  /** XAEAD: XChaCha20-Poly1305 with a nonce of 24 bytes (draft-irtf-cfrg-xchacha). */
  public static byte[] xseal(byte[] key, byte[] nonce, byte[] plain, byte[] additional) {
    try {
      return aead(true, subkey(key, nonce), shortNonce(nonce), plain, additional);
    } catch (InvalidCipherTextException e) {
      throw new IllegalStateException("sealing does not fail", e);
    }
  }

  /** Opens what {@link #xseal} sealed; empty when it was not. */
  public static Optional<byte[]> xopen(byte[] key, byte[] nonce, byte[] sealed, byte[] additional) {
    try {
      return Optional.of(aead(false, subkey(key, nonce), shortNonce(nonce), sealed, additional));
    } catch (InvalidCipherTextException e) {
      return Optional.empty();
    }
  }

  private static byte[] shortNonce(byte[] nonce) {
    return new ByteWriter().zeros(4).bytes(Arrays.copyOfRange(nonce, 16, 24)).toByteArray();
  }

  /** HChaCha20: the rounds of ChaCha20 without the last addition, first and last row. */
  private static byte[] subkey(byte[] key, byte[] nonce) {
    int[] state = new int[16];
    state[0] = 0x61707865;
    state[1] = 0x3320646e;
    state[2] = 0x79622d32;
    state[3] = 0x6b206574;
    for (int i = 0; i < 8; i++) {
      state[4 + i] = word(key, 4 * i);
    }
    for (int i = 0; i < 4; i++) {
      state[12 + i] = word(nonce, 4 * i);
    }
    int[] mixed = new int[16];
    ChaChaEngine.chachaCore(20, state, mixed);
    ByteWriter out = new ByteWriter();
    for (int i : new int[] {0, 1, 2, 3, 12, 13, 14, 15}) {
      out.u32le((mixed[i] - state[i]) & 0xffffffffL);
    }
    return out.toByteArray();
  }

  private static int word(byte[] bytes, int at) {
    return (bytes[at] & 0xff)
        | (bytes[at + 1] & 0xff) << 8
        | (bytes[at + 2] & 0xff) << 16
        | (bytes[at + 3] & 0xff) << 24;
  }

  /** DH: X25519. */
  public static byte[] dh(byte[] privateKey, byte[] publicKey) {
    byte[] shared = new byte[32];
    // A shared secret of zeros comes from a hostile key; what it seals will not open elsewhere.
    X25519.scalarMult(privateKey, 0, publicKey, 0, shared, 0);
    return shared;
  }

  /** DH-GENERATE: the public half of a private key. */
  public static byte[] publicKey(byte[] privateKey) {
    byte[] key = new byte[32];
    X25519.scalarMultBase(privateKey, 0, key, 0);
    return key;
  }

  /** The key of mac1 towards the holder of this public key. */
  public static byte[] mac1Key(byte[] responderPublic) {
    return hash(LABEL_MAC1, responderPublic);
  }

  /** The key of cookie replies of the holder of this public key. */
  public static byte[] cookieKey(byte[] responderPublic) {
    return hash(LABEL_COOKIE, responderPublic);
  }

  /** The first chaining key. */
  public static byte[] initialKey() {
    return hash(CONSTRUCTION);
  }

  /** The first transcript hash, the identifier mixed in. */
  public static byte[] initialHash() {
    return hash(initialKey(), IDENTIFIER);
  }

  /**
   * TAI64N. The low 24 bits of the nanoseconds are cleared, as implementations do, so that the
   * machine's exact clock does not show.
   */
  public static byte[] timestamp(Instant now) {
    return new ByteWriter()
        .u64(TAI_EPOCH + now.getEpochSecond())
        .u32(now.getNano() & 0xff000000L)
        .toByteArray();
  }
}
