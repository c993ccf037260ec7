package org.vpnprobe.protocol.ikev2;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * One direction's encryption with integrity, the same for SK payloads (RFC 7296 section 3.14, RFC
 * 5282) and ESP (RFC 4303, RFC 4106): IV, ciphertext, checksum.
 */
final class Protection {
  private static final int TAG = 16;
  private static final int GCM_IV = 8;
  private static final int BLOCK = 16;

  private final Suite suite;
  private final byte[] encryptionKey;
  private final byte[] integrityKey;
  private long counter;

  /**
   * @param encryptionKey {@link Suite#encryptionKey()} bytes
   * @param integrityKey {@link Suite#integrityKey()} bytes
   */
  Protection(Suite suite, byte[] encryptionKey, byte[] integrityKey) {
    this.suite = suite;
    this.encryptionKey = encryptionKey.clone();
    this.integrityKey = integrityKey.clone();
  }

  /** Plaintext lengths must be multiples of this. */
  int block() {
    return suite.integrity() == null ? 1 : BLOCK;
  }

  /** Bytes that sealing adds. */
  int overhead() {
    return suite.integrity() == null ? GCM_IV + TAG : BLOCK + suite.integrity().length();
  }

  /**
   * IV, ciphertext and checksum.
   *
   * @param header what stands before the IV and is authenticated with it
   */
  byte[] seal(byte[] header, byte[] plaintext, RandomGenerator random) {
    try {
      if (suite.integrity() == null) {
        // A counter never repeats under one key (RFC 5282 section 3.1).
        byte[] iv = new ByteWriter().u64(++counter).toByteArray();
        Cipher cipher = gcm(Cipher.ENCRYPT_MODE, iv);
        cipher.updateAAD(header);
        return new ByteWriter().bytes(iv).bytes(cipher.doFinal(plaintext)).toByteArray();
      }
      byte[] iv = new byte[BLOCK];
      random.nextBytes(iv);
      byte[] ciphertext = cbc(Cipher.ENCRYPT_MODE, iv).doFinal(plaintext);
      byte[] checksum = suite.integrity().apply(integrityKey, header, iv, ciphertext);
      return new ByteWriter().bytes(iv).bytes(ciphertext).bytes(checksum).toByteArray();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES", e);
    }
  }

  /**
   * The plaintext of what {@link #seal} made.
   *
   * @throws StepFailed {@code proto_malformed_reply} when it does not verify
   */
  byte[] open(byte[] header, byte[] sealed) throws StepFailed {
    if (sealed.length < overhead() || (sealed.length - overhead()) % block() != 0) {
      throw broken("has an impossible length");
    }
    try {
      if (suite.integrity() == null) {
        Cipher cipher = gcm(Cipher.DECRYPT_MODE, Arrays.copyOf(sealed, GCM_IV));
        cipher.updateAAD(header);
        return cipher.doFinal(sealed, GCM_IV, sealed.length - GCM_IV);
      }
      int end = sealed.length - suite.integrity().length();
      byte[] covered = Arrays.copyOf(sealed, end);
      byte[] checksum = Arrays.copyOfRange(sealed, end, sealed.length);
      if (!MessageDigest.isEqual(
          checksum, suite.integrity().apply(integrityKey, header, covered))) {
        throw broken("does not verify");
      }
      return cbc(Cipher.DECRYPT_MODE, Arrays.copyOf(covered, BLOCK))
          .doFinal(covered, BLOCK, end - BLOCK);
    } catch (AEADBadTagException e) {
      throw broken("does not verify");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES", e);
    }
  }

  private Cipher gcm(int mode, byte[] iv) throws GeneralSecurityException {
    int keyLength = suite.keyBits() / 8;
    byte[] salt = Arrays.copyOfRange(encryptionKey, keyLength, encryptionKey.length);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode,
        new SecretKeySpec(encryptionKey, 0, keyLength, "AES"),
        new GCMParameterSpec(TAG * 8, new ByteWriter().bytes(salt).bytes(iv).toByteArray()));
    return cipher;
  }

  private Cipher cbc(int mode, byte[] iv) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
    cipher.init(mode, new SecretKeySpec(encryptionKey, "AES"), new IvParameterSpec(iv));
    return cipher;
  }

  private static StepFailed broken(String how) {
    return new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, "an encrypted message " + how);
  }
}
