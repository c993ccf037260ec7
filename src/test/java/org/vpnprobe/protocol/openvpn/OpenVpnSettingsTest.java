package org.vpnprobe.protocol.openvpn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import okhttp3.tls.HeldCertificate;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.layer.Trust;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.Transport;

class OpenVpnSettingsTest {
  private static final Pki PKI = new Pki();

  private static Ovpn of(java.util.function.Consumer<Ovpn> change) {
    Ovpn ovpn = new Ovpn();
    change.accept(ovpn);
    return ovpn;
  }

  static Stream<Arguments> invalid() {
    String key = Vectors.KEY_FILE;
    return Stream.of(
        Arguments.of("", new Ovpn().tlsAuth(key, null, null).tlsCrypt(key)),
        Arguments.of("tls_auth", new Ovpn().tlsAuth("no key", null, null)),
        Arguments.of("tls_auth", new Ovpn().tlsAuth(key.replace("bb0f", ""), null, null)),
        Arguments.of("key_direction", new Ovpn().tlsAuth(key, 2, null)),
        Arguments.of("key_direction", of(o -> o.keyDirection = 1)),
        Arguments.of("auth", new Ovpn().tlsAuth(key, 1, "MD5")),
        Arguments.of("tls_crypt", new Ovpn().tlsCrypt(Vectors.clientKeyFile())),
        Arguments.of("tls_crypt_v2", new Ovpn().tlsCryptV2(key)),
        Arguments.of("tls_crypt_v2", new Ovpn().tlsCryptV2(cut(Vectors.clientKeyFile()))),
        Arguments.of("wrap", new Ovpn().wrap("tls-crypt")),
        Arguments.of("wrap", new Ovpn().wrap("plain").tlsCrypt(key)),
        Arguments.of("ca", of(o -> o.ca = "no PEM")),
        Arguments.of("ca", of(o -> o.ca = cut(PKI.ca.certificatePem()))),
        Arguments.of("pin", new Ovpn().pin("abcd")),
        Arguments.of("verify_x509_name", new Ovpn().name("server name")),
        Arguments.of("verify_x509_name", new Ovpn().ca(PKI.ca).name(" ")),
        Arguments.of("remote_cert_tls", new Ovpn().ca(PKI.ca).remoteCertTls("client")),
        Arguments.of("cert", new Ovpn().cert(PKI.client)),
        Arguments.of("username", new Ovpn().login("alice", "s3cret")),
        Arguments.of("username", of(o -> o.username = "alice")),
        Arguments.of("cert", of(o -> o.cert = PKI.client.certificatePem())),
        Arguments.of("key", of(o -> o.ca(PKI.ca).cert(PKI.client).key = Secret.of("no key"))),
        Arguments.of("key", mismatched()),
        Arguments.of("data_ciphers", new Ovpn().ciphers("BF-CBC")),
        Arguments.of("target", new Ovpn().target("example.com")));
  }

  private static Ovpn mismatched() {
    Ovpn ovpn = new Ovpn().ca(PKI.ca).cert(PKI.client);
    ovpn.key = Secret.of(PKI.stranger.privateKeyPkcs8Pem());
    return ovpn;
  }

  private static String cut(String pem) {
    int half = pem.length() / 2;
    return pem.substring(0, half) + pem.substring(pem.lastIndexOf("\n-----END"));
  }

  @ParameterizedTest(name = "{0} {index}")
  @MethodSource("invalid")
  void whatCannotWorkIsRefusedAtItsKey(String key, Ovpn settings) {
    InvalidSetting invalid = assertThrows(InvalidSetting.class, settings::settings);
    assertEquals(key, invalid.key());
    assertFalse(String.valueOf(invalid.getMessage()).contains("37268ea8"));
  }

  @Test
  void whatIsLeftOutHasTheDefaultsOfOpenVpn() {
    OpenVpnSettings settings = new Ovpn().settings();
    assertEquals(Transport.UDP, settings.transport());
    assertEquals(List.of(DataCipher.values()), settings.offeredCiphers());
    assertFalse(settings.hasStaticKey());
    assertFalse(settings.lacksStaticKey());
  }

  @Test
  void ciphersThatWeLackAreLeftOut() {
    assertEquals(
        List.of(DataCipher.AES_128_GCM),
        new Ovpn().ciphers("AES-256-CBC", "aes-128-gcm").settings().offeredCiphers());
  }

  @Test
  void theFingerprintMayHaveColons() {
    String hex = Pki.own(PKI.server).fingerprint();
    String colons = hex.toUpperCase(java.util.Locale.ROOT).replaceAll("(..)(?=.)", "$1:");
    assertEquals(hex, Trust.fingerprint(colons));
  }

  @Test
  void nothingSecretIsPrinted() {
    String text =
        new Ovpn()
            .ca(PKI.ca)
            .cert(PKI.client)
            .login("alice", "s3cret")
            .tlsCrypt(Vectors.KEY_FILE)
            .settings()
            .toString();
    assertFalse(text.contains("s3cret"));
    assertFalse(text.contains("PRIVATE KEY"));
    assertFalse(text.contains("37268ea8"));
  }

  @Test
  void everyFormOfAPrivateKeyIsRead() {
    HeldCertificate rsa =
        new HeldCertificate.Builder().commonName("r").rsa2048().signedBy(PKI.ca).build();
    OwnCertificate.of(rsa.certificatePem(), Secret.of(rsa.privateKeyPkcs8Pem()));
    OwnCertificate.of(rsa.certificatePem(), Secret.of(rsa.privateKeyPkcs1Pem()));
    OwnCertificate.of(
        "Certificate:\n    Data: (as easy-rsa writes it)\n" + rsa.certificatePem(),
        Secret.of(rsa.privateKeyPkcs8Pem()));
  }

  /** {@code openssl ecparam -genkey} writes SEC 1 with the curve inside. */
  @Test
  void anEllipticCurveKeyOfOpensslIsRead() throws Exception {
    var own = (java.security.interfaces.ECPrivateKey) PKI.client.keyPair().getPrivate();
    byte[] sec1 = new ECPrivateKey(256, own.getS(), SECObjectIdentifiers.secp256r1).getEncoded();
    String pem =
        "-----BEGIN EC PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(sec1)
            + "\n-----END EC PRIVATE KEY-----\n";
    OwnCertificate.of(PKI.client.certificatePem(), Secret.of(pem));
  }

  @Test
  void x509NamesFollowOpenVpn() {
    HeldCertificate server =
        new HeldCertificate.Builder().commonName("vpn-1, Tokyo").organizationalUnit("Lab").build();
    assertTrue(accepts("vpn-1, Tokyo name", server));
    assertTrue(accepts("vpn- name-prefix", server));
    assertTrue(accepts("'OU=Lab, CN=vpn-1, Tokyo'", server));
    assertTrue(accepts("\"OU=Lab, CN=vpn-1, Tokyo\" subject", server));
    assertFalse(accepts("CN=vpn-1, Tokyo", server));
    assertFalse(accepts("vpn-1 name", server));
    assertFalse(accepts("vpn-1, Tokyo", server));
  }

  private static boolean accepts(String rule, HeldCertificate certificate) {
    return X509NameRule.parse(rule).accepts(certificate.certificate());
  }
}
