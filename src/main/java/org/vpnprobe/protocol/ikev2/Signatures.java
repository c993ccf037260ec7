package org.vpnprobe.protocol.ikev2;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * The AUTH payload's signatures: the classic methods (RFC 7296 section 3.8, RFC 4754) and digital
 * signatures that name their algorithm (RFC 7427, RFC 8420).
 */
public final class Signatures {
  static final int RSA_SHA1 = 1;
  static final int ECDSA_256 = 9;
  static final int ECDSA_384 = 10;
  static final int ECDSA_521 = 11;
  static final int DIGITAL_SIGNATURE = 14;

  /** SIGNATURE_HASH_ALGORITHMS values: SHA2-256, SHA2-384, SHA2-512, Identity (for EdDSA). */
  static final List<Integer> HASHES = List.of(2, 3, 4, 5);

  private static final int IDENTITY_HASH = 5;
  private static final String PSS = "RSASSA-PSS";

  private Signatures() {}

  /** The notification that lets the other side use RFC 7427. */
  public static Notify hashes() {
    ByteWriter data = new ByteWriter();
    HASHES.forEach(data::u16);
    return new Notify(Ike.SIGNATURE_HASH_ALGORITHMS, data.toByteArray());
  }

  /**
   * The body of an AUTH payload that signs {@code octets}.
   *
   * @param theirHashes what the other side can verify by RFC 7427; empty when it does not know it
   */
  public static byte[] sign(PrivateKey key, byte[] octets, Set<Integer> theirHashes)
      throws StepFailed {
    try {
      if (theirHashes.isEmpty()) {
        return classic(key, octets);
      }
      AlgorithmIdentifier algorithm = choose(key, theirHashes);
      byte[] name = algorithm.getEncoded();
      byte[] signature = sign(jcaName(algorithm), key, octets);
      return body(
          DIGITAL_SIGNATURE,
          new ByteWriter().u8(name.length).bytes(name).bytes(signature).toByteArray());
    } catch (GeneralSecurityException | IOException e) {
      throw new StepFailed(FailureKind.CONFIG_ERROR, "the key cannot sign what this server takes");
    }
  }

  private static byte[] classic(PrivateKey key, byte[] octets) throws GeneralSecurityException {
    if (key instanceof ECKey ec) {
      return switch (ec.getParams().getOrder().bitLength()) {
        case 256 -> body(ECDSA_256, sign("SHA256withECDSAinP1363Format", key, octets));
        case 384 -> body(ECDSA_384, sign("SHA384withECDSAinP1363Format", key, octets));
        default -> body(ECDSA_521, sign("SHA512withECDSAinP1363Format", key, octets));
      };
    }
    return body(RSA_SHA1, sign("SHA1withRSA", key, octets));
  }

  private static AlgorithmIdentifier choose(PrivateKey key, Set<Integer> theirHashes)
      throws GeneralSecurityException {
    boolean rsa = key instanceof RSAKey;
    if (!rsa && !(key instanceof ECKey)) {
      if (!theirHashes.contains(IDENTITY_HASH)) {
        throw new GeneralSecurityException("no EdDSA at the other side");
      }
      return new AlgorithmIdentifier(
          new ASN1ObjectIdentifier(
              ((java.security.interfaces.EdECKey) key).getParams().getName().equals("Ed25519")
                  ? "1.3.101.112"
                  : "1.3.101.113"));
    }
    for (int hash : HASHES) {
      if (theirHashes.contains(hash) && hash != IDENTITY_HASH) {
        return rsa
            ? new AlgorithmIdentifier(rsa(hash), DERNull.INSTANCE)
            : new AlgorithmIdentifier(ecdsa(hash));
      }
    }
    throw new GeneralSecurityException("no common hash");
  }

  private static ASN1ObjectIdentifier rsa(int hash) {
    return switch (hash) {
      case 2 -> PKCSObjectIdentifiers.sha256WithRSAEncryption;
      case 3 -> PKCSObjectIdentifiers.sha384WithRSAEncryption;
      default -> PKCSObjectIdentifiers.sha512WithRSAEncryption;
    };
  }

