package org.vpnprobe.protocol.vmess;

import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-128-GCM and ChaCha20-Poly1305, with tags of 16 bytes. */
enum Aead {
  AES_128_GCM,
  CHACHA20_POLY1305;

  static final int TAG = 16;

  byte[] seal(byte[] key, byte[] nonce, byte[] plain, byte[] associated) {
    try {
      return cipher(Cipher.ENCRYPT_MODE, key, nonce, associated).doFinal(plain);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + this, e);
    }
  }

  /** Empty when it is not sealed with this key. */
  Optional<byte[]> open(byte[] key, byte[] nonce, byte[] sealed, byte[] associated) {
    if (sealed.length < TAG) {
      return Optional.empty();
    }
    try {
      return Optional.of(cipher(Cipher.DECRYPT_MODE, key, nonce, associated).doFinal(sealed));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + this, e);
    }
  }

  private Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] associated)
      throws GeneralSecurityException {
    Cipher cipher =
        Cipher.getInstance(this == AES_128_GCM ? "AES/GCM/NoPadding" : "ChaCha20-Poly1305");
    if (this == AES_128_GCM) {
      cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(8 * TAG, nonce));
    } else {
      cipher.init(mode, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(nonce));
    }
    cipher.updateAAD(associated);
    return cipher;
  }
}
