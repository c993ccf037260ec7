package org.vpnprobe.protocol.obfs4;

import java.math.BigInteger;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Elligator 2 on Curve25519 with the non-square 2 (Bernstein, Hamburg, Krasnova, Lange 2013,
 * section 5): public keys that look like random bytes. Not in constant time: the keys live for one
 * handshake, and nobody can ask for more.
 */
public final class Elligator2 {
  /**
   * A key pair whose public key has a representative.
   *
   * @param secret X25519's scalar
   * @param publicKey its u-coordinate, with a component of low order (see {@link #generate})
   * @param representative what is sent in place of the public key
   */
  public record KeyPair(byte[] secret, byte[] publicKey, byte[] representative) {}

  private record Point(BigInteger u, BigInteger v) {}

  private static final int LENGTH = 32;
  private static final BigInteger ONE = BigInteger.ONE;
  private static final BigInteger TWO = BigInteger.TWO;
  private static final BigInteger THREE = BigInteger.valueOf(3);
  private static final BigInteger P = ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));
  private static final BigInteger A = BigInteger.valueOf(486662);
  private static final BigInteger ROOT_OF_MINUS_ONE = TWO.modPow(P.shiftRight(2), P);

  /** A point of order 8 (RFC 7748 section 7 names the reason; its u in "Curve25519", section 3). */
  private static final BigInteger ORDER_8 =
      new BigInteger("325606250916557431795983626356110631294008115727848805560023387167927233504");

  private Elligator2() {}

  /**
   * The public key that a representative stands for; its two highest bits are ignored.
   *
   * @param representative 32 bytes, any
   */
  public static byte[] publicKey(byte[] representative) {
    byte[] masked = representative.clone();
    masked[LENGTH - 1] &= 0x3f;
    BigInteger r = number(masked);
    // 1 + 2r² is never 0: -1/2 is no square.
    BigInteger w = A.negate().multiply(ONE.add(TWO.multiply(r).multiply(r)).modInverse(P)).mod(P);
    BigInteger u = root(squareOfV(w)) != null ? w : w.negate().subtract(A).mod(P);
    return bytes(u);
  }

  /**
   * The representative of a public key, empty for the half of all keys that have none.
   *
   * @param other which of the two that stand for the same u
   */
  static Optional<byte[]> representative(byte[] publicKey, boolean other) {
    BigInteger u = number(publicKey);
    BigInteger sum = u.add(A).mod(P);
    if (u.signum() == 0 || sum.signum() == 0) {
      return u.signum() == 0 ? Optional.of(new byte[LENGTH]) : Optional.empty();
    }
    BigInteger above = other ? sum : u;
    BigInteger below = other ? u : sum;
    BigInteger r = root(above.negate().multiply(below.shiftLeft(1).modInverse(P)).mod(P));
    return Optional.ofNullable(r).map(root -> bytes(root.min(P.subtract(root))));
  }

  /**
   * A fresh key pair, tried until its public key has a representative. A point of low order is
   * added, as obfs4proxy does since 0.0.12: else all representatives would stand for points of the
   * prime-order group, which random bytes do in one case of eight. X25519's scalars are multiples
   * of 8, so that it changes no shared secret.
   */
  public static KeyPair generate(RandomGenerator random) {
    while (true) {
      byte[] secret = new byte[LENGTH];
      random.nextBytes(secret);
      byte[] clean = new byte[LENGTH];
      X25519.scalarMultBase(secret, 0, clean, 0);
      byte[] publicKey = withLowOrder(clean, random.nextInt(8), random.nextBoolean());
      Optional<byte[]> found = representative(publicKey, random.nextBoolean());
      if (found.isPresent()) {
        byte[] representative = found.get();
        representative[LENGTH - 1] |= (byte) (random.nextInt(4) << 6);
        return new KeyPair(secret, publicKey, representative);
      }
    }
  }

  /** The public key plus {@code times} a point of order 8. */
  static byte[] withLowOrder(byte[] publicKey, int times, boolean negative) {
    Point low = point(ORDER_8, false);
    Point sum = point(number(publicKey), negative);
    for (int i = 0; i < times; i++) {
      sum = sum(sum, low);
    }
    return sum == null ? new byte[LENGTH] : bytes(sum.u());
  }

  private static Point point(BigInteger u, boolean negative) {
    BigInteger v = root(squareOfV(u));
    if (v == null) {
      throw new IllegalArgumentException("a point of the twist");
    }
    return new Point(u, negative ? P.subtract(v).mod(P) : v);
  }

  /** Affine addition on v² = u³ + Au² + u; null is the neutral element. */
  private static @Nullable Point sum(@Nullable Point a, Point b) {
    if (a == null) {
      return b;
    }
    BigInteger slope;
    if (!a.u().equals(b.u())) {
      slope = b.v().subtract(a.v()).multiply(b.u().subtract(a.u()).modInverse(P));
    } else if (a.v().equals(b.v()) && a.v().signum() != 0) {
      BigInteger above = THREE.multiply(a.u()).add(A.shiftLeft(1)).multiply(a.u()).add(ONE);
      slope = above.multiply(a.v().shiftLeft(1).modInverse(P));
    } else {
      return null;
    }
    BigInteger u = slope.multiply(slope).subtract(A).subtract(a.u()).subtract(b.u()).mod(P);
    return new Point(u, slope.multiply(a.u().subtract(u)).subtract(a.v()).mod(P));
  }

  private static BigInteger squareOfV(BigInteger u) {
    return u.add(A).multiply(u).add(ONE).multiply(u).mod(P);
  }

  /** A square root, null when there is none; P = 5 mod 8. */
  private static @Nullable BigInteger root(BigInteger square) {
    BigInteger candidate = square.modPow(P.add(THREE).shiftRight(3), P);
    BigInteger found = candidate.multiply(candidate).mod(P);
    if (found.equals(square)) {
      return candidate;
    }
    return found.add(square).mod(P).signum() == 0
        ? candidate.multiply(ROOT_OF_MINUS_ONE).mod(P)
        : null;
  }

  /** Little-endian; the highest bit of a u-coordinate is ignored (RFC 7748 section 5). */
  private static BigInteger number(byte[] littleEndian) {
    byte[] masked = littleEndian.clone();
    masked[LENGTH - 1] &= 0x7f;
    return new BigInteger(1, Arrays.reverse(masked)).mod(P);
  }

  private static byte[] bytes(BigInteger number) {
    byte[] bigEndian = number.toByteArray();
    byte[] littleEndian = new byte[LENGTH];
    for (int i = 0; i < Math.min(LENGTH, bigEndian.length); i++) {
      littleEndian[i] = bigEndian[bigEndian.length - 1 - i];
    }
    return littleEndian;
  }
}
