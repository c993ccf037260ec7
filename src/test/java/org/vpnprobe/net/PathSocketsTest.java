package org.vpnprobe.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.StepName;

/** okhttp over a path: plain, TLS, and what its failures look like. */
class PathSocketsTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final byte[] RESPONSE =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
          .getBytes(StandardCharsets.US_ASCII);

  private final Vantage vantage = Vantages.direct();

  @AfterEach
  void close() {
    vantage.close();
  }

  @Test
  void requestOverThePath() throws Exception {
    Trace trace = trace(Duration.ofSeconds(20));
    try (Peer peer =
            new Peer(socket -> {
              readRequest(socket.getInputStream());
              socket.getOutputStream().write(RESPONSE);
            });
        Path path = vantage.path(trace)) {
      OkHttpClient client = PathSockets.client(path, Family.IP4).build();
      assertEquals("ok", get(client, "http://127.0.0.1:" + peer.address().getPort()));
    }
    assertEquals(StepName.CONNECT, trace.steps().getFirst().name());
  }

  @Test
  void tlsOverThePath() throws Exception {
    HeldCertificate certificate =
        new HeldCertificate.Builder().addSubjectAlternativeName("127.0.0.1").build();
    HandshakeCertificates server =
        new HandshakeCertificates.Builder().heldCertificate(certificate).build();
    HandshakeCertificates trust =
        new HandshakeCertificates.Builder()
            .addTrustedCertificate(certificate.certificate())
            .build();
    try (var listener =
            (SSLServerSocket)
                server.sslContext().getServerSocketFactory().createServerSocket(0, 1, LOOPBACK);
        Path path = vantage.path(trace(Duration.ofSeconds(20)))) {
      Thread.ofVirtual().start(() -> answerOnce(listener));
      OkHttpClient client =
          PathSockets.client(path, Family.IP4)
              .sslSocketFactory(trust.sslSocketFactory(), trust.trustManager())
              .build();
      assertEquals("ok", get(client, "https://127.0.0.1:" + listener.getLocalPort()));
    }
  }

  @Test
  void aSilentServerMeetsTheDeadlineAndTheFailureIsFound() throws Exception {
    try (Peer peer = new Peer(socket -> Thread.sleep(Duration.ofSeconds(20)));
        Path path = vantage.path(trace(Duration.ofMillis(300)))) {
      OkHttpClient client = PathSockets.client(path, Family.IP4).build();
      String url = "http://127.0.0.1:" + peer.address().getPort();
      IOException e = assertThrows(IOException.class, () -> get(client, url));
      assertEquals(FailureKind.GENERIC_TIMEOUT_ERROR, kind(e));
    }
  }

  @Test
  void refusedConnectionIsFound() throws Exception {
    InetSocketAddress gone;
    try (Peer peer = new Peer(socket -> {})) {
      gone = peer.address();
    }
    try (Path path = vantage.path(trace(Duration.ofSeconds(20)))) {
      OkHttpClient client = PathSockets.client(path, Family.IP4).build();
      IOException e =
          assertThrows(IOException.class, () -> get(client, "http://127.0.0.1:" + gone.getPort()));
      assertEquals(FailureKind.CONNECTION_REFUSED, kind(e));
    }
  }

  private static FailureKind kind(IOException e) {
    StepFailed failed = PathSockets.cause(e);
    if (failed == null) {
      throw new AssertionError("no failure inside", e);
    }
    return failed.kind();
  }

  private static String get(OkHttpClient client, String url) throws IOException {
    try (Response response = client.newCall(new Request.Builder().url(url).build()).execute()) {
      return response.body().string();
    }
  }

  private static void answerOnce(SSLServerSocket listener) {
    try (SSLSocket socket = (SSLSocket) listener.accept()) {
      readRequest(socket.getInputStream());
      socket.getOutputStream().write(RESPONSE);
    } catch (IOException e) {
      // The test fails by itself when it gets no answer.
    }
  }

  private static void readRequest(InputStream in) throws IOException {
    int newlines = 0;
    while (newlines < 2) {
      int c = in.read();
      newlines = c == '\n' ? newlines + 1 : c == '\r' ? newlines : 0;
    }
  }

  private static Trace trace(Duration deadline) {
    return new Trace(Clock.systemUTC(), System::nanoTime, deadline);
  }
}
