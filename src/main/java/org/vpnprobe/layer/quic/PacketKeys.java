package org.vpnprobe.layer.quic;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * The keys of one side for Initial packets of QUIC version 1 (RFC 9001 section 5). They protect
 * nothing: whoever sees the client's first packet can make them.
 */
final class PacketKeys {
  /** RFC 9001 section 5.2. */
  private static final byte[] INITIAL_SALT =
      HexFormat.of().parseHex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a");

  /** AES-128-GCM (RFC 9001 section 5.3). */
  static final int TAG = 16;

  /** RFC 9001 section 5.4.2: the sample begins where the number would end if it had four bytes. */
  static final int SAMPLE = 16;

  private static final int KEY = 16;
  private static final int IV = 12;

  private final byte[] key;
  private final byte[] iv;
  private final byte[] headerKey;

  private PacketKeys(SecretKey secret) {
    this.key = expand(secret, "quic key", KEY);
    this.iv = expand(secret, "quic iv", IV);
    this.headerKey = expand(secret, "quic hp", KEY);
  }

  /** The client's keys for a connection whose first packet has this destination connection id. */
  static PacketKeys ofClient(byte[] destination) {
    return new PacketKeys(initial(destination, "client in"));
  }

  /** The server's keys for the same connection. */
  static PacketKeys ofServer(byte[] destination) {
    return new PacketKeys(initial(destination, "server in"));
  }

  private static SecretKey initial(byte[] destination, String label) {
    try {
      SecretKey secret =
          KDF.getInstance("HKDF-SHA256")
              .deriveKey(
                  "Generic",
                  HKDFParameterSpec.ofExtract()
                      .addSalt(INITIAL_SALT)
                      .addIKM(destination)
                      .extractOnly());
      return new SecretKeySpec(expand(secret, label, 32), "Generic");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HKDF", e);
    }
  }

  /** HKDF-Expand-Label (RFC 8446 section 7.1) without a context. */
  private static byte[] expand(SecretKey secret, String label, int length) {
    byte[] full = ("tls13 " + label).getBytes(StandardCharsets.US_ASCII);
    byte[] info = new ByteWriter().u16(length).u8(full.length).bytes(full).u8(0).toByteArray();
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(HKDFParameterSpec.expandOnly(secret, info, length));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HKDF", e);
    }
  }

  byte[] key() {
    return key.clone();
  }

  byte[] iv() {
    return iv.clone();
  }

  byte[] headerKey() {
    return headerKey.clone();
  }

  /** Encrypts a payload under its packet number, with the unprotected header authenticated. */
  byte[] seal(long number, byte[] header, byte[] payload) {
    try {
      return cipher(Cipher.ENCRYPT_MODE, number, header).doFinal(payload);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM takes any payload", e);
    }
  }

  /** The payload, empty when it was not sealed with these keys. */
  Optional<byte[]> open(long number, byte[] header, byte[] sealed) {
    try {
      return Optional.of(cipher(Cipher.DECRYPT_MODE, number, header).doFinal(sealed));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM takes any payload", e);
    }
  }

  private Cipher cipher(int mode, long number, byte[] header) throws GeneralSecurityException {
    byte[] nonce = iv.clone();
    for (int i = 0; i < Long.BYTES; i++) {
      nonce[IV - 1 - i] ^= (byte) (number >>> 8 * i);
    }
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG * 8, nonce));
    cipher.updateAAD(header);
    return cipher;
  }

  /** The five bytes that hide a header (RFC 9001 section 5.4.3). */
  byte[] mask(byte[] sample) {
    try {
      Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
      cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(headerKey, "AES"));
      return Arrays.copyOf(cipher.doFinal(sample), 5);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES takes a block", e);
    }
  }
}
