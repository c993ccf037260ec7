package org.vpnprobe.protocol.openvpn;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The {@code auth} digests of tls-auth. */
public enum Digest {
  /** The default of OpenVPN. */
  SHA1("HmacSHA1", 20),
  SHA224("HmacSHA224", 28),
  SHA256("HmacSHA256", 32),
  SHA384("HmacSHA384", 48),
  SHA512("HmacSHA512", 64);

  private final String algorithm;
  private final int length;

  Digest(String algorithm, int length) {
    this.algorithm = algorithm;
    this.length = length;
  }

  /** Bytes of a tag, which is also the length of the HMAC key OpenVPN takes from a key slot. */
  public int length() {
    return length;
  }

  /** HMAC over the parts, one after the other. */
  public byte[] hmac(byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(key, algorithm));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }
}
