package org.vpnprobe.protocol.obfs4;

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
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.lab.Obfs4Responder;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.layer.tor.RelayFingerprint;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.Facts;
import org.vpnprobe.protocol.RecordedTrial;

/** The whole protocol against the embedded bridge over loopback. */
class Obfs4Test {
  private static final Duration AMPLE = Duration.ofSeconds(15);
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Map<String, String> LAB = lab(Clock.systemUTC()).material();
  private static final BridgeKey BRIDGE = BridgeKey.of(material("obfs4_cert"));
  private static final RelayFingerprint OTHER = RelayFingerprint.of("00".repeat(20));

  private static Obfs4Responder lab(Clock clock) {
    return new Obfs4Responder(clock, new SecureRandom());
  }

  private static String material(String name) {
    return Objects.requireNonNull(LAB.get(name));
  }

  private static Obfs4Settings settings(int iatMode, @Nullable RelayFingerprint fingerprint) {
    return new Obfs4Settings(Secret.of(material("obfs4_cert")), iatMode, fingerprint, null);
  }

  private static RelayFingerprint fingerprint() {
    return RelayFingerprint.of(material("obfs4_fingerprint"));
  }

  /** What a cold start takes is no part of a short deadline. */
  @BeforeAll
  static void warm() throws IOException {
    try (Responder bridge = lab(Clock.systemUTC()).start(settings(0, fingerprint()))) {
      tried(settings(0, fingerprint()), bridge.address(), Depth.TUNNEL, AMPLE);
    }
  }

  private static String tried(
      Obfs4Settings settings, InetSocketAddress server, Depth goal, Duration deadline) {
    try (RecordedTrial trial = new RecordedTrial(server, goal, deadline)) {
      String failure = "";
      try {
        new Obfs4().open(settings, trial).close();
      } catch (StepFailed e) {
        var failed = trial.trace.failure(e);
        failure = ", " + failed.id() + " in " + failed.step().id();
      }
      Depth deepest = trial.deepest();
      return (deepest == null ? "nothing" : deepest.id()) + failure;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void theRelayBehindTheBridgeAnswers(int iatMode) throws Exception {
    Obfs4Settings settings = settings(iatMode, fingerprint());
    try (Responder bridge = lab(Clock.systemUTC()).start(settings)) {
      assertEquals("tunnel", tried(settings, bridge.address(), Depth.TUNNEL, AMPLE));
      assertEquals("authenticated", tried(settings, bridge.address(), Depth.AUTHENTICATED, AMPLE));
      assertEquals("port", tried(settings, bridge.address(), Depth.PORT, AMPLE));
    }
  }

  @Test
  void anotherRelayBehindTheBridge() throws Exception {
    Obfs4Settings settings = settings(0, OTHER);
    try (Responder bridge = lab(Clock.systemUTC()).start(settings)) {
      assertEquals(
          "authenticated, auth_wrong_server_key in tunnel",
          tried(settings, bridge.address(), Depth.TUNNEL, AMPLE));
    }
  }

  @Test
  void withoutItsCertABridgeIsSilent() throws Exception {
    Obfs4Settings none = new Obfs4Settings(null, null, null, null);
    Facts facts = new Obfs4().facts(none);
    assertTrue(facts.keysMissing() && facts.silent() && facts.obfuscated());
    assertFalse(new Obfs4().facts(settings(0, null)).keysMissing());
    assertEquals(Depth.AUTHENTICATED, new Obfs4().facts(settings(0, null)).ceiling());
    assertEquals(Depth.TUNNEL, new Obfs4().facts(settings(0, fingerprint())).ceiling());
    try (Responder bridge = lab(Clock.systemUTC()).start(none)) {
      String unasked = tried(none, bridge.address(), Depth.AUTHENTICATED, SHORT);
      assertTrue(unasked.startsWith("nothing, proto_no_reply_unauthenticated"), unasked);
      String cert = new BridgeKey(BRIDGE.nodeId(), new byte[32]).text();
      Obfs4Settings wrong = new Obfs4Settings(Secret.of(cert), 0, null, null);
      assertEquals(
          "port, generic_timeout_error in handshake",
          tried(wrong, bridge.address(), Depth.AUTHENTICATED, SHORT));
    }
  }

  /** A bridge whose clock is an hour off answers; two hours are too many. */
  @Test
  void clocksMayBeAnHourOff() throws Exception {
    Obfs4Settings settings = settings(0, null);
    for (int hours = -1; hours <= 1; hours++) {
      Clock clock = Clock.offset(Clock.systemUTC(), Duration.ofHours(hours));
      try (Responder bridge = lab(clock).start(settings)) {
        assertEquals(
            "authenticated", tried(settings, bridge.address(), Depth.AUTHENTICATED, AMPLE));
      }
    }
    Clock late = Clock.offset(Clock.systemUTC(), Duration.ofHours(2));
    try (Responder bridge = lab(late).start(settings)) {
      assertEquals(
          "port, generic_timeout_error in handshake",
          tried(settings, bridge.address(), Depth.AUTHENTICATED, SHORT));
    }
  }

  /** What a server does with a connection after the client's hello. */
  private interface Reaction {
    void act(Socket connection, byte[] hello) throws IOException;
  }

  private static String against(Reaction reaction, Duration deadline) throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(() -> {
            try (Socket connection = listener.accept()) {
              reaction.act(connection, hello(connection));
            } catch (IOException e) {
              // The client is gone.
            }
          });
      return tried(
          settings(0, null),
          (InetSocketAddress) listener.getLocalSocketAddress(),
          Depth.AUTHENTICATED,
          deadline);
    }
  }

