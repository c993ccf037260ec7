package org.vpnprobe.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.lab.TorResponder;
import org.vpnprobe.layer.TlsStream;
import org.vpnprobe.layer.tor.RelayEd25519;
import org.vpnprobe.layer.tor.RelayFingerprint;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Tor.TorSettings;

/** The link handshake against the embedded relay over loopback. */
@NullMarked
class TorTest {
  private static final Duration AMPLE = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final TorSettings NOBODY = new TorSettings(null, null);

  private static TorResponder lab(Clock clock) {
    return new TorResponder(clock, new SecureRandom());
  }

  private static String material(String name) {
    Map<String, String> material = lab(Clock.systemUTC()).material();
    return Objects.requireNonNull(material.get(name));
  }

  private static TorSettings named() {
    return new TorSettings(
        RelayFingerprint.of(material("tor_fingerprint")),
        RelayEd25519.of(material("tor_ed25519_id")));
  }

  private static String tried(TorSettings settings, InetSocketAddress server, Duration deadline) {
    try (RecordedTrial trial = new RecordedTrial(server, Depth.AUTHENTICATED, deadline)) {
      return tried(settings, trial);
    }
  }

  /** What a cold start takes is no part of a short deadline. */
  @BeforeAll
  static void warm() throws IOException {
    try (Responder relay = lab(Clock.systemUTC()).start(NOBODY)) {
      tried(named(), relay.address(), AMPLE);
    }
  }

  private static String tried(TorSettings settings, RecordedTrial trial) {
    String failure = "";
    try {
      new Tor().open(settings, trial).close();
    } catch (StepFailed e) {
      var failed = trial.trace.failure(e);
      failure = ", " + failed.id() + " in " + failed.step().id();
    }
    Depth deepest = trial.deepest();
    return (deepest == null ? "nothing" : deepest.id()) + failure;
  }

  @Test
  void theNamedRelayIsAuthenticated() throws Exception {
    try (Responder relay = lab(Clock.systemUTC()).start(NOBODY);
        RecordedTrial trial = new RecordedTrial(relay.address(), Depth.AUTHENTICATED, AMPLE)) {
      assertEquals("authenticated", tried(named(), trial));
      assertEquals(List.of(material("tor_fingerprint")), trial.observed("tor_fingerprint"));
      assertEquals(List.of(material("tor_ed25519_id")), trial.observed("tor_ed25519_id"));
      assertEquals(List.of("5"), trial.observed("tor_link_version"));
      assertTrue(
          Math.abs(Long.parseLong(trial.observed("tor_clock_offset_s").getFirst())) <= 1,
          "the same clock");
    }
  }

  @Test
  void withoutANameAChainProvesNobody() throws Exception {
    assertEquals(Depth.HANDSHAKE, new Tor().facts(NOBODY).ceiling());
    assertEquals(Depth.AUTHENTICATED, new Tor().facts(named()).ceiling());
    try (Responder relay = lab(Clock.systemUTC()).start(NOBODY)) {
      assertEquals("handshake", tried(NOBODY, relay.address(), AMPLE));
    }
  }

  @Test
  void anotherRelayIsSaidToBeOne() throws Exception {
    RelayFingerprint other = RelayFingerprint.of("00".repeat(20));
    RelayEd25519 otherKey = RelayEd25519.of("A".repeat(43));
    try (Responder relay = lab(Clock.systemUTC()).start(NOBODY)) {
      String wrong = "handshake, auth_wrong_server_key in auth";
      assertEquals(wrong, tried(new TorSettings(other, null), relay.address(), AMPLE));
      assertEquals(wrong, tried(new TorSettings(null, otherKey), relay.address(), AMPLE));
      assertEquals(
          wrong, tried(new TorSettings(named().fingerprint(), otherKey), relay.address(), AMPLE));
    }
  }

  @Test
  void expiredCertificates() throws Exception {
    Instant twoMonthsAgo = Instant.now().minus(Duration.ofDays(60));
    try (Responder relay = lab(Clock.fixed(twoMonthsAgo, ZoneOffset.UTC)).start(NOBODY)) {
      assertEquals(
          "handshake, ssl_invalid_certificate in handshake",
          tried(named(), relay.address(), AMPLE));
    }
  }