  private static ASN1ObjectIdentifier ecdsa(int hash) {
    return switch (hash) {
      case 2 -> X9ObjectIdentifiers.ecdsa_with_SHA256;
      case 3 -> X9ObjectIdentifiers.ecdsa_with_SHA384;
      default -> X9ObjectIdentifiers.ecdsa_with_SHA512;
    };
  }

  /**
   * Verifies the body of an AUTH payload.
   *
   * @return false when the signature is wrong, or its method unknown or not that of the key
   * @throws StepFailed {@code proto_malformed_reply} for a broken payload
   */
  public static boolean verify(PublicKey key, byte[] body, byte[] octets) throws StepFailed {
    ByteReader in = new ByteReader(body);
    int method = in.u8();
    in.skip(3);
    try {
      return switch (method) {
        case RSA_SHA1 -> verify("SHA1withRSA", key, octets, in.rest());
        case ECDSA_256 -> verify("SHA256withECDSAinP1363Format", key, octets, in.rest());
        case ECDSA_384 -> verify("SHA384withECDSAinP1363Format", key, octets, in.rest());
        case ECDSA_521 -> verify("SHA512withECDSAinP1363Format", key, octets, in.rest());
        case DIGITAL_SIGNATURE -> verifyNamed(key, octets, in);
        default -> false;
      };
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static boolean verifyNamed(PublicKey key, byte[] octets, ByteReader in)
      throws StepFailed, GeneralSecurityException {
    AlgorithmIdentifier algorithm;
    try {
      algorithm = AlgorithmIdentifier.getInstance(in.bytes(in.u8()));
    } catch (IllegalArgumentException e) {
      throw in.malformed("unreadable algorithm of a signature");
    }
    if (algorithm == null) {
      throw in.malformed("no algorithm of a signature");
    }
    String name = jcaName(algorithm);
    Signature signature = Signature.getInstance(name);
    if (name.equals(PSS)) {
      signature.setParameter(pss(algorithm.getParameters()));
    }
    return verify(signature, key, octets, in.rest());
  }

  private static String jcaName(AlgorithmIdentifier algorithm) throws GeneralSecurityException {
    return switch (algorithm.getAlgorithm().getId()) {
      case "1.2.840.113549.1.1.11" -> "SHA256withRSA";
      case "1.2.840.113549.1.1.12" -> "SHA384withRSA";
      case "1.2.840.113549.1.1.13" -> "SHA512withRSA";
      case "1.2.840.113549.1.1.10" -> PSS;
      case "1.2.840.10045.4.3.2" -> "SHA256withECDSA";
      case "1.2.840.10045.4.3.3" -> "SHA384withECDSA";
      case "1.2.840.10045.4.3.4" -> "SHA512withECDSA";
      case "1.3.101.112" -> "Ed25519";
      case "1.3.101.113" -> "Ed448";
      default -> throw new GeneralSecurityException("signature algorithm not known");
    };
  }

  private static PSSParameterSpec pss(ASN1Encodable parameters) throws GeneralSecurityException {
    try {
      RSASSAPSSparams params = RSASSAPSSparams.getInstance(parameters);
      String hash =
          switch (params.getHashAlgorithm().getAlgorithm().getId()) {
            case "2.16.840.1.101.3.4.2.1" -> "SHA-256";
            case "2.16.840.1.101.3.4.2.2" -> "SHA-384";
            case "2.16.840.1.101.3.4.2.3" -> "SHA-512";
            default -> throw new GeneralSecurityException("hash of PSS not known");
          };
      return new PSSParameterSpec(
          hash, "MGF1", new MGF1ParameterSpec(hash), params.getSaltLength().intValueExact(), 1);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new GeneralSecurityException("unreadable parameters of PSS", e);
    }
  }

  private static byte[] sign(String algorithm, PrivateKey key, byte[] octets)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(octets);
    return signature.sign();
  }

  private static boolean verify(String algorithm, PublicKey key, byte[] octets, byte[] claimed)
      throws GeneralSecurityException {
    return verify(Signature.getInstance(algorithm), key, octets, claimed);
  }

  private static boolean verify(Signature signature, PublicKey key, byte[] octets, byte[] claimed)
      throws GeneralSecurityException {
    signature.initVerify(key);
    signature.update(octets);
    return signature.verify(claimed);
  }

  private static byte[] body(int method, byte[] data) {
    return new ByteWriter().u8(method).zeros(3).bytes(data).toByteArray();
  }
}
