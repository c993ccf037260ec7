package org.vpnprobe.layer;

import java.io.IOException;
import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.jspecify.annotations.Nullable;

/** The check of an ECDSA signature on P-256 over SHA-256 (FIPS 186-5 section 6.4.2). */
final class P256Check extends SignatureSpi {
  static final String NAME = "SHA256withECDSA";

  /** Two numbers of 33 bytes at most and what DER puts around them. */
  private static final int LONGEST = 72;

  private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256r1");
  private static final ECDomainParameters DOMAIN =
      new ECDomainParameters(CURVE.getCurve(), CURVE.getG(), CURVE.getN(), CURVE.getH());

  private static final BigInteger A = CURVE.getCurve().getA().toBigInteger();
  private static final BigInteger B = CURVE.getCurve().getB().toBigInteger();
  private static final ECPoint BASE =
      new ECPoint(
          CURVE.getG().getAffineXCoord().toBigInteger(),
          CURVE.getG().getAffineYCoord().toBigInteger());

  private final MessageDigest digest;
  private @Nullable ECPublicKeyParameters key;

  P256Check() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  protected void engineInitVerify(PublicKey publicKey) throws InvalidKeyException {
    if (!(publicKey instanceof ECPublicKey theirs) || !isP256(theirs.getParams())) {
      throw new InvalidKeyException("P-256 only");
    }
    try {
      key =
          new ECPublicKeyParameters(
              DOMAIN
                  .getCurve()
                  .validatePoint(theirs.getW().getAffineX(), theirs.getW().getAffineY()),
              DOMAIN);
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new InvalidKeyException("not a point of P-256", e); // Infinity has no coordinates.
    }
    digest.reset();
  }

  private static boolean isP256(@Nullable ECParameterSpec spec) {
    return spec != null
        && spec.getCurve().getField() instanceof ECFieldFp field
        && field.getP().equals(CURVE.getCurve().getField().getCharacteristic())
        && spec.getCurve().getA().equals(A)
        && spec.getCurve().getB().equals(B)
        && spec.getGenerator().equals(BASE)
        && spec.getOrder().equals(CURVE.getN());
  }

  @Override
  protected void engineInitSign(PrivateKey privateKey) throws InvalidKeyException {
    throw new InvalidKeyException("checks only"); // The next provider signs.
  }

  @Override
  protected void engineUpdate(byte b) {
    digest.update(b);
  }

  @Override
  protected void engineUpdate(byte[] bytes, int offset, int length) {
    digest.update(bytes, offset, length);
  }

  @Override
  protected byte[] engineSign() throws SignatureException {
    throw new SignatureException("checks only");
  }

  @Override
  protected boolean engineVerify(byte[] signature) throws SignatureException {
    byte[] hash = digest.digest();
    if (key == null || signature.length > LONGEST) {
      throw new SignatureException("not a signature on P-256");
    }
    BigInteger[] numbers;
    try {
      numbers = StandardDSAEncoding.INSTANCE.decode(CURVE.getN(), signature);
    } catch (IOException | RuntimeException e) { // Bouncy Castle throws both.
      throw new SignatureException("not a signature on P-256", e);
    }
    ECDSASigner signer = new ECDSASigner();
    signer.init(false, key);
    return signer.verifySignature(hash, numbers[0], numbers[1]);
  }

  @Override
  @Deprecated
  protected void engineSetParameter(String name, Object value) {
    throw new InvalidParameterException("there is none");
  }

  @Override
  @Deprecated
  protected Object engineGetParameter(String name) {
    throw new InvalidParameterException("there is none");
  }
}