  private static byte[] hello(Socket connection) throws IOException {
    byte[] came = new byte[0];
    byte[] chunk = new byte[Hello.LONGEST];
    while (Hello.question(came, BRIDGE, Clock.systemUTC().instant()).isEmpty()) {
      int count = connection.getInputStream().read(chunk);
      came = new ByteWriter().bytes(came).bytes(Arrays.copyOf(chunk, count)).toByteArray();
    }
    return came;
  }

  @Test
  void silenceResetsAndForeignAnswers() throws Exception {
    assertEquals(
        "port, generic_timeout_error in handshake",
        against(
            (connection, hello) ->
                connection.getInputStream().transferTo(OutputStream.nullOutputStream()),
            SHORT));
    assertEquals(
        "port, connection_reset in handshake",
        against((connection, hello) -> connection.setSoLinger(true, 0), AMPLE));
    assertEquals("port, eof_error in handshake", against((connection, hello) -> {}, AMPLE));
    assertEquals(
        "port, proto_unexpected_reply in handshake",
        against(
            (connection, hello) ->
                connection.getOutputStream().write("HTTP/1.1 400 Bad\r\n\r\n".getBytes("US-ASCII")),
            AMPLE));
    assertEquals(
        "port, proto_unexpected_reply in handshake",
        against(
            (connection, hello) -> connection.getOutputStream().write(new byte[Hello.LONGEST]),
            AMPLE));
  }

  /** Who knows the cert, as a censor may, can make mark and MAC, but not AUTH. */
  @Test
  void whoeverKnowsOnlyTheCertIsNotTheBridge() throws Exception {
    assertEquals(
        "port, auth_wrong_server_key in handshake",
        against(
            (connection, hello) -> {
              Random random = new Random(1);
              Hello.Question question =
                  Hello.question(hello, BRIDGE, Clock.systemUTC().instant()).orElseThrow();
              Elligator2.KeyPair ours = Elligator2.generate(random);
              byte[] auth = Ntor.server(ours, question.clientKey(), BRIDGE, ours.secret()).auth();
              connection
                  .getOutputStream()
                  .write(
                      Hello.server(ours.representative(), auth, BRIDGE, question.hour(), random));
            },
            AMPLE));
  }

  /** A bridge that was told the same twice stays silent the second time. */
  @Test
  void aRepeatedHelloGetsNoAnswer() throws Exception {
    Elligator2.KeyPair pair = Elligator2.generate(new Random(2));
    long hour = Hello.hour(Clock.systemUTC().instant());
    byte[] hello = Hello.client(pair.representative(), BRIDGE, hour, new Random(3));
    try (Responder bridge = lab(Clock.systemUTC()).start(settings(0, null))) {
      assertTrue(answers(bridge, hello));
      assertFalse(answers(bridge, hello));
    }
  }

  private static boolean answers(Responder bridge, byte[] hello) throws IOException {
    try (Socket client = new Socket("127.0.0.1", bridge.address().getPort())) {
      client.setSoTimeout(400);
      client.getOutputStream().write(hello);
      return client.getInputStream().read() >= 0;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    }
  }

  @Test
  void aStoppedBridgeRefuses() throws Exception {
    Responder bridge = lab(Clock.systemUTC()).start(settings(0, null));
    bridge.close();
    assertEquals(
        "nothing, connection_refused in connect",
        tried(settings(0, null), bridge.address(), Depth.AUTHENTICATED, AMPLE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AAAA", "not base64!", "AAECAwQFBgcICQoLDA0ODxAREhN9NKSBX6a5glNe"})
  void aBadCertIsRefusedWithoutBeingQuoted(String cert) {
    InvalidSetting e =
        assertThrows(
            InvalidSetting.class, () -> new Obfs4Settings(Secret.of(cert), null, null, null));
    assertEquals("cert", e.key());
    assertTrue(cert.isEmpty() || !String.valueOf(e.getMessage()).contains(cert));
    assertThrows(InvalidSetting.class, () -> settings(3, null));
  }
}
