package org.vpnprobe.protocol.ikev2;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Set;
import org.vpnprobe.layer.ike.Group;

/** Throw-away keys. */
final class Keys {
  static final KeyPair EC = generate("EC", 256);
  static final KeyPair EC_384 = generate("EC", 384);
  static final KeyPair EC_521 = generate("EC", 521);
  static final KeyPair RSA = generate("RSA", 2048);
  static final KeyPair ED25519 = generate("Ed25519", 0);
  static final Chosen CBC =
      new Chosen(new Suite(256, Integrity.HMAC_SHA2_256_128), Prf.HMAC_SHA2_256, Group.CURVE25519);
  static final SaInit.Done DONE =
      new SaInit.Done(
          CBC,
          IkeKeys.derive(CBC, new byte[64], new byte[32], 1, 2),
          1,
          2,
          new byte[32],
          new byte[32],
          new byte[1],
          new byte[1],
          true,
          Set.of(),
          false);

  private Keys() {}

  private static KeyPair generate(String algorithm, int size) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (size > 0) {
        generator.initialize(size);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
