package org.vpnprobe.protocol.openvpn;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The AEAD data ciphers. All have a nonce of 12 and a tag of 16 bytes. */
public enum DataCipher {
  AES_256_GCM("AES-256-GCM", 32),
  AES_128_GCM("AES-128-GCM", 16),
  CHACHA20_POLY1305("CHACHA20-POLY1305", 32);

  /** Bytes of the authentication tag. */
  public static final int TAG = 16;

  private final String wireName;
  private final int keyLength;

  DataCipher(String wireName, int keyLength) {
    this.wireName = wireName;
    this.keyLength = keyLength;
  }

  /** The name in configurations and in pushed options. */
  public String wireName() {
    return wireName;
  }

  public int keyLength() {
    return keyLength;
  }

  /** The cipher of this name in any case, empty when it is none that we have. */
  public static Optional<DataCipher> named(String name) {
    String wanted = name.toUpperCase(Locale.ROOT);
    for (DataCipher cipher : values()) {
      if (cipher.wireName.equals(wanted)) {
        return Optional.of(cipher);
      }
    }
    return Optional.empty();
  }

  /** A cipher ready for one packet; throws only for a key of the wrong length. */
  Cipher start(int mode, byte[] key, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher;
    if (this == CHACHA20_POLY1305) {
      cipher = Cipher.getInstance("ChaCha20-Poly1305");
      Key secret = new SecretKeySpec(key, "ChaCha20");
      cipher.init(mode, secret, new IvParameterSpec(nonce));
    } else {
      cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(8 * TAG, nonce));
    }
    return cipher;
  }
}
