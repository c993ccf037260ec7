package org.vpnprobe.layer;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.util.encoders.DecoderException;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.vpnprobe.model.InvalidSetting;

/**
 * Reads certificates and private keys from the text of their files (RFC 7468). Texts are bounded;
 * whatever is wrong with one is an {@link InvalidSetting} that quotes nothing of it.
 */
public final class Pem {
  /** A bundle of every public authority has some 250 kB. */
  private static final int MOST_CHARACTERS = 1 << 20;

  private Pem() {}

  /**
   * All certificates of the text, at least one; text around them is ignored.
   *
   * @param setting the YAML key that a complaint names
   */
  public static List<X509Certificate> certificates(String setting, String text) {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      List<X509Certificate> certificates = new ArrayList<>();
      for (PemObject object : objects(text)) {
        if (object.getType().endsWith("CERTIFICATE")) {
          certificates.add(
              (X509Certificate)
                  factory.generateCertificate(new ByteArrayInputStream(object.getContent())));
        }
      }
      if (certificates.isEmpty()) {
        throw new InvalidSetting(setting, "expected the text of a PEM file with BEGIN CERTIFICATE");
      }
      return certificates;
    } catch (InvalidSetting e) {
      throw e;
    } catch (CertificateException | IOException | RuntimeException e) {
      throw new InvalidSetting(setting, "a certificate cannot be read: is the text complete?");
    }
  }

  /**
   * The private key of the text: PKCS#8 (RFC 5208), PKCS#1 (RSA, RFC 8017) or SEC 1 (EC, RFC 5915);
   * not encrypted.
   *
   * @param setting the YAML key that a complaint names
   */
  public static PrivateKey privateKey(String setting, String text) {
    try {
      for (PemObject object : objects(text)) {
        switch (object.getType()) {
          case "PRIVATE KEY" -> {
            return decode(PrivateKeyInfo.getInstance(object.getContent()));
          }
          case "RSA PRIVATE KEY" -> {
            return decode(
                new PrivateKeyInfo(
                    new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                    ASN1Sequence.getInstance(object.getContent())));
          }
          case "EC PRIVATE KEY" -> {
            ECPrivateKey key = ECPrivateKey.getInstance(object.getContent());
            return decode(
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
    } catch (InvalidSetting e) {
      throw e;
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      // The ASN.1 reader has many ways to say that it was fed something else.
      throw new InvalidSetting(setting, "the private key cannot be read: is the text complete?");
    }
    throw new InvalidSetting(setting, "expected the text of a PEM file with a PRIVATE KEY");
  }

  private static PrivateKey decode(PrivateKeyInfo info)
      throws IOException, GeneralSecurityException {
    String oid = info.getPrivateKeyAlgorithm().getAlgorithm().getId();
    String algorithm =
        switch (oid) {
          case "1.2.840.113549.1.1.1" -> "RSA";
          case "1.2.840.113549.1.1.10" -> "RSASSA-PSS";
          case "1.2.840.10045.2.1" -> "EC";
          case "1.3.101.112", "1.3.101.113" -> "EdDSA";
          default -> throw new GeneralSecurityException("key algorithm " + oid);
        };
    return KeyFactory.getInstance(algorithm)
        .generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
  }

  private static List<PemObject> objects(String text) throws IOException {
    if (text.length() > MOST_CHARACTERS) {
      throw new IOException("too long");
    }
    List<PemObject> objects = new ArrayList<>();
    try (PemReader reader = new PemReader(new StringReader(text))) {
      for (PemObject next = reader.readPemObject(); next != null; next = reader.readPemObject()) {
        objects.add(next);
      }
    } catch (DecoderException | IllegalArgumentException e) {
      throw new IOException("not base64", e);
    }
    return objects;
  }
}
