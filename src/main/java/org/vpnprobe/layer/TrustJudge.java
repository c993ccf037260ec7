package org.vpnprobe.layer;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.StepFailed;

/** A {@link Trust} in JSSE's clothes, for one handshake; keeps what it saw and why it refused. */
final class TrustJudge extends X509ExtendedTrustManager {
  private final Trust trust;
  private final @Nullable String host;
  private final Clock clock;
  private @Nullable X509Certificate seen;
  private @Nullable StepFailed refused;

  TrustJudge(Trust trust, @Nullable String host, Clock clock) {
    this.trust = trust;
    this.host = host;
    this.clock = clock;
  }

  /** By which dates are judged. */
  Clock clock() {
    return clock;
  }

  /** The certificate that the server showed, null when it has shown none. */
  @Nullable X509Certificate seen() {
    return seen;
  }

  /** Why the certificate was refused, null when it was not. */
  @Nullable StepFailed refused() {
    return refused;
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    seen = chain[0];
    try {
      trust.check(chain, host, clock);
    } catch (StepFailed e) {
      refused = e;
      throw new CertificateException(e.detail(), e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
