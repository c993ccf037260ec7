package org.vpnprobe.protocol.ikev1;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * The keys of a phase 1 with a shared secret (RFC 2409 section 5 and appendix B), seen from either
 * side.
 *
 * @param gxi the initiator's public value, {@code gxr} the responder's
 * @param sa the body of the initiator's SA payload
 */
public record PhaseOneKeys(
    Transform transform,
    byte[] skeyid,
    byte[] skeyidA,
    byte[] cipherKey,
    byte[] gxi,
    byte[] gxr,
    long initiator,
    long responder,
    byte[] sa) {

  /** What both sides have seen before there are keys. */
  public record Seen(
      long initiator, long responder, byte[] sa, byte[] gxi, byte[] gxr, byte[] ni, byte[] nr) {}

  /** Derives them. */
  public static PhaseOneKeys derive(Transform transform, byte[] secret, byte[] gxy, Seen seen) {
    byte[] cookies = new ByteWriter().u64(seen.initiator).u64(seen.responder).toByteArray();
    byte[] skeyid = prf(transform, secret, seen.ni, seen.nr);
    byte[] d = prf(transform, skeyid, gxy, cookies, new byte[] {0});
    byte[] a = prf(transform, skeyid, d, gxy, cookies, new byte[] {1});
    byte[] e = prf(transform, skeyid, a, gxy, cookies, new byte[] {2});
    return new PhaseOneKeys(
        transform,
        skeyid,
        a,
        stretched(transform, e),
        seen.gxi,
        seen.gxr,
        seen.initiator,
        seen.responder,
        seen.sa);
  }

  /** Appendix B: a short SKEYID_e is stretched into K1 | K2 | … */
  private static byte[] stretched(Transform transform, byte[] e) {
    int wanted = transform.encryption().keyLength;
    if (e.length >= wanted) {
      return Arrays.copyOf(e, wanted);
    }
    ByteWriter out = new ByteWriter();
    byte[] block = {0};
    while (out.size() < wanted) {
      block = prf(transform, e, block);
      out.bytes(block);
    }
    return Arrays.copyOf(out.toByteArray(), wanted);
  }

  /** HASH_I over the body of the initiator's ID payload. */
  public byte[] hashI(byte[] id) {
    byte[] cookies = new ByteWriter().u64(initiator).u64(responder).toByteArray();
    return prf(transform, skeyid, gxi, gxr, cookies, sa, id);
  }

  /** HASH_R over the body of the responder's ID payload. */
  public byte[] hashR(byte[] id) {
    byte[] cookies = new ByteWriter().u64(responder).u64(initiator).toByteArray();
    return prf(transform, skeyid, gxr, gxi, cookies, sa, id);
  }

  /** HASH(1) of an informational exchange (section 5.7). */
  public byte[] hash1(long messageId, byte[] payload) {
    return prf(transform, skeyidA, new ByteWriter().u32(messageId).toByteArray(), payload);
  }

  /** The first IV of phase 1. */
  public byte[] firstIv() {
    return block(digest(transform, gxi, gxr));
  }

  /**
   * The first IV of another exchange.
   *
   * @param last the last block of phase 1's ciphertext
   */
  public byte[] iv(byte[] last, long messageId) {
    return block(digest(transform, last, new ByteWriter().u32(messageId).toByteArray()));
  }

  private byte[] block(byte[] bytes) {
    return Arrays.copyOf(bytes, transform.encryption().block);
  }

  /** Pads with zeros and encrypts. */
  public byte[] seal(byte[] iv, byte[] chain) {
    int block = transform.encryption().block;
    byte[] padded = Arrays.copyOf(chain, (chain.length + block - 1) / block * block);
    return crypt(Cipher.ENCRYPT_MODE, iv, padded);
  }

  /**
   * Decrypts; the padding stays.
   *
   * @throws StepFailed {@code proto_malformed_reply} for what is not whole blocks
   */
  public byte[] open(byte[] iv, byte[] sealed) throws StepFailed {
    if (sealed.length == 0 || sealed.length % transform.encryption().block != 0) {
      throw new StepFailed(
          FailureKind.PROTO_MALFORMED_REPLY, "the ciphertext is not of whole blocks");
    }
    return crypt(Cipher.DECRYPT_MODE, iv, sealed);
  }

  /** The last block of a ciphertext: the next message's IV. */
  public byte[] last(byte[] sealed) {
    int block = transform.encryption().block;
    return Arrays.copyOfRange(sealed, sealed.length - block, sealed.length);
  }

  private byte[] crypt(int mode, byte[] iv, byte[] text) {
    try {
      String algorithm = transform.encryption().algorithm;
      Cipher cipher = Cipher.getInstance(algorithm + "/CBC/NoPadding");
      cipher.init(mode, new SecretKeySpec(cipherKey, algorithm), new IvParameterSpec(iv));
      return cipher.doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES and DESede", e);
    }
  }

  static byte[] prf(Transform transform, byte[] key, byte[]... parts) {
    try {
      String algorithm = transform.hash().mac;
      Mac mac = Mac.getInstance(algorithm);
      // JCA refuses an empty key; HMAC pads it with zeros, so that one zero is the same key.
      mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, algorithm));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has these hashes", e);
    }
  }

  static byte[] digest(Transform transform, byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance(transform.hash().algorithm);
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has these hashes", e);
    }
  }

  @Override
  public String toString() {
    return "PhaseOneKeys[" + transform + "]";
  }
}
