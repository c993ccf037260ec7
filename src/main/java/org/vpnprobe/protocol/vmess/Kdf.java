package org.vpnprobe.protocol.vmess;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;

/**
 * The key derivation of the AEAD header (v2ray-core, proxy/vmess/aead/kdf.go): HMAC within HMAC.
 * The innermost hash is SHA-256, and each step of the path is the key of an HMAC over the hash
 * before.
 */
final class Kdf {
  /** The key of the first HMAC. */
  private static final byte[] ROOT = bytes("VMess AEAD KDF");

  /** RFC 2104: SHA-256 has blocks of 64 bytes, and so has every HMAC made of it here. */
  private static final int BLOCK = 64;

  private Kdf() {}

  /**
   * 32 bytes for one purpose.
   *
   * @param path each at most 64 bytes, the constant that says the purpose first
   */
  static byte[] derive(byte[] key, byte[]... path) {
    byte[][] keys = new byte[path.length + 1][];
    keys[0] = ROOT;
    System.arraycopy(path, 0, keys, 1, path.length);
    return hash(List.of(keys), key);
  }

  /** The first 16 bytes. */
  static byte[] derive16(byte[] key, byte[]... path) {
    return Arrays.copyOf(derive(key, path), 16);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** HMAC with the last key over the hash that the other keys make; SHA-256 without keys. */
  private static byte[] hash(List<byte[]> keys, byte[] message) {
    if (keys.isEmpty()) {
      return sha256(message);
    }
    List<byte[]> inner = keys.subList(0, keys.size() - 1);
    byte[] key = keys.getLast();
    byte[] first = hash(inner, joined(pad(key, 0x36), message));
    return hash(inner, joined(pad(key, 0x5c), first));
  }

  private static byte[] pad(byte[] key, int value) {
    byte[] padded = Arrays.copyOf(key, BLOCK);
    for (int i = 0; i < BLOCK; i++) {
      padded[i] ^= (byte) value;
    }
    return padded;
  }

  private static byte[] joined(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  static byte[] sha256(byte[] message) {
    return digest("SHA-256", message);
  }

  static byte[] md5(byte[] message) {
    return digest("MD5", message);
  }

  private static byte[] digest(String algorithm, byte[] message) {
    try {
      return MessageDigest.getInstance(algorithm).digest(message);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }
}
