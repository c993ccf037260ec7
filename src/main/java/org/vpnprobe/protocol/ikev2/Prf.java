package org.vpnprobe.protocol.ikev2;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.vpnprobe.net.wire.ByteWriter;

/** The pseudo-random functions (RFC 7296 section 3.3.2, RFC 4868), and prf+. */
public enum Prf {
  HMAC_SHA2_256(5, "HmacSHA256", 32),
  HMAC_SHA2_384(6, "HmacSHA384", 48),
  HMAC_SHA2_512(7, "HmacSHA512", 64),
  HMAC_SHA1(2, "HmacSHA1", 20);

  private final int id;
  private final String algorithm;
  private final int length;

  Prf(int id, String algorithm, int length) {
    this.id = id;
    this.algorithm = algorithm;
    this.length = length;
  }

  /** The IANA number. */
  public int id() {
    return id;
  }

  /** Bytes of its output, and of the keys made for it. */
  public int length() {
    return length;
  }

  /** prf(key, parts one after the other). */
  public byte[] apply(byte[] key, byte[]... parts) {
    return mac(algorithm, key, parts);
  }

  /** {@code length} bytes of prf+ (RFC 7296 section 2.13). */
  public byte[] plus(byte[] key, byte[] seed, int length) {
    ByteWriter out = new ByteWriter();
    byte[] block = new byte[0];
    for (int i = 1; out.size() < length; i++) {
      if (i > 255) {
        throw new IllegalArgumentException("prf+ gives at most 255 blocks");
      }
      block = apply(key, block, seed, new byte[] {(byte) i});
      out.bytes(block);
    }
    return Arrays.copyOf(out.toByteArray(), length);
  }

  static byte[] mac(String algorithm, byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      // JCA refuses an empty key; HMAC pads it with zeros, so that one zero is the same key.
      mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, algorithm));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }
}
