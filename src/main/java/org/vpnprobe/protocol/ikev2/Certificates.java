package org.vpnprobe.protocol.ikev2;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.util.encoders.DecoderException;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.net.StepFailed;

/** Reads certificates and keys, and computes what IKE says about them. */
public final class Certificates {
  private Certificates() {}

  /** All certificates of a PEM text, at least one. */
  public static List<X509Certificate> pem(String setting, String text) {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      for (PemObject object : objects(text)) {
        if (object.getType().endsWith("CERTIFICATE")) {
          certificates.add(parse(object.getContent()));
        }
      }
    } catch (CertificateException | IOException e) {
      throw new InvalidSetting(setting, "a certificate cannot be read: is the text complete?");
    }
    if (certificates.isEmpty()) {
      throw new InvalidSetting(setting, "expected the text of a PEM file with BEGIN CERTIFICATE");
    }
    return certificates;
  }

  /** A certificate of the wire. */
  static X509Certificate decode(byte[] der) throws StepFailed {
    try {
      return parse(der);
    } catch (CertificateException e) {
      throw new StepFailed(
          org.vpnprobe.model.FailureKind.SSL_INVALID_CERTIFICATE,
          "the server's certificate cannot be read");
    }
  }

  private static X509Certificate parse(byte[] der) throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  /** The private key of a PEM text: PKCS#8, PKCS#1 (RSA) or SEC 1 (EC); not encrypted. */
  public static PrivateKey key(String setting, String text) {
    try {
      for (PemObject object : objects(text)) {
        switch (object.getType()) {
          case "PRIVATE KEY" -> {
            return key(PrivateKeyInfo.getInstance(object.getContent()));
          }
          case "RSA PRIVATE KEY" -> {
            return key(
                new PrivateKeyInfo(
                    new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                    ASN1Sequence.getInstance(object.getContent())));
          }
          case "EC PRIVATE KEY" -> {
            ECPrivateKey key = ECPrivateKey.getInstance(object.getContent());
            return key(
                new PrivateKeyInfo(
                    new AlgorithmIdentifier(
                        X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()),
                    key));
          }
          case "ENCRYPTED PRIVATE KEY" ->
              throw new InvalidSetting(setting, "the key has a passphrase: decrypt it first");
          default -> {} // Parameters or certificates beside the key.
        }
      }
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      if (e instanceof InvalidSetting known) {
        throw known;
      }
      throw new InvalidSetting(setting, "the private key cannot be read: is the text complete?");
    }
    throw new InvalidSetting(setting, "expected the text of a PEM file with a PRIVATE KEY");
  }

  private static PrivateKey key(PrivateKeyInfo info) throws IOException, GeneralSecurityException {
    String oid = info.getPrivateKeyAlgorithm().getAlgorithm().getId();
    String algorithm =
        switch (oid) {
          case "1.2.840.113549.1.1.1" -> "RSA";
          case "1.2.840.10045.2.1" -> "EC";
          case "1.3.101.112", "1.3.101.113" -> "EdDSA";
          default -> throw new GeneralSecurityException("key algorithm " + oid);
        };
    return KeyFactory.getInstance(algorithm)
        .generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
  }

  private static List<PemObject> objects(String text) throws IOException {
    List<PemObject> objects = new ArrayList<>();
    try (PemReader reader = new PemReader(new StringReader(text))) {
      for (PemObject next = reader.readPemObject(); next != null; next = reader.readPemObject()) {
        objects.add(next);
      }
    } catch (DecoderException e) {
      throw new IOException("not base64", e);
    }
    return objects;
  }

  /** SHA-256 of a certificate, hexadecimal. */
  public static String sha256(X509Certificate certificate) {
    try {
      return HexFormat.of().formatHex(digest("SHA-256", certificate.getEncoded()));
    } catch (CertificateException e) {
      throw new IllegalStateException("a parsed certificate has an encoding", e);
    }
  }

  /** A SHA-256 fingerprint as lower-case hexadecimal without colons. */
  static String fingerprint(String pin) {
    String digits =
        pin.strip().toLowerCase(Locale.ROOT).replaceFirst("^sha256:", "").replace(":", "");
    if (!digits.matches("[0-9a-f]{64}")) {
      throw new InvalidSetting("pin", "expected the SHA-256 of a certificate: 64 hex digits");
    }
    return digits;
  }

  /** What a CERTREQ names an authority by: SHA-1 of its public key (RFC 7296 section 3.7). */
  static byte[] authorityHash(X509Certificate authority) {
    try {
      return digest(
          "SHA-1",
          SubjectPublicKeyInfo.getInstance(authority.getPublicKey().getEncoded()).getEncoded());
    } catch (IOException e) {
      throw new IllegalStateException("a parsed key has an encoding", e);
    }
  }

  static byte[] digest(String algorithm, byte[]... parts) {
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
}
