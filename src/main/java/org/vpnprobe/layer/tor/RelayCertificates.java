package org.vpnprobe.layer.tor;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Cipher;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;

/**
 * A responder's CERTS cell (tor-spec, "CERTS cells" and "Authenticating the responder"): its
 * Ed25519 identity signs a signing key, which signs the digest of the TLS certificate; its RSA
 * identity signs the Ed25519 identity.
 */
public final class RelayCertificates {
  /** CertType: the RSA identity, an X.509 certificate signed by itself. */
  private static final int RSA_IDENTITY = 2;

  /** CertType: the Ed25519 signing key, signed by the identity. */
  private static final int SIGNING_KEY = 4;

  /** CertType: the TLS certificate's digest, signed by the signing key. */
  private static final int TLS_LINK = 5;

  /** CertType: the Ed25519 identity, signed by the RSA identity. */
  private static final int CROSS_CERTIFICATE = 7;

  /** tor-spec: "Identity keys are 1024-bit RSA keys". */
  private static final int RSA_BITS = 1024;

  /** tor-spec, "Preliminaries". */
  private static final BigInteger RSA_EXPONENT = BigInteger.valueOf(65537);

  private static final byte[] CROSS_PREFIX =
      "Tor TLS RSA/Ed25519 cross-certificate".getBytes(StandardCharsets.US_ASCII);

  private static final int ED25519_LENGTH = 32;
  private static final int CROSS_SIGNED = ED25519_LENGTH + 4;

  /** How wrong a clock may be, as tor's own check of X.509 dates has it (tortls.c). */
  private static final Duration PAST = Duration.ofHours(48);

  private static final Duration FUTURE = Duration.ofDays(30);

  private final X509Certificate rsa;
  private final Ed25519Certificate signing;
  private final Ed25519Certificate link;
  private final Cross cross;

  /** The RSA-to-Ed25519 cross-certificate (cert-spec). */
  private record Cross(byte[] signed, byte[] ed25519, long expiresHours, byte[] signature) {
    static Cross parse(byte[] bytes) throws StepFailed {
      ByteReader in = new ByteReader(bytes);
      byte[] ed25519 = in.bytes(ED25519_LENGTH);
      long expires = in.u32();
      byte[] signature = in.bytes(in.u8());
      if (in.hasRemaining()) {
        throw in.malformed("something follows a cross-certificate");
      }
      return new Cross(Arrays.copyOf(bytes, CROSS_SIGNED), ed25519, expires, signature);
    }
  }

  private RelayCertificates(
      X509Certificate rsa, Ed25519Certificate signing, Ed25519Certificate link, Cross cross) {
    this.rsa = rsa;
    this.signing = signing;
    this.link = link;
    this.cross = cross;
  }

  /**
   * Parses a CERTS cell's payload; nothing is verified yet.
   *
   * @throws StepFailed {@code proto_malformed_reply}, also when a certificate is missing or there
   *     twice
   */
  static RelayCertificates parse(byte[] payload) throws StepFailed {
    ByteReader in = new ByteReader(payload);
    Map<Integer, byte[]> certificates = new HashMap<>();
    for (int left = in.u8(); left > 0; left--) {
      int type = in.u8();
      if (certificates.put(type, in.bytes(in.u16())) != null) {
        throw in.malformed("two certificates of type " + type);
      }
    }
    return new RelayCertificates(
        x509(certificate(certificates, RSA_IDENTITY)),
        Ed25519Certificate.parse(certificate(certificates, SIGNING_KEY)),
        Ed25519Certificate.parse(certificate(certificates, TLS_LINK)),
        Cross.parse(certificate(certificates, CROSS_CERTIFICATE)));
  }

  private static byte[] certificate(Map<Integer, byte[]> certificates, int type) throws StepFailed {
    byte[] certificate = certificates.get(type);
    if (certificate == null) {
      throw malformed("the CERTS cell has no certificate of type " + type);
    }
    return certificate;
  }

