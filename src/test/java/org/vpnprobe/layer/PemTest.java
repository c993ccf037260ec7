package org.vpnprobe.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Base64;
import java.util.Random;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.InvalidSetting;

class PemTest {
  private static final HeldCertificate EC = new HeldCertificate.Builder().build();
  private static final HeldCertificate RSA = new HeldCertificate.Builder().rsa2048().build();

  @Test
  void readsChainsAndKeysAmongOtherText() {
    String text = "a comment\n" + EC.certificatePem() + "\nmore\n" + RSA.certificatePem();
    assertEquals(2, Pem.certificates("ca", text).size());
    assertEquals("EC", Pem.privateKey("key", EC.privateKeyPkcs8Pem()).getAlgorithm());
    assertEquals("RSA", Pem.privateKey("key", RSA.privateKeyPkcs8Pem()).getAlgorithm());
    assertEquals("RSA", Pem.privateKey("key", RSA.privateKeyPkcs1Pem()).getAlgorithm());
  }

  @Test
  void damagedTextsAreInvalidSettingsThatQuoteNothing() {
    Random random = new Random(11);
    String[] texts = {EC.certificatePem(), RSA.privateKeyPkcs8Pem(), RSA.privateKeyPkcs1Pem()};
    for (int i = 0; i < 3000; i++) {
      StringBuilder damaged = new StringBuilder(texts[i % texts.length]);
      for (int n = random.nextInt(4); n >= 0; n--) {
        damaged.setCharAt(random.nextInt(damaged.length()), (char) (32 + random.nextInt(95)));
      }
      damaged.setLength(damaged.length() - random.nextInt(damaged.length()));
      readOrRefused(damaged.toString());
    }
  }

  @Test
  void anyBytesInTheArmourAreReadOrRefused() {
    Random random = new Random(12);
    for (int i = 0; i < 3000; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      String type =
          new String[] {"CERTIFICATE", "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"}[i % 4];
      readOrRefused(armoured(type, bytes));
    }
  }

  @Test
  void deepNestingAndHugeTextsAreRefused() {
    byte[] nested = new byte[60_000];
    for (int i = 0; i + 1 < nested.length; i += 2) {
      nested[i] = 0x30;
      nested[i + 1] = (byte) 0x80;
    }
    for (String type : new String[] {"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"}) {
      assertThrows(InvalidSetting.class, () -> Pem.privateKey("key", armoured(type, nested)));
    }
    String huge = "x".repeat(2 << 20);
    assertThrows(InvalidSetting.class, () -> Pem.certificates("ca", huge));
  }

  private static void readOrRefused(String text) {
    try {
      Pem.certificates("ca", text);
    } catch (InvalidSetting e) {
      assertEquals("ca", e.key());
    }
    try {
      Pem.privateKey("key", text);
    } catch (InvalidSetting e) {
      assertEquals("key", e.key());
      assertFalse(
          text.length() > 40 && String.valueOf(e.getMessage()).contains(text.substring(28, 40)));
    }
  }

  private static String armoured(String type, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(type, Base64.getMimeEncoder().encodeToString(bytes), type);
  }

  @Test
  void namesOfCertificates() {
    HeldCertificate held =
        new HeldCertificate.Builder()
            .commonName("cn.example")
            .addSubjectAlternativeName("*.vpn.example")
            .addSubjectAlternativeName("exact.example")
            .addSubjectAlternativeName("192.0.2.7")
            .build();
    assertTrue(CertificateName.matches(held.certificate(), "a.vpn.example"));
    assertTrue(CertificateName.matches(held.certificate(), "A.VPN.Example."));
    assertTrue(CertificateName.matches(held.certificate(), "exact.example"));
    assertTrue(CertificateName.matches(held.certificate(), "192.0.2.7"));
    assertFalse(CertificateName.matches(held.certificate(), "vpn.example"));
    assertFalse(CertificateName.matches(held.certificate(), "a.b.vpn.example"));
    assertFalse(CertificateName.matches(held.certificate(), "cn.example"));
    assertFalse(CertificateName.matches(held.certificate(), "192.0.2.8"));
  }
}
