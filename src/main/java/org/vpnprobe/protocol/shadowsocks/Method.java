package org.vpnprobe.protocol.shadowsocks;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.Blake3Digest;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.Blake3Parameters;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * A cipher with its derivation of keys.
 *
 * @param name as in everybody's configuration
 * @param keyLength of key and salt, in bytes
 * @param chacha ChaCha20-Poly1305, else AES-GCM
 * @param edition2022 SIP022, else SIP004
 */
public record Method(String name, int keyLength, boolean chacha, boolean edition2022) {
  /** Of every seal (RFC 5116 sections 5.1 and 5.2, RFC 8439 section 2.8). */
  public static final int TAG = 16;

  private static final int NONCE = 12;

  private static final List<Method> ALL =
      List.of(
          new Method("aes-128-gcm", 16, false, false),
          new Method("aes-256-gcm", 32, false, false),
          new Method("chacha20-ietf-poly1305", 32, true, false),
          new Method("2022-blake3-aes-128-gcm", 16, false, true),
          new Method("2022-blake3-aes-256-gcm", 32, false, true),
          new Method("2022-blake3-chacha20-poly1305", 32, true, true));

  /**
   * The method of this name.
   *
   * @throws InvalidSetting when there is none
   */
  public static Method of(String name) {
    return ALL.stream()
        .filter(method -> method.name.equals(name))
        .findFirst()
        .orElseThrow(() ->
            new InvalidSetting(
                "method",
                "expected one of " + String.join(", ", ALL.stream().map(Method::name).toList())));
  }

  /**
   * The key of a password. SIP022 section 2.1: base64 of exactly as many bytes; before, OpenSSL's
   * EVP_BytesToKey with MD5 and neither salt nor repetition.
   *
   * @throws InvalidSetting when the password is none for this method
   */
  public byte[] key(Secret password) {
    if (edition2022) {
      return decoded(password);
    }
    ByteWriter key = new ByteWriter();
    byte[] block = new byte[0];
    while (key.size() < keyLength) {
      block = md5(new ByteWriter().bytes(block).bytes(password.bytes()).toByteArray());
      key.bytes(block);
    }
    return Arrays.copyOf(key.toByteArray(), keyLength);
  }

  private byte[] decoded(Secret password) {
    try {
      byte[] key = Base64.getDecoder().decode(password.text().strip());
      if (key.length == keyLength) {
        return key;
      }
    } catch (IllegalArgumentException e) {
      // Said below, without quoting.
    }
    throw new InvalidSetting(
        "password",
        "expected base64 of "
            + keyLength
            + " bytes, one key alone: identity headers are not there");
  }

  /** The key of one stream or packet, from the salt that it begins with. */
  public byte[] subkey(byte[] key, byte[] salt) {
    byte[] subkey = new byte[keyLength];
    if (edition2022) { // SIP022 section 2.2.
      Blake3Digest digest = new Blake3Digest(8 * keyLength);
      digest.init(Blake3Parameters.context(ascii("shadowsocks 2022 session subkey")));
      digest.update(key, 0, key.length);
      digest.update(salt, 0, salt.length);
      digest.doFinal(subkey, 0, keyLength);
    } else { // SIP004, "Key Derivation".
      HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA1Digest());
      hkdf.init(new HKDFParameters(key, salt, ascii("ss-subkey")));
      hkdf.generateBytes(subkey, 0, keyLength);
    }
    return subkey;
  }

  /** Seals without additional data. */
  byte[] seal(byte[] subkey, byte[] nonce, byte[] plain) {
    try {
      return cipher(Cipher.ENCRYPT_MODE, subkey, nonce).doFinal(plain);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing does not fail", e);
    }
  }

  /** Opens what {@link #seal} sealed; empty when it was not. */
  Optional<byte[]> open(byte[] subkey, byte[] nonce, byte[] sealed) {
    try {
      return Optional.of(cipher(Cipher.DECRYPT_MODE, subkey, nonce).doFinal(sealed));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has these ciphers", e);
    }
  }

  private Cipher cipher(int mode, byte[] subkey, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(chacha ? "ChaCha20-Poly1305" : "AES/GCM/NoPadding");
    cipher.init(
        mode,
        new SecretKeySpec(subkey, chacha ? "ChaCha20" : "AES"),
        chacha ? new IvParameterSpec(nonce) : new GCMParameterSpec(8 * TAG, nonce));
    return cipher;
  }

  /** One block of AES, for the separate header of SIP022 section 3.2.1. */
  static byte[] block(boolean encrypt, byte[] key, byte[] block) {
    try {
      Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
      cipher.init(
          encrypt ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"));
      return cipher.doFinal(block);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES", e);
    }
  }

  /** A little-endian counter of 12 bytes. */
  static byte[] nonce(long counter) {
    return new ByteWriter().u64le(counter).zeros(NONCE - 8).toByteArray();
  }

  private static byte[] md5(byte[] text) {
    try {
      return MessageDigest.getInstance("MD5").digest(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has MD5", e);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
