package org.vpnprobe.protocol.openvpn;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * The TLS 1.0 pseudo-random function (RFC 2246 §5), P_MD5 xor P_SHA-1, which key method 2 uses when
 * the TLS exporter is not negotiated.
 */
final class Prf {
  private Prf() {}

  /** {@code length} bytes from the secret; the label is ASCII without an end. */
  static byte[] of(byte[] secret, String label, byte[] seed, int length) {
    byte[] labelled =
        new ByteWriter().bytes(label.getBytes(StandardCharsets.US_ASCII)).bytes(seed).toByteArray();
    int half = (secret.length + 1) / 2;
    byte[] output = expand("HmacMD5", Arrays.copyOf(secret, half), labelled, length);
    byte[] sha1 =
        expand(
            "HmacSHA1",
            Arrays.copyOfRange(secret, secret.length - half, secret.length),
            labelled,
            length);
    for (int i = 0; i < length; i++) {
      output[i] ^= sha1[i];
    }
    return output;
  }

  private static byte[] expand(String algorithm, byte[] secret, byte[] seed, int length) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(secret, algorithm));
      ByteWriter output = new ByteWriter();
      byte[] a = seed;
      while (output.size() < length) {
        a = mac.doFinal(a);
        mac.update(a);
        output.bytes(mac.doFinal(seed));
      }
      return Arrays.copyOf(output.toByteArray(), length);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }
}
