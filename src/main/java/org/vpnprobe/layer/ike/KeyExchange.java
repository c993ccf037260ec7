package org.vpnprobe.layer.ike;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.util.BigIntegers;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;

/** Our ephemeral key of one group. */
public final class KeyExchange {
  /** Twice the strength that the largest MODP group gives (RFC 3526 section 8). */
  private static final int EXPONENT_BYTES = 64;

  private static final BigInteger GENERATOR = BigInteger.TWO;

  private final Group group;
  private final byte[] secret;
  private final byte[] publicValue;

  private KeyExchange(Group group, byte[] secret) {
    this.group = group;
    this.secret = secret;
    this.publicValue = publicValue(group, secret);
  }

  /** A fresh key; the random source must be strong. */
  public static KeyExchange generate(Group group, RandomGenerator random) {
    X9ECParameters curve = group.curve();
    byte[] secret = new byte[group == Group.CURVE25519 ? X25519.SCALAR_SIZE : EXPONENT_BYTES];
    random.nextBytes(secret);
    if (curve != null) {
      // From many more bits than the order has, so that the bias does not matter.
      byte[] wide = new byte[2 * EXPONENT_BYTES];
      random.nextBytes(wide);
      BigInteger below = new BigInteger(1, wide).mod(curve.getN().subtract(BigInteger.ONE));
      secret = BigIntegers.asUnsignedByteArray(below.add(BigInteger.ONE));
    }
    return new KeyExchange(group, secret);
  }

  /** For vectors. */
  public static KeyExchange of(Group group, byte[] secret) {
    return new KeyExchange(group, secret.clone());
  }

  public Group group() {
    return group;
  }

  /** What goes to the other side. */
  public byte[] publicValue() {
    return publicValue.clone();
  }

  /**
   * The shared secret with the other side's public value.
   *
   * @throws StepFailed {@code proto_malformed_reply} for a value outside the group
   */
  public byte[] agree(byte[] theirs) throws StepFailed {
    if (theirs.length != publicValue.length) {
      throw bad(theirs.length + " bytes instead of " + publicValue.length);
    }
    X9ECParameters curve = group.curve();
    if (group == Group.CURVE25519) {
      return agree25519(theirs);
    }
    return curve != null ? agreeCurve(curve, theirs) : agreeModp(theirs);
  }

  private byte[] agree25519(byte[] theirs) throws StepFailed {
    byte[] shared = new byte[X25519.POINT_SIZE];
    if (!X25519.calculateAgreement(secret, 0, theirs, 0, shared, 0)) {
      throw bad("a point of small order");
    }
    return shared;
  }

  private byte[] agreeCurve(X9ECParameters curve, byte[] theirs) throws StepFailed {
    ECPoint point;
    try {
      point = curve.getCurve().decodePoint(uncompressed(theirs));
    } catch (IllegalArgumentException e) {
      throw bad("a point that is not on the curve");
    }
    ECPoint shared = point.multiply(new BigInteger(1, secret)).normalize();
    if (shared.isInfinity()) {
      throw bad("a point of small order");
    }
    return shared.getAffineXCoord().getEncoded();
  }

  private byte[] agreeModp(byte[] theirs) throws StepFailed {
    BigInteger prime = prime(group);
    BigInteger value = new BigInteger(1, theirs);
    if (value.compareTo(BigInteger.ONE) <= 0
        || value.compareTo(prime.subtract(BigInteger.ONE)) >= 0) {
      throw bad("a value outside the group");
    }
    return BigIntegers.asUnsignedByteArray(
        publicValue.length, value.modPow(new BigInteger(1, secret), prime));
  }

  private static byte[] publicValue(Group group, byte[] secret) {
    X9ECParameters curve = group.curve();
    if (group == Group.CURVE25519) {
      byte[] value = new byte[X25519.POINT_SIZE];
      X25519.scalarMultBase(secret, 0, value, 0);
      return value;
    }
    if (curve != null) {
      byte[] encoded =
          curve.getG().multiply(new BigInteger(1, secret)).normalize().getEncoded(false);
      return Arrays.copyOfRange(encoded, 1, encoded.length);
    }
    BigInteger prime = prime(group);
    return BigIntegers.asUnsignedByteArray(
        prime.bitLength() / 8, GENERATOR.modPow(new BigInteger(1, secret), prime));
  }

  /** SEC 1's form, of which IKE leaves the first byte away (RFC 5903 section 7). */
  private static byte[] uncompressed(byte[] coordinates) {
    return new ByteWriter().u8(4).bytes(coordinates).toByteArray();
  }

  private static BigInteger prime(Group group) {
    BigInteger prime = group.prime();
    if (prime == null) {
      throw new IllegalStateException(group + " is no MODP group");
    }
    return prime;
  }

  private static StepFailed bad(String what) {
    return new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, "key exchange: " + what);
  }
}
