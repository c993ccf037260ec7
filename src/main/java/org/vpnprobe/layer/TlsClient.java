package org.vpnprobe.layer;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;

/**
 * The client's side of a TLS 1.2 or 1.3 handshake (RFC 5246, RFC 8446) by JSSE over a stream of
 * ours. Nothing is resumed: every handshake proves the server's key anew.
 */
public final class TlsClient {
  /**
   * What the client says and expects.
   *
   * @param sni the server name to send, null or an IP literal to send none
   * @param alpn protocols to offer in order, empty to offer none
   * @param trust by what the server's certificate is known
   * @param host the name or address that the certificate must be for, null for any
   * @param ours shown when the server asks, empty to show none
   * @param hello what it looks like, as far as that can be chosen
   */
  public record Offer(
      @Nullable String sni,
      List<String> alpn,
      Trust trust,
      @Nullable String host,
      Optional<OwnCertificate> ours,
      Hello hello) {

    /** An offer as Java makes it. */
    public Offer(
        @Nullable String sni,
        List<String> alpn,
        Trust trust,
        @Nullable String host,
        Optional<OwnCertificate> ours) {
      this(sni, alpn, trust, host, ours, Hello.JAVA);
    }

    /** The same offer, looking otherwise; null for Java's own looks. */
    public Offer looking(@Nullable Hello other) {
      return other == null ? this : new Offer(sni, alpn, trust, host, ours, other);
    }

    public Offer {
      alpn = List.copyOf(alpn);
    }

    /** The name that goes out, empty for none: an address is never one (RFC 6066 section 3). */
    public Optional<String> indicated() {
      return Optional.ofNullable(sni)
          .filter(name -> !name.isEmpty() && CertificateName.literal(name) == null);
    }
  }

  /** Is told what happens during the handshake. */
  public interface Listener {
    /** A ServerHello that answers our ClientHello was accepted: this is a TLS server. */
    void serverHello();

    /** {@code tls_version tls_cipher tls_alpn tls_certificate_sha256 tls_issuer}. */
    void observe(String key, String value);
  }

  static {
    FastCurves.register();
  }

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  /** What a server may send before it is cut off: a long chain has some 20 kB. */
  private static final int MAX_HANDSHAKE = 1 << 18;

  private final Offer offer;
  private final Listener listener;
  private final TrustJudge judge;
  private final SSLEngine engine;
  private final TlsStream stream;
  private boolean hello;

  private TlsClient(ByteStream wire, Offer offer, Listener listener, Clock clock) {
    this.offer = offer;
    this.listener = listener;
    this.judge = new TrustJudge(offer.trust(), offer.host(), clock);
    this.engine = engine(offer, judge);
    this.stream = new TlsStream(engine, judge, leaving(wire, offer, listener));
  }

  private static ByteStream leaving(ByteStream wire, Offer offer, Listener listener) {
    Hello.Split split = offer.hello().split();
    return split == null
        ? wire
        : new SplitStream(
            wire,
            split,
            offer.indicated().orElse(""),
            text -> listener.observe("first_flight", text));
  }

  /**
   * Performs the handshake. When it returns, the server has proved that it holds the key of a
   * certificate that is trusted.
   *
   * @param wire is closed when the handshake fails
   * @throws StepFailed {@code tls_alert:n} when the server refuses, {@code auth_rejected} when it
   *     refuses our certificate, an {@code ssl_*} failure when we refuse, {@code
   *     proto_unexpected_reply} when it does not speak TLS, {@code eof_error} and the failures of
   *     the stream
   */
  public static TlsStream handshake(ByteStream wire, Offer offer, Listener listener, Clock clock)
      throws StepFailed {
    TlsClient client = new TlsClient(wire, offer, listener, clock);
    boolean done = false;
    try {
      client.run();
      done = true;
      return client.stream;
    } finally {
      if (!done) {
        wire.close();
      }
    }
  }