  private static X509Certificate x509(byte[] der) throws StepFailed {
    try {
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der));
      if (certificate.getPublicKey() instanceof RSAPublicKey key
          && key.getModulus().bitLength() == RSA_BITS
          && key.getPublicExponent().equals(RSA_EXPONENT)) {
        return certificate;
      }
    } catch (CertificateException e) {
      // Said below.
    }
    throw malformed("the RSA identity is no X.509 certificate with a key as Tor has them");
  }

  /**
   * Verifies the whole chain.
   *
   * @param tls the certificate that the server showed in the TLS handshake
   * @return whose chain it is
   * @throws StepFailed {@code ssl_wrong_pin} when the chain is for another TLS certificate: someone
   *     else ends the TLS connection; {@code ssl_invalid_certificate} when it does not hold
   */
  RelayIdentity verify(X509Certificate tls, Clock clock) throws StepFailed {
    byte[] identity = signing.signer();
    if (identity == null) {
      throw Ed25519Certificate.invalid("the signing key's certificate names no identity");
    }
    signing.check(Ed25519Certificate.SIGNING_KEY, Ed25519Certificate.ED25519_KEY, identity, clock);
    link.check(
        Ed25519Certificate.TLS_LINK, Ed25519Certificate.SHA256_OF_X509, signing.certified(), clock);
    verifyRsa(identity, clock);
    if (!Arrays.equals(link.certified(), sha256Of(tls))) {
      throw new StepFailed(
          FailureKind.SSL_WRONG_PIN, "the relay names another TLS certificate than the one shown");
    }
    return new RelayIdentity(
        RelayFingerprint.of(fingerprint((RSAPublicKey) rsa.getPublicKey())),
        RelayEd25519.of(identity));
  }

  private void verifyRsa(byte[] identity, Clock clock) throws StepFailed {
    Instant now = clock.instant();
    if (now.isAfter(rsa.getNotAfter().toInstant().plus(PAST))
        || now.isBefore(rsa.getNotBefore().toInstant().minus(FUTURE))) {
      throw Ed25519Certificate.invalid("the certificate of the RSA identity is not valid now");
    }
    Ed25519Certificate.checkExpiry(cross.expiresHours(), clock);
    if (!Arrays.equals(cross.ed25519(), identity)) {
      throw Ed25519Certificate.invalid("the two identities of the relay do not belong together");
    }
    try {
      rsa.verify(rsa.getPublicKey());
      // The digest stands in the padding without its DigestInfo: not what a Signature does.
      Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
      cipher.init(Cipher.DECRYPT_MODE, rsa.getPublicKey());
      if (Arrays.equals(cipher.doFinal(cross.signature()), crossDigest(cross.signed()))) {
        return;
      }
    } catch (GeneralSecurityException e) {
      // Said below.
    }
    throw Ed25519Certificate.invalid("the RSA identity has not signed what it should have");
  }

  /** What the RSA identity signs in a cross-certificate: the key and the hour of expiry. */
  public static byte[] crossDigest(byte[] signed) {
    return digest("SHA-256", CROSS_PREFIX, signed);
  }

  /** tor-spec, "Preliminaries": SHA-1 of the key as PKCS #1 has it in ASN.1. */
  public static byte[] fingerprint(RSAPublicKey key) {
    return digest(
        "SHA-1", SubjectPublicKeyInfo.getInstance(key.getEncoded()).getPublicKeyData().getBytes());
  }

  private static byte[] sha256Of(X509Certificate certificate) {
    try {
      return digest("SHA-256", certificate.getEncoded());
    } catch (CertificateException e) {
      throw new IllegalStateException("a parsed certificate has an encoding", e);
    }
  }

  private static byte[] digest(String algorithm, byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }

  private static StepFailed malformed(String what) {
    return new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, what);
  }
}
