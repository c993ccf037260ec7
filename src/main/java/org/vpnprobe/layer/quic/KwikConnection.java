package org.vpnprobe.layer.quic;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.ShownCertificate;
import org.vpnprobe.layer.Trust;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;
import tech.kwik.core.ConnectionEstablishedEvent;
import tech.kwik.core.ConnectionListener;
import tech.kwik.core.ConnectionTerminatedEvent;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicStream;

/**
 * A connection by kwik over our datagrams. Its seven platform threads end with the socket, the last
 * (a timer) three probe timeouts later.
 */
final class KwikConnection implements QuicConnection {
  /** The socket ends with the trial; nothing of kwik's own shall end it earlier. */
  private static final Duration NEVER = Duration.ofDays(1);

  private static final Duration IDLE = Duration.ofSeconds(30);

  /** How long the last datagram may take to leave. */
  private static final Duration GOODBYE = Duration.ofMillis(100);

  private final KwikSocket socket;
  private final InetSocketAddress remote;
  private final QuicClientConnection connection;
  private final Judge judge;
  private volatile @Nullable ConnectionTerminatedEvent ended;
  private volatile boolean closing;

  private KwikConnection(Datagrams datagrams, Offer offer, Clock clock) throws IOException {
    this.judge = new Judge(offer, clock);
    this.remote = datagrams.remote();
    InetAddress server = address(remote);
    this.socket = new KwikSocket(datagrams, server);
    // It would print a warning that is wrong here: the judge below checks certificate and name.
    System.setProperty("tech.kwik.core.no-security-warnings", "true");
    this.connection =
        QuicClientConnection.newBuilder()
            .host(offer.sni())
            .port(remote.getPort())
            .proxy(server.getHostAddress()) // Where to send; the host is only a name then.
            .applicationProtocol(offer.alpn())
            .connectTimeout(NEVER)
            .maxIdleTimeout(IDLE)
            // RFC 9114 section 6.2: a server of HTTP/3 opens three.
            .maxOpenPeerInitiatedUnidirectionalStreams(8)
            .maxOpenPeerInitiatedBidirectionalStreams(0)
            .noServerCertificateCheck() // Takes away the check of names, …
            .customTrustManager(judge) // … and this puts ours in the place of both.
            .socketFactory(any -> socket)
            .build();
    connection.setConnectionListener(new Ending());
    // Those that the server opens are left unread.
    connection.setPeerInitiatedStreamCallback(stream -> {});
  }

  /** Where a proxy knows the address and we do not, any will do: it only names the peer. */
  private static InetAddress address(InetSocketAddress remote) {
    InetAddress known = remote.getAddress();
    return known == null || known.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : known;
  }

  static QuicConnection connect(Datagrams socket, Offer offer, Listener listener, Clock clock)
      throws StepFailed {
    KwikConnection made;
    try {
      made = new KwikConnection(socket, offer, clock);
    } catch (IOException e) {
      socket.close();
      throw new StepFailed(
          FailureKind.INSTRUMENT_ERROR, null, "the QUIC library cannot start", null, e);
    }
    boolean done = false;
    try {
      made.handshake(listener);
      done = true;
      return made;
    } finally {
      if (!done) {
        made.close();
      }
    }
  }

  private void handshake(Listener listener) throws StepFailed {
    try {
      socket.connecting(Thread.currentThread());
      connection.connect();
    } catch (IOException e) {
      throw failure(e);
    } catch (RuntimeException e) {
      StepFailed known = socket.failed();
      throw known != null ? known : unexpected(e);
    } finally {
      if (socket.retried()) {
        listener.observe("quic_retry", "followed");
      }
      if (socket.answered()) {
        listener.answered();
      }
      judge.tell(listener);
    }
  }

  /** kwik makes a bare RuntimeException of an interrupt; any other is a fault of its own. */
  private static StepFailed unexpected(RuntimeException e) {
    if (e.getClass() == RuntimeException.class && e.getMessage() == null) {
      Thread.currentThread().interrupt();
      return new StepFailed(
          FailureKind.INTERRUPTED, null, "the handshake was interrupted", null, e);
    }
    return new StepFailed(
        FailureKind.INSTRUMENT_ERROR, null, "the QUIC library failed: " + e, null, e);
  }

