package org.vpnprobe.lab;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.vpnprobe.layer.OwnCertificate;
import tech.kwik.core.QuicConnection;
import tech.kwik.core.log.NullLogger;
import tech.kwik.core.server.ApplicationProtocolConnection;
import tech.kwik.core.server.ApplicationProtocolConnectionFactory;
import tech.kwik.core.server.ServerConnectionConfig;
import tech.kwik.core.server.ServerConnector;
import tech.kwik.flupke.server.HttpRequestHandler;
import tech.kwik.flupke.server.impl.Http3ServerConnectionImpl;
import tech.kwik.qpack.Decoder;

/** A QUIC server of kwik's on a UDP port of loopback, with the lab's certificate. */
final class KwikServer implements Responder {
  private static final String ALIAS = "lab";
  private static final char[] NO_PASSWORD = new char[0];
  private static final int BUFFER = 1 << 18;

  /** Clients of the lab come and go quickly. */
  private static final Duration IDLE = Duration.ofSeconds(10);

  /** For goodbyes to clients that are still there. */
  private static final Duration PATIENCE = Duration.ofMillis(300);

  private final InetSocketAddress address;
  private final ServerConnector connector;

  private KwikServer(DatagramSocket socket, ServerConnector connector) {
    this.address = (InetSocketAddress) socket.getLocalSocketAddress();
    this.connector = connector;
  }

  /** A socket on a port of loopback, for {@link #start}. */
  static DatagramSocket socket() throws IOException {
    return new DatagramSocket(0, InetAddress.getLoopbackAddress());
  }

  /**
   * Starts a server.
   *
   * @param socket is closed with it
   * @param alpn the one application protocol that it knows
   */
  static KwikServer start(
      DatagramSocket socket, String alpn, ApplicationProtocolConnectionFactory application)
      throws IOException {
    try {
      ServerConnector connector =
          ServerConnector.builder()
              .withSocket(socket)
              .withKeyStore(keyStore(), ALIAS, NO_PASSWORD)
              .withLogger(new NullLogger())
              .withConfiguration(
                  ServerConnectionConfig.builder()
                      .maxIdleTimeout((int) IDLE.toMillis())
                      .maxConnectionBufferSize(BUFFER)
                      .maxBidirectionalStreamBufferSize(BUFFER)
                      .maxUnidirectionalStreamBufferSize(BUFFER)
                      .maxOpenPeerInitiatedBidirectionalStreams(100)
                      .maxOpenPeerInitiatedUnidirectionalStreams(10)
                      .connectionIdLength(8)
                      .build())
              .build();
      connector.registerApplicationProtocol(alpn, application);
      connector.start();
      return new KwikServer(socket, connector);
    } catch (GeneralSecurityException e) {
      throw new IOException("the lab's certificate is one that kwik takes", e);
    }
  }

  /** Makes the web server's side of one connection. */
  @FunctionalInterface
  interface Http3Side {
    ApplicationProtocolConnection of(QuicConnection connection, ExecutorService threads);
  }

  /** Starts a web server of flupke's that answers every request by this handler. */
  static Responder web(DatagramSocket socket, HttpRequestHandler handler) throws IOException {
    return http3(
        socket,
        (connection, threads) ->
            new Http3ServerConnectionImpl(connection, handler, threads, Map.of()));
  }

  /** Starts a server of HTTP/3 and what runs beside it. */
  static Responder http3(DatagramSocket socket, Http3Side side) throws IOException {
    // The first one fills a table that all share, without a lock: before any client can come.
    Decoder.newBuilder().build();
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    KwikServer server = start(socket, "h3", new Http3Factory(side, threads));
    return new Responder() {
      @Override
      public InetSocketAddress address() {
        return server.address();
      }

      @Override
      public void close() {
        server.close();
        threads.shutdownNow();
      }
    };
  }

  private record Http3Factory(Http3Side side, ExecutorService threads)
      implements ApplicationProtocolConnectionFactory {
    /** RFC 9114 section 6.2: control, and two of QPACK. */
    private static final int UNIDIRECTIONAL = 3;

    @Override
    public ApplicationProtocolConnection createConnection(
        String protocol, QuicConnection connection) {
      return side.of(connection, threads);
    }

    @Override
    public int maxConcurrentPeerInitiatedUnidirectionalStreams() {
      return UNIDIRECTIONAL;
    }

    @Override
    public long maxTotalPeerInitiatedUnidirectionalStreams() {
      return UNIDIRECTIONAL;
    }

    @Override
    public int maxConcurrentPeerInitiatedBidirectionalStreams() {
      return Integer.MAX_VALUE;
    }
  }

  private static KeyStore keyStore() throws GeneralSecurityException, IOException {
    OwnCertificate server = DemoPki.server();
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        ALIAS, server.getPrivateKey(ALIAS), NO_PASSWORD, server.getCertificateChain(ALIAS));
    return store;
  }

  @Override
  public InetSocketAddress address() {
    return address;
  }

  /** kwik would wait half a minute for connections that were given up; an interrupt ends that. */
  @Override
  public void close() {
    Thread closer = Thread.ofPlatform().daemon().name("lab quic close").start(connector::close);
    try {
      closer.join(PATIENCE);
      closer.interrupt();
      closer.join(PATIENCE);
    } catch (InterruptedException e) {
      closer.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
