package org.vpnprobe.lab;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.Cipher;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.layer.Pem;
import org.vpnprobe.layer.tor.RelayCertificates;
import org.vpnprobe.model.Secret;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * The relay of the lab: identities known to everybody, and everything below them made when it
 * starts (tor-spec, "CERTS cells"; cert-spec).
 */
final class TorIdentity {
  private static final Duration VALID = Duration.ofDays(30);
  private static final AlgorithmIdentifier RSA_SHA256 =
      new AlgorithmIdentifier(PKCSObjectIdentifiers.sha256WithRSAEncryption);

  private static final PrivateKey RSA = Pem.privateKey("key", DemoPki.text("tor-identity.key"));
  private static final byte[] ED25519 = sha256("vpnprobe lab: Tor Ed25519 identity");

  private final OwnCertificate tls;
  private final byte[] certs;

  private TorIdentity(OwnCertificate tls, byte[] certs) {
    this.tls = tls;
    this.certs = certs;
  }

  /** What its TLS server shows. */
  OwnCertificate tls() {
    return tls;
  }

  /** The payload of its CERTS cell. */
  byte[] certs() {
    return certs.clone();
  }

  static String fingerprint() {
    return HexFormat.of()
        .formatHex(RelayCertificates.fingerprint(rsaPublic()))
        .toUpperCase(Locale.ROOT);
  }

  static String ed25519Id() {
    return Base64.getEncoder().withoutPadding().encodeToString(ed25519Public(ED25519));
  }

  /** Makes the keys and certificates of a relay that starts now. */
  static TorIdentity start(Clock clock, SecureRandom random) throws IOException {
    try {
      Instant now = clock.instant();
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048, random);
      KeyPair link = generator.generateKeyPair();
      byte[] linkCertificate = x509(link.getPublic().getEncoded(), link.getPrivate(), now, random);
      OwnCertificate tls =
          OwnCertificate.of(
              pem("CERTIFICATE", linkCertificate),
              Secret.of(pem("PRIVATE KEY", link.getPrivate().getEncoded())));
      byte[] signing = new byte[32];
      random.nextBytes(signing);
      long expires = now.plus(VALID).getEpochSecond() / 3600;
      byte[] certs =
          new ByteWriter()
              .u8(4)
              .bytes(entry(2, x509(rsaPublic().getEncoded(), RSA, now, random)))
              .bytes(entry(4, ed25519(4, expires, 1, ed25519Public(signing), ED25519)))
              .bytes(entry(5, ed25519(5, expires, 3, sha256(linkCertificate), signing)))
              .bytes(entry(7, cross(expires)))
              .toByteArray();
      return new TorIdentity(tls, certs);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has RSA", e);
    }
  }

  private static byte[] entry(int type, byte[] certificate) {
    return new ByteWriter().u8(type).u16(certificate.length).bytes(certificate).toByteArray();
  }

  /** An Ed25519 certificate that names its signer. */
  private static byte[] ed25519(
      int type, long expiresHours, int keyType, byte[] certified, byte[] signer) {
    byte[] signed =
        new ByteWriter()
            .u8(1)
            .u8(type)
            .u32(expiresHours)
            .u8(keyType)
            .bytes(certified)
            .u8(1)
            .u16(32)
            .u8(4)
            .u8(0)
            .bytes(ed25519Public(signer))
            .toByteArray();
    byte[] signature = new byte[64];
    Ed25519.sign(signer, 0, signed, 0, signed.length, signature, 0);
    return new ByteWriter().bytes(signed).bytes(signature).toByteArray();
  }

  private static byte[] cross(long expiresHours) throws GeneralSecurityException {
    byte[] signed = new ByteWriter().bytes(ed25519Public(ED25519)).u32(expiresHours).toByteArray();
    Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
    cipher.init(Cipher.ENCRYPT_MODE, RSA);
    byte[] signature = cipher.doFinal(RelayCertificates.crossDigest(signed));
    return new ByteWriter().bytes(signed).u8(signature.length).bytes(signature).toByteArray();
  }

  /** A certificate that its own key signs, with names as tor makes them up. */
  private static byte[] x509(byte[] publicKey, PrivateKey key, Instant now, SecureRandom random)
      throws GeneralSecurityException, IOException {
    V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
    generator.setSerialNumber(new ASN1Integer(new BigInteger(63, random)));
    generator.setSignature(RSA_SHA256);
    generator.setIssuer(new X500Name("CN=www.lab2345lab.com"));
    generator.setSubject(new X500Name("CN=www.demo2345demo.net"));
    generator.setStartDate(new Time(Date.from(now.minus(Duration.ofDays(1)))));
    generator.setEndDate(new Time(Date.from(now.plus(VALID))));
    generator.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(publicKey));
    TBSCertificate unsigned = generator.generateTBSCertificate();
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(key);
    signature.update(unsigned.getEncoded("DER"));
    ASN1EncodableVector all = new ASN1EncodableVector();
    all.add(unsigned);
    all.add(RSA_SHA256);
    all.add(new DERBitString(signature.sign()));
    return new DERSequence(all).getEncoded("DER");
  }

  private static RSAPublicKey rsaPublic() {
    try {
      RSAPrivateCrtKey key = (RSAPrivateCrtKey) RSA;
      return (RSAPublicKey)
          KeyFactory.getInstance("RSA")
              .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has RSA", e);
    }
  }

  private static byte[] ed25519Public(byte[] secret) {
    byte[] publicKey = new byte[32];
    Ed25519.generatePublicKey(secret, 0, publicKey, 0);
    return publicKey;
  }

  private static String pem(String type, byte[] der) {
    return "-----BEGIN "
        + type
        + "-----\n"
        + Base64.getMimeEncoder().encodeToString(der)
        + "\n-----END "
        + type
        + "-----\n";
  }

  private static byte[] sha256(String text) {
    return sha256(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
