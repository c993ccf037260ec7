package org.vpnprobe.layer;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGeneratorSpi;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.interfaces.XECKey;
import java.security.interfaces.XECPrivateKey;
import java.security.interfaces.XECPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreementSpi;
import javax.crypto.SecretKey;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.jspecify.annotations.Nullable;

/** X25519 (RFC 7748) over Java's own keys. */
final class X25519Keys {
  private static final int BITS = 255;

  private X25519Keys() {}

  private static boolean isX25519(@Nullable AlgorithmParameterSpec parameters) {
    return parameters instanceof NamedParameterSpec named
        && named.getName().equalsIgnoreCase(NamedParameterSpec.X25519.getName());
  }

  /** RFC 7748 section 5: integers stand with their lowest byte first. */
  private static byte[] reversed(byte[] bytes) {
    byte[] result = new byte[X25519.POINT_SIZE];
    for (int i = 0; i < Math.min(bytes.length, result.length); i++) {
      result[i] = bytes[bytes.length - 1 - i];
    }
    return result;
  }

  static final class Generator extends KeyPairGeneratorSpi {
    private SecureRandom random = new SecureRandom();

    @Override
    public void initialize(int bits, SecureRandom source) {
      if (bits != BITS) {
        throw new InvalidParameterException("X25519 has 255 bits");
      }
      random = source;
    }

    @Override
    public void initialize(AlgorithmParameterSpec parameters, @Nullable SecureRandom source)
        throws InvalidAlgorithmParameterException {
      if (!isX25519(parameters)) {
        throw new InvalidAlgorithmParameterException("X25519 only");
      }
      random = source == null ? random : source;
    }

    @Override
    public KeyPair generateKeyPair() {
      byte[] secret = new byte[X25519.SCALAR_SIZE];
      byte[] point = new byte[X25519.POINT_SIZE];
      X25519.generatePrivateKey(random, secret);
      X25519.generatePublicKey(secret, 0, point, 0);
      try {
        // Java's own, by its own provider: they are encoded and compared as ever.
        KeyFactory keys = KeyFactory.getInstance("X25519");
        return new KeyPair(
            keys.generatePublic(
                new XECPublicKeySpec(
                    NamedParameterSpec.X25519, new BigInteger(1, reversed(point)))),
            keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, secret)));
      } catch (GeneralSecurityException e) {
        throw new ProviderException(e);
      } finally {
        Arrays.fill(secret, (byte) 0);
      }
    }
  }

  static final class Agreement extends KeyAgreementSpi {
    private byte @Nullable [] scalar;
    private byte @Nullable [] shared;

    @Override
    protected void engineInit(Key key, SecureRandom random) throws InvalidKeyException {
      if (!(key instanceof XECPrivateKey secret) || !isX25519(((XECKey) key).getParams())) {
        throw new InvalidKeyException("not a private key of X25519");
      }
      scalar =
          secret
              .getScalar()
              .filter(bytes -> bytes.length == X25519.SCALAR_SIZE)
              .orElseThrow(() -> new InvalidKeyException("no private key"));
      shared = null;
    }

    @Override
    protected void engineInit(
        Key key, @Nullable AlgorithmParameterSpec parameters, SecureRandom random)
        throws InvalidKeyException, InvalidAlgorithmParameterException {
      if (parameters != null && !isX25519(parameters)) {
        throw new InvalidAlgorithmParameterException("X25519 only");
      }
      engineInit(key, random);
    }

    @Override
    protected @Nullable Key engineDoPhase(Key key, boolean last) throws InvalidKeyException {
      if (scalar == null || shared != null || !last) {
        throw new IllegalStateException("one phase of two parties, after a private key");
      }
      if (!(key instanceof XECPublicKey theirs)
          || !isX25519(theirs.getParams())
          || theirs.getU().signum() < 0
          || theirs.getU().bitLength() > BITS) {
        throw new InvalidKeyException("not a public key of X25519");
      }
      byte[] result = new byte[X25519.POINT_SIZE];
      byte[] point = reversed(theirs.getU().toByteArray());
      // RFC 7748 section 6.1: a point of small order makes the secret zero.
      if (!X25519.calculateAgreement(scalar, 0, point, 0, result, 0)) {
        throw new InvalidKeyException("a point of small order");
      }
      shared = result;
      return null;
    }

    @Override
    protected byte[] engineGenerateSecret() {
      byte[] secret = shared;
      if (secret == null) {
        throw new IllegalStateException("nothing agreed on");
      }
      shared = null;
      return secret;
    }

    @Override
    protected int engineGenerateSecret(byte[] buffer, int offset) throws ShortBufferException {
      if (buffer.length - offset < X25519.POINT_SIZE) {
        throw new ShortBufferException("a secret of X25519 has 32 bytes");
      }
      byte[] secret = engineGenerateSecret();
      System.arraycopy(secret, 0, buffer, offset, secret.length);
      return secret.length;
    }

    @Override
    protected SecretKey engineGenerateSecret(String algorithm) {
      return new SecretKeySpec(engineGenerateSecret(), algorithm);
    }
  }
}
