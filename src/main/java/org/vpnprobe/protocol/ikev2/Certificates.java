package org.vpnprobe.protocol.ikev2;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/** Certificates as IKE writes them (RFC 7296 sections 3.6 and 3.7). */
public final class Certificates {
  private Certificates() {}

  /** The CERT payload of a certificate. */
  public static Payload payload(X509Certificate certificate) {
    try {
      return new Payload(
          Ike.CERT,
          new ByteWriter().u8(Ike.X509_SIGNATURE).bytes(certificate.getEncoded()).toByteArray());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a parsed certificate has an encoding", e);
    }
  }

  /**
   * The certificate of a CERT payload, null when it is something else than one.
   *
   * @throws StepFailed {@code ssl_invalid_certificate} when it cannot be read
   */
  static @Nullable X509Certificate decode(byte[] body) throws StepFailed {
    ByteReader in = new ByteReader(body);
    if (in.u8() != Ike.X509_SIGNATURE) {
      return null;
    }
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(in.rest()));
    } catch (CertificateException e) {
      throw new StepFailed(
          FailureKind.SSL_INVALID_CERTIFICATE, "the server's certificate cannot be read");
    }
  }

  /** What a CERTREQ names an authority by: SHA-1 of its public key. */
  static byte[] authorityHash(X509Certificate authority) {
    return digest("SHA-1", authority.getPublicKey().getEncoded());
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
