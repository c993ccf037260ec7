package org.vpnprobe.protocol.ikev2;

import java.util.Arrays;

/** The integrity algorithms beside AES-CBC (RFC 2404, RFC 4868). */
public enum Integrity {
  HMAC_SHA2_256_128(12, "HmacSHA256", 32, 16),
  HMAC_SHA2_384_192(13, "HmacSHA384", 48, 24),
  HMAC_SHA2_512_256(14, "HmacSHA512", 64, 32),
  HMAC_SHA1_96(2, "HmacSHA1", 20, 12);

  private final int id;
  private final String algorithm;
  private final int keyLength;
  private final int length;

  Integrity(int id, String algorithm, int keyLength, int length) {
    this.id = id;
    this.algorithm = algorithm;
    this.keyLength = keyLength;
    this.length = length;
  }

  /** The IANA number. */
  public int id() {
    return id;
  }

  public int keyLength() {
    return keyLength;
  }

  /** Bytes of the truncated checksum. */
  public int length() {
    return length;
  }

  byte[] apply(byte[] key, byte[]... parts) {
    return Arrays.copyOf(Prf.mac(algorithm, key, parts), length);
  }
}
