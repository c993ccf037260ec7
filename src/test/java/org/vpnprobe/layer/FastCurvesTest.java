package org.vpnprobe.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.KeyAgreement;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The registered curves against vectors and against Java's own. */
class FastCurvesTest {
  private static final String OURS = "vpnprobe-curves";
  private static final String JAVA = "SunEC";

  @BeforeAll
  static void register() {
    FastCurves.register();
    FastCurves.register();
    assertEquals(OURS, Security.getProviders()[0].getName());
    assertEquals(
        1, Arrays.stream(Security.getProviders()).filter(p -> p.getName().equals(OURS)).count());
  }

  private static byte[] secret(PrivateKey ours, PublicKey theirs, String provider)
      throws GeneralSecurityException {
    KeyAgreement agreement = KeyAgreement.getInstance("XDH", provider);
    agreement.init(ours);
    agreement.doPhase(theirs, true);
    return agreement.generateSecret("TlsPremasterSecret").getEncoded();
  }

  private static PublicKey point(String hex) throws GeneralSecurityException {
    byte[] bytes = HexFormat.of().parseHex(hex);
    byte[] high = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      high[i] = bytes[bytes.length - 1 - i];
    }
    return KeyFactory.getInstance("X25519")
        .generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, high)));
  }

  /** RFC 7748 section 6.1. */
  @Test
  void theVectorOfTheRfc() throws Exception {
    PrivateKey alice =
        KeyFactory.getInstance("X25519")
            .generatePrivate(
                new XECPrivateKeySpec(
                    NamedParameterSpec.X25519,
                    HexFormat.of()
                        .parseHex(
                            "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")));
    PublicKey bob = point("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    assertEquals(
        "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
        HexFormat.of().formatHex(secret(alice, bob, OURS)));
  }

  @Test
  void keysAgreeWithThoseOfJava() throws Exception {
    for (int i = 0; i < 50; i++) {
      KeyPair ours = KeyPairGenerator.getInstance("XDH", OURS).generateKeyPair();
      KeyPair theirs = KeyPairGenerator.getInstance("X25519", JAVA).generateKeyPair();
      byte[] expected = secret(theirs.getPrivate(), ours.getPublic(), JAVA);
      assertArrayEquals(expected, secret(ours.getPrivate(), theirs.getPublic(), OURS));
      assertArrayEquals(expected, secret(theirs.getPrivate(), ours.getPublic(), OURS));
      assertArrayEquals(expected, secret(ours.getPrivate(), theirs.getPublic(), JAVA));
    }
  }

  @Test
  void aPointOfSmallOrderIsRefused() throws Exception {
    KeyPair ours = KeyPairGenerator.getInstance("XDH", OURS).generateKeyPair();
    for (String small : new String[] {"00", "01", "e0eb7a7c3b41b8ae1656e3faf19fc46a"}) {
      PublicKey point =
          point(
              small.length() == 2
                  ? small + "00".repeat(31)
                  : small + "da098deb9c32b1fd866205165f49b800");
      assertThrows(InvalidKeyException.class, () -> secret(ours.getPrivate(), point, OURS), small);
    }
  }

  /** What is not offered goes to Java's own, by the names that TLS asks with. */
  @Test
  void theRestIsJavas() throws Exception {
    KeyPairGenerator x448 = KeyPairGenerator.getInstance("XDH");
    x448.initialize(NamedParameterSpec.X448, null);
    KeyPair one = x448.generateKeyPair();
    KeyPair two = x448.generateKeyPair();
    KeyAgreement agreement = KeyAgreement.getInstance("XDH");
    agreement.init(one.getPrivate());
    agreement.doPhase(two.getPublic(), true);
    assertEquals(56, agreement.generateSecret().length);
    for (String curve : new String[] {"secp256r1", "secp384r1", "secp521r1"}) {
      KeyPair keys = ec(curve);
      byte[] signature = sign(keys, new byte[] {1, 2, 3});
      Signature check = Signature.getInstance("SHA256withECDSA");
      check.initVerify(keys.getPublic());
      check.update(new byte[] {1, 2, 3});
      assertTrue(check.verify(signature), curve);
      assertEquals(curve.equals("secp256r1") ? OURS : JAVA, check.getProvider().getName());
    }
  }

  private static KeyPair ec(String curve) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  private static byte[] sign(KeyPair keys, byte[] text) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(keys.getPrivate());
    signature.update(text);
    return signature.sign();
  }

  private static boolean verifies(KeyPair keys, byte[] text, byte[] signature, String provider)
      throws GeneralSecurityException {
    Signature check = Signature.getInstance("SHA256withECDSA", provider);
    check.initVerify(keys.getPublic());
    check.update(text);
    try {
      return check.verify(signature);
    } catch (SignatureException e) {
      return false;
    }
  }

  @Test
  void signaturesAreJudgedAsByJava() throws Exception {
    Random random = new Random(7);
    KeyPair keys = ec("secp256r1");
    KeyPair others = ec("secp256r1");
    for (int i = 0; i < 30; i++) {
      byte[] text = new byte[random.nextInt(200)];
      random.nextBytes(text);
      byte[] signature = sign(keys, text);
      assertTrue(verifies(keys, text, signature, OURS));
      assertFalse(verifies(others, text, signature, OURS));
      assertFalse(verifies(keys, new byte[] {1}, signature, OURS));
    }
  }

  /** A server chooses these bytes. */
  @Test
  void noiseIsNoSignature() throws Exception {
    Random random = new Random(8);
    KeyPair keys = ec("secp256r1");
    byte[] text = {4, 5, 6};
    byte[] good = sign(keys, text);
    for (int i = 0; i < 20_000; i++) {
      byte[] bad;
      if (i % 4 == 0) {
        bad = new byte[random.nextInt(200)];
        random.nextBytes(bad);
      } else {
        bad = Arrays.copyOf(good, i % 4 == 1 ? random.nextInt(good.length) : good.length);
        if (bad.length > 0) {
          bad[random.nextInt(i % 2 == 0 ? 6 : bad.length) % bad.length] ^=
              (byte) (1 + random.nextInt(255));
        }
      }
      assertFalse(verifies(keys, text, bad, OURS), HexFormat.of().formatHex(bad));
    }
    assertTrue(verifies(keys, text, good, OURS));
  }

  /** The ClientHello is what is measured: the same but for random bytes, key shares among them. */
  @Test
  void theClientHelloIsTheSame() throws Exception {
    byte[] with = clientHello();
    Provider ours = Security.getProvider(OURS);
    Security.removeProvider(OURS);
    try {
      assertArrayEquals(clientHello(), with);
    } finally {
      Security.insertProviderAt(ours, 1);
    }
  }

  private static byte[] clientHello() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, null, null);
    SSLEngine engine = context.createSSLEngine("vpn.example.net", 443);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    engine.setSSLParameters(parameters);
    ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), record);
    byte[] hello = Arrays.copyOf(record.array(), record.position());
    int random = 5 + 4 + 2; // Record header, handshake header, version.
    Arrays.fill(hello, random, random + 32, (byte) 0);
    int session = random + 32;
    Arrays.fill(hello, session + 1, session + 1 + hello[session], (byte) 0);
    int shares = find(hello, new byte[] {0, 51}); // RFC 8446 section 4.2.8.
    int at = shares + 6;
    int end = shares + 4 + word(hello, shares + 2);
    int groups = 0;
    while (at < end) {
      int length = word(hello, at + 2);
      Arrays.fill(hello, at + 4, at + 4 + length, (byte) 0);
      at += 4 + length;
      groups++;
    }
    assertEquals(end, at);
    assertTrue(groups > 0);
    return hello;
  }

  private static int word(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
  }

  /** Walks the extensions: where this one begins. */
  private static int find(byte[] hello, byte[] type) {
    int at = 5 + 4 + 2 + 32;
    at += 1 + hello[at];
    at += 2 + word(hello, at);
    at += 1 + hello[at] + 2;
    while (hello[at] != type[0] || hello[at + 1] != type[1]) {
      at += 4 + word(hello, at + 2);
    }
    return at;
  }
}
