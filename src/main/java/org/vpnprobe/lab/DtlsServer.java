package org.vpnprobe.lab;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.layer.dtls.Credentials;

/** One DTLS session with the lab's certificate. */
final class DtlsServer extends DefaultTlsServer {
  private final BcTlsCrypto crypto;
  private final Optional<OwnCertificate> client;

  /**
   * @param client the one client that is let in, empty for all
   */
  DtlsServer(BcTlsCrypto crypto, Optional<OwnCertificate> client) {
    super(crypto);
    this.crypto = crypto;
    this.client = client;
  }

  @Override
  protected ProtocolVersion[] getSupportedVersions() {
    return ProtocolVersion.DTLSv12.only();
  }

  /** Those for the lab's kind of key. */
  @Override
  protected int[] getSupportedCipherSuites() {
    return new int[] {
      CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
      CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
    };
  }

  @Override
  protected TlsCredentialedSigner getECDSASignerCredentials() throws IOException {
    return Credentials.of(
        DemoPki.server(),
        context,
        crypto,
        Credentials.algorithms(context.getSecurityParametersHandshake().getClientSigAlgs()));
  }

  @Override
  public @Nullable CertificateRequest getCertificateRequest() {
    if (client.isEmpty()) {
      return null;
    }
    return new CertificateRequest(
        new short[] {ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign},
        TlsUtils.getDefaultSupportedSignatureAlgorithms(context),
        new Vector<>());
  }

  @Override
  public void notifyClientCertificate(Certificate shown) throws IOException {
    if (shown.isEmpty()) {
      throw new TlsFatalAlert(AlertDescription.handshake_failure);
    }
    try {
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(
                      new ByteArrayInputStream(shown.getCertificateAt(0).getEncoded()));
      if (client.isEmpty() || !client.get().isFor(certificate)) {
        throw new TlsFatalAlert(AlertDescription.bad_certificate);
      }
    } catch (CertificateException e) {
      throw new TlsFatalAlert(AlertDescription.bad_certificate, e);
    }
  }
}