  @Test
  void theFirstDepthNeedsNoMore() throws Exception {
    try (Responder relay = lab(Clock.systemUTC()).start(NOBODY);
        RecordedTrial trial = new RecordedTrial(relay.address(), Depth.PORT, AMPLE)) {
      assertEquals("port", tried(named(), trial));
    }
  }

  /** What a server does with a connection after the client's first bytes. */
  private interface Reaction {
    void act(Socket connection) throws IOException;
  }

  private static String against(Reaction reaction, Duration deadline) throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(() -> {
            try (Socket connection = listener.accept()) {
              connection.getInputStream().read(new byte[4096]);
              reaction.act(connection);
            } catch (IOException e) {
              // The client is gone.
            }
          });
      return tried(named(), (InetSocketAddress) listener.getLocalSocketAddress(), deadline);
    }
  }

  @Test
  void silenceResetsAndForeignAnswers() throws Exception {
    assertEquals(
        "port, generic_timeout_error in tls",
        against(
            connection -> connection.getInputStream().transferTo(OutputStream.nullOutputStream()),
            SHORT));
    assertEquals(
        "port, connection_reset in tls",
        against(connection -> connection.setSoLinger(true, 0), AMPLE));
    assertEquals(
        "port, proto_unexpected_reply in tls",
        against(
            connection ->
                connection.getOutputStream().write("HTTP/1.1 400 Bad\r\n\r\n".getBytes("US-ASCII")),
            AMPLE));
  }

  /** A TLS server with a certificate of its own, which does this with each connection. */
  private static String behindTls(Reaction reaction) throws IOException {
    HeldCertificate own = new HeldCertificate.Builder().build();
    try (ServerSocket listener =
        new HandshakeCertificates.Builder()
            .heldCertificate(own)
            .build()
            .sslContext()
            .getServerSocketFactory()
            .createServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(() -> {
            try (Socket connection = listener.accept()) {
              reaction.act(connection);
            } catch (IOException e) {
              // The client is gone.
            }
          });
      return tried(named(), (InetSocketAddress) listener.getLocalSocketAddress(), AMPLE);
    }
  }

  /** The relay's own cells come through, but they name its own certificate. */
  @Test
  void aMiddleboxThatEndsTlsIsFound() throws Exception {
    try (Responder relay = lab(Clock.systemUTC()).start(NOBODY);
        RecordedTrial middle = new RecordedTrial(relay.address(), Depth.AUTHENTICATED, AMPLE);
        TlsStream inner = TorRelay.tls(middle.path().tcp(relay.address()), middle)) {
      assertEquals(
          "handshake, ssl_wrong_pin in handshake",
          behindTls(connection -> {
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    inner.in().transferTo(connection.getOutputStream());
                  } catch (IOException e) {
                    // The test is over.
                  }
                });
            connection.getInputStream().transferTo(inner.out());
          }));
    }
  }

  @Test
  void aWebServerIsNoRelay() throws Exception {
    assertEquals(
        "port, proto_unexpected_reply in handshake",
        behindTls(connection -> {
          connection.getInputStream().read(new byte[100]);
          connection.getOutputStream().write("HTTP/1.1 400 Bad\r\n\r\n".getBytes("US-ASCII"));
        }));
    assertEquals(
        "port, eof_error in handshake",
        behindTls(connection -> connection.getInputStream().read(new byte[100])));
  }

  @Test
  void aStoppedRelayRefuses() throws Exception {
    Responder relay = lab(Clock.systemUTC()).start(NOBODY);
    relay.close();
    assertEquals("nothing, connection_refused in connect", tried(named(), relay.address(), AMPLE));
  }

  @Test
  void identitiesAreReadAsPeopleWriteThem() {
    String digits = "0123456789abcdef0123456789ABCDEF01234567";
    RelayFingerprint plain = RelayFingerprint.of(digits);
    assertEquals(plain, RelayFingerprint.of("$" + digits));
    assertEquals(plain, RelayFingerprint.of(digits.replaceAll("(....)", "$1 ")));
    RelayEd25519 key = RelayEd25519.of(material("tor_ed25519_id"));
    assertEquals(key, RelayEd25519.of("ed25519:" + key + "="));
    assertThrows(InvalidSetting.class, () -> RelayFingerprint.of("0123"));
    assertThrows(InvalidSetting.class, () -> RelayEd25519.of("A".repeat(42)));
    assertThrows(InvalidSetting.class, () -> RelayEd25519.of("not base64 at all"));
    assertFalse(new TorRelay(null, null).isKnown());
  }
}