  /**
   * What a failure after the handshake means to a client that has shown a certificate: {@code
   * auth_rejected} for an alert about it, else the failure itself.
   */
  public static StepFailed refusal(StepFailed e) {
    return e.getCause() instanceof SSLException alert
        ? TlsAlerts.afterOurCertificate(alert, true, e.detail())
        : e;
  }

  private void run() throws StepFailed {
    try {
      engine.beginHandshake();
      converse();
    } catch (SSLException e) {
      stream.flush();
      throw failure(e);
    } finally {
      observeCertificate();
    }
    SSLSession session = engine.getSession();
    listener.observe("tls_version", session.getProtocol());
    listener.observe("tls_cipher", session.getCipherSuite());
    if (!stream.applicationProtocol().isEmpty()) {
      listener.observe("tls_alpn", stream.applicationProtocol());
    }
  }

  private void converse() throws SSLException, StepFailed {
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_WRAP -> stream.wrap(NOTHING);
        case NEED_TASK -> stream.runTasks();
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          refuseForeign();
          switch (stream.unwrap()) {
            case BUFFER_UNDERFLOW -> more();
            case CLOSED ->
                throw new StepFailed(FailureKind.EOF_ERROR, "the server closed the TLS handshake");
            case OK, BUFFER_OVERFLOW -> {}
          }
        }
        case FINISHED, NOT_HANDSHAKING -> {
          lookForHello();
          stream.send();
          return;
        }
      }
      lookForHello();
    }
  }

  /** JSSE has a session with a cipher as soon as it has accepted a ServerHello. */
  private void lookForHello() {
    SSLSession session = engine.getHandshakeSession();
    boolean over = engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    boolean agreed = session != null && !session.getCipherSuite().startsWith("SSL_NULL");
    if (!hello && (agreed || over)) {
      hello = true;
      listener.serverHello();
    }
  }

  private void more() throws StepFailed {
    if (stream.received() > MAX_HANDSHAKE) {
      throw new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, "the server's handshake has no end");
    }
    stream.send();
    if (!stream.feed()) {
      throw new StepFailed(
          FailureKind.EOF_ERROR,
          hello
              ? "the server closed the connection in the handshake"
              : "the server closed the connection without an answer");
    }
  }

  /** RFC 8446 section 5.1: a record begins with its type, 20 to 24, and a version 3.x. */
  private void refuseForeign() throws StepFailed {
    ByteBuffer pending = stream.pending();
    if (hello || !pending.hasRemaining()) {
      return;
    }
    int type = pending.get(0) & 0xff;
    if (type < 20 || type > 24 || (pending.remaining() > 1 && pending.get(1) != 3)) {
      throw new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY, "the server answered something other than TLS");
    }
  }

  private StepFailed failure(SSLException e) {
    StepFailed refused = judge.refused();
    if (refused != null) {
      return refused;
    }
    return judge.seen() == null
        ? TlsAlerts.failure(e, "the TLS handshake failed")
        : TlsAlerts.afterOurCertificate(e, offer.ours().isPresent(), "the TLS handshake failed");
  }

  private void observeCertificate() {
    X509Certificate certificate = judge.seen();
    if (certificate != null) {
      ShownCertificate.tell(certificate, judge.clock(), listener::observe);
    }
  }

  private static SSLEngine engine(Offer offer, TrustJudge judge) {
    SSLEngine engine;
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          offer.ours().map(own -> new KeyManager[] {own}).orElse(new KeyManager[0]),
          new TrustManager[] {judge},
          null);
      engine = context.createSSLEngine();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    offer.indicated().ifPresent(name -> parameters.setServerNames(List.of(new SNIHostName(name))));
    offer.hello().applyTo(parameters);
    parameters.setApplicationProtocols(offer.alpn().toArray(String[]::new));
    engine.setSSLParameters(parameters);
    return engine;
  }
}
