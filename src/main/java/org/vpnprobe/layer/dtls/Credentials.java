package org.vpnprobe.layer.dtls;

import java.io.IOException;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Vector;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.vpnprobe.layer.OwnCertificate;

/** A certificate of ours as Bouncy Castle wants it, for either side. */
public final class Credentials {
  private Credentials() {}

  /**
   * @param algorithms what the other side can verify
   * @throws IOException when it can verify nothing that our key can sign
   */
  public static TlsCredentialedSigner of(
      OwnCertificate own,
      TlsContext context,
      BcTlsCrypto crypto,
      Vector<SignatureAndHashAlgorithm> algorithms)
      throws IOException {
    X509Certificate[] chain = own.getCertificateChain("");
    TlsCertificate[] converted = new TlsCertificate[chain.length];
    for (int i = 0; i < chain.length; i++) {
      try {
        converted[i] = new BcTlsCertificate(crypto, chain[i].getEncoded());
      } catch (CertificateEncodingException e) {
        throw new IllegalStateException("a parsed certificate has an encoding", e);
      }
    }
    PrivateKey key = own.getPrivateKey("");
    short wanted =
        key.getAlgorithm().equals("RSA") ? SignatureAlgorithm.rsa : SignatureAlgorithm.ecdsa;
    SignatureAndHashAlgorithm chosen =
        algorithms.stream()
            .filter(algorithm -> algorithm.getSignature() == wanted)
            .findFirst()
            .orElseThrow(() -> new IOException("the other side cannot verify our kind of key"));
    return new BcDefaultTlsCredentialedSigner(
        new TlsCryptoParameters(context),
        crypto,
        PrivateKeyFactory.createKey(key.getEncoded()),
        new Certificate(converted),
        chosen);
  }

  /** The algorithms of a peer that names none (RFC 5246 section 7.4.1.4.1), or those it names. */
  @SuppressWarnings("unchecked") // Bouncy Castle's collections are raw.
  public static Vector<SignatureAndHashAlgorithm> algorithms(Vector<?> named) {
    return named == null || named.isEmpty()
        ? (Vector<SignatureAndHashAlgorithm>) TlsUtils.getDefaultSupportedSignatureAlgorithms(null)
        : (Vector<SignatureAndHashAlgorithm>) named;
  }
}
