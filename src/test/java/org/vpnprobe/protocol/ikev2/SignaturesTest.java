package org.vpnprobe.protocol.ikev2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;

/** Every kind of signature is made and verified, by the right key over the right octets only. */
class SignaturesTest {
  private static final byte[] OCTETS = {1, 2, 3};
  private static final Set<Integer> ALL = Set.of(2, 3, 4, 5);

  static Stream<Arguments> kinds() {
    return Stream.of(
        Arguments.of(Keys.RSA, Set.of(), Signatures.RSA_SHA1),
        Arguments.of(Keys.EC, Set.of(), Signatures.ECDSA_256),
        Arguments.of(Keys.EC_384, Set.of(), Signatures.ECDSA_384),
        Arguments.of(Keys.EC_521, Set.of(), Signatures.ECDSA_521),
        Arguments.of(Keys.RSA, ALL, Signatures.DIGITAL_SIGNATURE),
        Arguments.of(Keys.RSA, Set.of(3), Signatures.DIGITAL_SIGNATURE),
        Arguments.of(Keys.EC, ALL, Signatures.DIGITAL_SIGNATURE),
        Arguments.of(Keys.EC_384, Set.of(4), Signatures.DIGITAL_SIGNATURE),
        Arguments.of(Keys.ED25519, ALL, Signatures.DIGITAL_SIGNATURE));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void onlyTheRightKeyAndOctetsVerify(KeyPair key, Set<Integer> hashes, int method)
      throws StepFailed {
    byte[] body = Signatures.sign(key.getPrivate(), OCTETS, hashes);
    assertEquals(method, body[0]);
    assertTrue(Signatures.verify(key.getPublic(), body, OCTETS));
    assertFalse(Signatures.verify(key.getPublic(), body, new byte[] {1, 2, 4}));
    for (KeyPair other : new KeyPair[] {Keys.RSA, Keys.EC, Keys.EC_384, Keys.ED25519}) {
      assertEquals(other == key, Signatures.verify(other.getPublic(), body, OCTETS));
    }
    byte[] bent = body.clone();
    bent[bent.length - 1] ^= 1;
    assertFalse(Signatures.verify(key.getPublic(), bent, OCTETS));
  }

  @Test
  void pssIsVerified() throws GeneralSecurityException, IOException, StepFailed {
    Signature signature = Signature.getInstance("RSASSA-PSS");
    signature.setParameter(
        new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
    signature.initSign(Keys.RSA.getPrivate());
    signature.update(OCTETS);
    AlgorithmIdentifier sha256 = new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256);
    byte[] algorithm =
        new AlgorithmIdentifier(
                PKCSObjectIdentifiers.id_RSASSA_PSS,
                new RSASSAPSSparams(
                    sha256,
                    new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, sha256),
                    new ASN1Integer(32),
                    RSASSAPSSparams.DEFAULT_TRAILER_FIELD))
            .getEncoded();
    byte[] body =
        new ByteWriter()
            .u8(Signatures.DIGITAL_SIGNATURE)
            .zeros(3)
            .u8(algorithm.length)
            .bytes(algorithm)
            .bytes(signature.sign())
            .toByteArray();
    assertTrue(Signatures.verify(Keys.RSA.getPublic(), body, OCTETS));
    assertFalse(Signatures.verify(Keys.EC.getPublic(), body, OCTETS));
  }

  @Test
  void aKeyThatTheServerCannotVerifyIsAFaultOfTheSettings() {
    assertThrows(
        StepFailed.class,
        () -> Signatures.sign(Keys.ED25519.getPrivate(), OCTETS, Set.of(2, 3, 4)));
    assertThrows(
        StepFailed.class, () -> Signatures.sign(Keys.ED25519.getPrivate(), OCTETS, Set.of()));
  }
}