  /** Why the connection is not there (any more), the first cause that is known. */
  private StepFailed failure(IOException e) {
    StepFailed refused = judge.refused;
    if (refused != null) {
      return refused;
    }
    Answer.Versions versions = socket.versions();
    if (versions != null) {
      return InitialExchange.incompatible(versions.versions());
    }
    ConnectionTerminatedEvent event = ended;
    if (event != null && event.closedByPeer()) {
      return closed(event);
    }
    StepFailed failed = socket.failed();
    if (failed != null) {
      return failed;
    }
    if (socket.otherGroup()) {
      return new StepFailed(
          FailureKind.INSTRUMENT_ERROR,
          "the server wants another key exchange group than secp256r1, which the QUIC library"
              + " cannot");
    }
    return new StepFailed(
        FailureKind.PROTO_MALFORMED_REPLY,
        null,
        "the server's answer breaks the rules of QUIC",
        null,
        e);
  }

  private static StepFailed closed(ConnectionTerminatedEvent event) {
    Long application = event.applicationErrorCode();
    if (application != null) {
      return new StepFailed(
          FailureKind.QUIC_CLOSED,
          "app_" + application,
          "the server ended the connection with the application's error " + application);
    }
    Long transport = event.transportErrorCode();
    if (transport != null) {
      return InitialExchange.closed(transport);
    }
    return event.closeReason() == ConnectionTerminatedEvent.CloseReason.StatelessReset
        ? new StepFailed(FailureKind.CONNECTION_RESET, "a stateless reset ended the connection")
        : new StepFailed(FailureKind.EOF_ERROR, "the server ended the connection");
  }

  @Override
  public ByteStream open() throws StepFailed {
    try {
      return new KwikStream(connection.createStream(true), this);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public ByteStream ask(byte[] all) throws StepFailed {
    try {
      QuicStream stream = connection.createStream(true);
      stream.getOutputStream().write(all);
      stream.getOutputStream().close();
      return new KwikStream(stream, this);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public void announce(byte[] first) throws StepFailed {
    try {
      QuicStream stream = connection.createStream(false);
      stream.getOutputStream().write(first);
      stream.getOutputStream().flush();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** What a stream's exception means: it has one of its own unless the connection ended. */
  StepFailed streamFailure(IOException e) {
    return ended == null && socket.failed() == null
        ? new StepFailed(FailureKind.CONNECTION_RESET, null, "the server reset the stream", null, e)
        : failure(e);
  }

  InetSocketAddress local() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  InetSocketAddress remote() {
    return remote;
  }

  @Override
  public void close() {
    if (closing) {
      return;
    }
    closing = true;
    if (connection.isConnected()) {
      int before = socket.sent();
      connection.close();
      socket.awaitSend(before, GOODBYE);
    }
    socket.close();
  }

  /**
   * Ends the socket soon after the connection has ended: kwik would wait three probe timeouts, and
   * let its caller wait.
   */
  private final class Ending implements ConnectionListener {
    @Override
    public void connected(ConnectionEstablishedEvent event) {}

    @Override
    public void disconnected(ConnectionTerminatedEvent event) {
      if (closing) {
        return;
      }
      ended = event;
      socket.awaitSend(socket.sent(), GOODBYE);
      socket.close();
    }
  }

  /** Our trust in the clothes that kwik knows. */
  private static final class Judge implements X509TrustManager {
    private final Trust trust;
    private final @Nullable String host;
    private final Clock clock;
    private volatile @Nullable X509Certificate seen;
    private volatile @Nullable StepFailed refused;

    Judge(Offer offer, Clock clock) {
      this.trust = offer.trust();
      this.host = offer.host();
      this.clock = clock;
    }

    void tell(Listener listener) {
      X509Certificate certificate = seen;
      if (certificate != null) {
        ShownCertificate.tell(certificate, clock, listener::observe);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      seen = chain[0];
      try {
        trust.check(chain, host, clock);
      } catch (StepFailed e) {
        refused = e;
        throw new CertificateException(e.detail(), e);
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("this is a client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
