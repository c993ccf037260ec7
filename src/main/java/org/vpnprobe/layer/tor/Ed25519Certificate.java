package org.vpnprobe.layer.tor;

import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;

/**
 * A certificate of Tor's own format (cert-spec, "Ed25519 Certificates").
 *
 * @param type what it certifies for what, CERT_TYPE
 * @param expiresHours hours since 1970
 * @param keyType what {@code certified} is
 * @param certified a key or a digest
 * @param signer the key it says it is signed with, null when it does not say
 * @param signed all that the signature covers
 * @param signature over that
 */
record Ed25519Certificate(
    int type,
    long expiresHours,
    int keyType,
    byte[] certified,
    byte @Nullable [] signer,
    byte[] signed,
    byte[] signature) {
  /** IDENTITY_V_SIGNING. */
  static final int SIGNING_KEY = 4;

  /** SIGNING_V_TLS_CERT. */
  static final int TLS_LINK = 5;

  /** CERT_KEY_TYPE: an Ed25519 key. */
  static final int ED25519_KEY = 1;

  /** CERT_KEY_TYPE: SHA-256 of an X.509 certificate. */
  static final int SHA256_OF_X509 = 3;

  private static final int VERSION = 1;
  private static final int KEY_LENGTH = 32;
  private static final int SIGNATURE_LENGTH = 64;

  /** Extension "signed-with-ed25519-key". */
  private static final int SIGNED_WITH = 4;

  /** Extension flag AFFECTS_VALIDATION. */
  private static final int AFFECTS_VALIDATION = 1;

  /**
   * Parses a certificate.
   *
   * @throws StepFailed {@code proto_malformed_reply}
   */
  static Ed25519Certificate parse(byte[] bytes) throws StepFailed {
    ByteReader in = new ByteReader(bytes);
    in.expect(VERSION, "version of an Ed25519 certificate");
    int type = in.u8();
    long expires = in.u32();
    int keyType = in.u8();
    byte[] certified = in.bytes(KEY_LENGTH);
    byte[] signer = null;
    for (int left = in.u8(); left > 0; left--) {
      int length = in.u16();
      int extension = in.u8();
      int flags = in.u8();
      ByteReader body = in.slice(length);
      if (extension == SIGNED_WITH) {
        signer = body.bytes(KEY_LENGTH);
        if (body.hasRemaining()) {
          throw body.malformed("a signing key has 32 bytes");
        }
      } else if ((flags & AFFECTS_VALIDATION) != 0) {
        throw body.malformed("unknown extension " + extension + " that affects validation");
      }
    }
    byte[] signed = Arrays.copyOf(bytes, in.position());
    byte[] signature = in.bytes(SIGNATURE_LENGTH);
    if (in.hasRemaining()) {
      throw in.malformed("something follows an Ed25519 certificate");
    }
    return new Ed25519Certificate(type, expires, keyType, certified, signer, signed, signature);
  }

  /**
   * Checks type, time and signature.
   *
   * @param wantedType its CERT_TYPE
   * @param wantedKeyType its CERT_KEY_TYPE
   * @param key who must have signed it
   * @throws StepFailed {@code ssl_invalid_certificate}
   */
  void check(int wantedType, int wantedKeyType, byte[] key, Clock clock) throws StepFailed {
    if (type != wantedType || keyType != wantedKeyType) {
      throw invalid("a certificate of the relay is of another type than where it stands");
    }
    checkExpiry(expiresHours, clock);
    if (!Ed25519.verify(signature, 0, key, 0, signed, 0, signed.length)) {
      throw invalid("a certificate of the relay has a wrong signature");
    }
  }

  /** Fails when that hour since 1970 is over. */
  static void checkExpiry(long hours, Clock clock) throws StepFailed {
    if (Duration.ofHours(hours).compareTo(Duration.ofMillis(clock.millis())) < 0) {
      throw invalid("a certificate of the relay has expired");
    }
  }

  static StepFailed invalid(String what) {
    return new StepFailed(FailureKind.SSL_INVALID_CERTIFICATE, what);
  }
}
