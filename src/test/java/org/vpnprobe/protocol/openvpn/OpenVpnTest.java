package org.vpnprobe.protocol.openvpn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vpnprobe.lab.OpenVpnResponder;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Step;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Facts;
import org.vpnprobe.protocol.RecordedTrial;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Tunnel.PacketTunnel;

/** The whole handshake against the embedded responder over loopback. */
class OpenVpnTest {
  private static final Pki PKI = new Pki();
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(400);

  private static Responder server(OpenVpnSettings settings) throws IOException {
    return new OpenVpnResponder(Pki.own(PKI.server), Map.of(), Clock.systemUTC()).start(settings);
  }

  private static Ovpn full(Transport transport) {
    return new Ovpn().transport(transport).ca(PKI.ca).cert(PKI.client).login("alice", "s3cret");
  }

  private static Failure fails(
      OpenVpnSettings settings, InetSocketAddress server, Depth goal, Duration deadline) {
    RecordedTrial trial = new RecordedTrial(server, goal, deadline);
    StepFailed failed =
        assertThrows(StepFailed.class, () -> new OpenVpn().open(settings, trial).close());
    trial.path().close();
    return trial.trace.failure(failed);
  }

  static Stream<Arguments> wrappings() {
    return Stream.of(Transport.values())
        .flatMap(transport ->
            Stream.of(
                    full(transport),
                    full(transport).tlsAuth(Vectors.KEY_FILE, null, null),
                    full(transport).tlsAuth(Vectors.KEY_FILE, 0, "SHA256"),
                    full(transport).tlsAuth(Vectors.KEY_FILE, 1, "sha512"),
                    full(transport).tlsCrypt(Vectors.KEY_FILE),
                    full(transport).tlsCryptV2(Vectors.clientKeyFile()))
                .map(settings -> Arguments.of(transport, settings.settings())));
  }

  @ParameterizedTest
  @MethodSource("wrappings")
  void aPingGoesThroughEveryWrapping(Transport transport, OpenVpnSettings settings)
      throws Exception {
    try (Responder server = server(settings)) {
      RecordedTrial trial = new RecordedTrial(server.address(), Depth.TUNNEL, LONG);
      try (Session session = new OpenVpn().open(settings, trial)) {
        assertPing((PacketTunnel) session.tunnel().orElseThrow());
      }
      trial.path().close();
      assertEquals(
          "server certificate verified, our credentials accepted",
          trial.reached.get(Depth.AUTHENTICATED));
      assertEquals(transport == Transport.TCP, trial.reached.containsKey(Depth.PORT));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPingGoesThroughEveryCipherWithTheOldKeyDerivation(DataCipher cipher) throws Exception {
    OpenVpnSettings settings = full(Transport.UDP).ciphers(cipher.wireName()).settings();
    try (Responder server = server(settings)) {
      RecordedTrial trial = new RecordedTrial(server.address(), Depth.TUNNEL, LONG);
      try (Session session = new OpenVpn(false).open(settings, trial)) {
        assertPing((PacketTunnel) session.tunnel().orElseThrow());
      }
      trial.path().close();
      assertTrue(
          trial.trace.observations().stream()
              .anyMatch(o -> o.key().equals("openvpn_key_derivation") && o.value().equals("prf")));
    }
  }

  @Test
  void aNamedTargetIsReachedAlsoOverIpv6() throws Exception {
    OpenVpnSettings settings = full(Transport.UDP).target("fd00:8::77").settings();
    try (Responder server = server(settings)) {
      RecordedTrial trial = new RecordedTrial(server.address(), Depth.TUNNEL, LONG);
      try (Session session = new OpenVpn().open(settings, trial)) {
        PacketTunnel tunnel = (PacketTunnel) session.tunnel().orElseThrow();
        assertEquals(InetAddress.ofLiteral("fd00:8::77"), tunnel.target());
        assertEquals(InetAddress.ofLiteral("fd00:8::2"), tunnel.source());
        tunnel.send(Echo.request(tunnel.source(), tunnel.target()));
        byte[] reply = tunnel.receive(LONG);
        assertArrayEquals(Echo.reply(tunnel.target(), tunnel.source()), reply);
      }
      trial.path().close();
    }
  }

  private static void assertPing(PacketTunnel tunnel) throws StepFailed {
    assertEquals(InetAddress.ofLiteral("10.8.0.1"), tunnel.target());
    tunnel.send(Echo.request(tunnel.source(), tunnel.target()));
    assertArrayEquals(Echo.reply(tunnel.target(), tunnel.source()), tunnel.receive(LONG));
  }

  @Test
  void aHandshakeIsOneDatagramEachWay() throws Exception {
    OpenVpnSettings settings = new Ovpn().settings();
    try (Responder server = server(settings)) {
      RecordedTrial trial = new RecordedTrial(server.address(), Depth.HANDSHAKE, LONG);
      new OpenVpn().open(settings, trial).close();
      assertEquals(Map.of(Depth.HANDSHAKE, "reset reply to our session id"), trial.reached);
      var step = trial.trace.steps().getLast();
      assertEquals(
          List.of(14L, 1L, 26L, 1L),
          List.of(
              step.sent(),
              (long) step.sentPackets(),
              step.received(),
              (long) step.receivedPackets()));
      trial.path().close();
    }
  }

  @Test
  void anOpenTcpPortIsOnlyAPort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      RecordedTrial trial =
          new RecordedTrial((InetSocketAddress) socket.getLocalSocketAddress(), Depth.PORT, LONG);
      new OpenVpn().open(new Ovpn().transport(Transport.TCP).settings(), trial).close();
      assertEquals(Set.of(Depth.PORT), trial.reached.keySet());
      assertEquals(0, trial.trace.steps().stream().mapToLong(Step::sent).sum());
      trial.path().close();
    }
  }

  @Test
  void theServerIsVerifiedWithoutCredentials() throws Exception {
    OpenVpnSettings settings =
        new Ovpn().pin(Pki.own(PKI.server).fingerprint()).name("vpn-1.example name").settings();
    try (Responder server = server(settings)) {
      RecordedTrial trial = new RecordedTrial(server.address(), Depth.AUTHENTICATED, LONG);
      new OpenVpn().open(settings, trial).close();
      assertEquals(
          "server certificate verified; no credentials to try",
          trial.reached.get(Depth.AUTHENTICATED));
      trial.path().close();
    }
  }

  @Test
  void aStaticKeyAloneProvesTheGroupAndSaysSo() throws Exception {
    OpenVpnSettings settings = new Ovpn().tlsCrypt(Vectors.KEY_FILE).settings();
    try (Responder server = server(settings)) {
      RecordedTrial trial = new RecordedTrial(server.address(), Depth.AUTHENTICATED, LONG);
      new OpenVpn().open(settings, trial).close();
      assertEquals(
          "static key of the group verified; no ca or pin to verify the server itself",
          trial.reached.get(Depth.AUTHENTICATED));
      trial.path().close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWrongPasswordIsRejectedAfterTheHandshake(Transport transport) throws Exception {
    try (Responder server = server(full(transport).settings())) {
      Failure failure =
          fails(
              full(transport).login("alice", "wrong").settings(),
              server.address(),
              Depth.AUTHENTICATED,
              LONG);
      assertEquals(StepName.AUTH, failure.step());
      assertEquals(FailureKind.AUTH_REJECTED, failure.kind());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStrangersCertificateIsRejected(Transport transport) throws Exception {
    try (Responder server = server(full(transport).settings())) {
      Failure failure =
          fails(
              full(transport).cert(PKI.stranger).settings(),
              server.address(),
              Depth.AUTHENTICATED,
              LONG);
      assertEquals(StepName.AUTH, failure.step());
      assertEquals(FailureKind.AUTH_REJECTED, failure.kind());
    }
  }

  static Stream<Arguments> wrongServers() {
    return Stream.of(
        Arguments.of(new Ovpn().ca(PKI.otherCa), FailureKind.SSL_UNKNOWN_AUTHORITY),
        Arguments.of(new Ovpn().pin("ab:".repeat(31) + "ab"), FailureKind.SSL_WRONG_PIN),
        Arguments.of(new Ovpn().ca(PKI.ca).name("vpn-2 name"), FailureKind.SSL_INVALID_HOSTNAME),
        Arguments.of(
            new Ovpn().ca(PKI.ca).remoteCertTls("server"), FailureKind.SSL_INVALID_CERTIFICATE));
  }

  @ParameterizedTest
  @MethodSource("wrongServers")
  void aWrongServerFailsAtTls(Ovpn settings, FailureKind kind) throws Exception {
    try (Responder server = server(new Ovpn().settings())) {
      Failure failure = fails(settings.settings(), server.address(), Depth.AUTHENTICATED, LONG);
      assertEquals(StepName.TLS, failure.step());
      assertEquals(kind, failure.kind());
    }
  }

  @Test
  void anExpiredServerCertificateFailsAtTls() throws Exception {
    OpenVpnSettings settings = new Ovpn().ca(PKI.ca).settings();
    try (Responder server =
        new OpenVpnResponder(Pki.own(PKI.expired()), Map.of(), Clock.systemUTC()).start(settings)) {
      Failure failure = fails(settings, server.address(), Depth.AUTHENTICATED, LONG);
      assertEquals(StepName.TLS, failure.step());
      assertEquals(FailureKind.SSL_INVALID_CERTIFICATE, failure.kind());
    }
  }

  @Test
  void aWrongStaticKeyMeetsSilence() throws Exception {
    String other = Vectors.KEY_FILE.replace("37268ea8", "00000000").replace("a0c1c489", "00000000");
    try (Responder server = server(new Ovpn().tlsCrypt(Vectors.KEY_FILE).settings())) {
      Failure failure =
          fails(new Ovpn().tlsCrypt(other).settings(), server.address(), Depth.HANDSHAKE, SHORT);
      assertEquals(StepName.HANDSHAKE, failure.step());
      assertEquals("generic_timeout_error", failure.id());
    }
  }

  @Test
  void silenceWithoutTheNamedKeyIsNoEvidence() throws Exception {
    OpenVpnSettings settings = new Ovpn().wrap("tls_crypt").settings();
    Facts facts = new OpenVpn().facts(settings);
    assertTrue(facts.silent());
    assertTrue(facts.keysMissing());
    try (Responder server = server(new Ovpn().tlsCrypt(Vectors.KEY_FILE).settings())) {
      Failure failure = fails(settings, server.address(), Depth.HANDSHAKE, SHORT);
      assertEquals("proto_no_reply_unauthenticated", failure.id());
    }
  }

  @Test
  void aClosedPortIsRefused() throws Exception {
    InetSocketAddress closed;
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      closed = (InetSocketAddress) socket.getLocalSocketAddress();
    }
    Failure failure = fails(new Ovpn().settings(), closed, Depth.HANDSHAKE, LONG);
    assertEquals(StepName.HANDSHAKE, failure.step());
    assertEquals("connection_refused", failure.id());
  }

  /** What is no reply to our session id is passed over; the real one behind it counts. */
  @Test
  void junkBeforeTheReplyIsPassedOver() throws Exception {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      Thread server =
          Thread.startVirtualThread(() -> {
            byte[] reset = receive(socket);
            byte[] reply = Vectors.HEX.parseHex("400102030405060708010000000000".repeat(2));
            byte[] good = Arrays.copyOf(reply, 26);
            System.arraycopy(reset, 1, good, 14, 8);
            byte[] stale = good.clone();
            stale[15] ^= 1;
            Arrays.fill(good, 22, 26, (byte) 0);
            Arrays.fill(stale, 22, 26, (byte) 0);
            for (byte[] answer :
                new byte[][] {
                  {},
                  {0x40},
                  "DNS?".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                  stale,
                  reset,
                  good
                }) {
              send(socket, answer);
            }
          });
      RecordedTrial trial =
          new RecordedTrial(
              (InetSocketAddress) socket.getLocalSocketAddress(), Depth.HANDSHAKE, LONG);
      new OpenVpn().open(new Ovpn().settings(), trial).close();
      assertNotNull(trial.reached.get(Depth.HANDSHAKE));
      server.join();
      trial.path().close();
    }
  }

  @Test
  void onlyJunkIsAnUnexpectedReply() throws Exception {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      Thread server =
          Thread.startVirtualThread(() -> {
            receive(socket);
            send(socket, "no OpenVPN".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
          });
      Failure failure =
          fails(
              new Ovpn().settings(),
              (InetSocketAddress) socket.getLocalSocketAddress(),
              Depth.HANDSHAKE,
              SHORT);
      assertEquals("proto_unexpected_reply", failure.id());
      server.join();
    }
  }

  @Test
  void silenceAfterTheResetNamesTheState() throws Exception {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      Thread server =
          Thread.startVirtualThread(() -> {
            byte[] reset = receive(socket);
            byte[] reply = new byte[26];
            reply[0] = 0x40;
            reply[8] = 1;
            reply[9] = 1;
            System.arraycopy(reset, 1, reply, 14, 8);
            send(socket, reply);
          });
      Failure failure =
          fails(
              new Ovpn().ca(PKI.ca).settings(),
              (InetSocketAddress) socket.getLocalSocketAddress(),
              Depth.AUTHENTICATED,
              SHORT);
      assertEquals(StepName.TLS, failure.step());
      assertEquals("ovpn_state:reset_answered", failure.id());
      server.join();
    }
  }

  @Test
  void aWebServerOnTheTcpPortIsUnexpected() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread server =
          Thread.startVirtualThread(() -> {
            try (Socket connection = socket.accept()) {
              connection.getInputStream().readNBytes(16);
              connection
                  .getOutputStream()
                  .write(
                      "HTTP/1.1 400 Bad Request\r\n"
                          .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          });
      Failure failure =
          fails(
              new Ovpn().transport(Transport.TCP).settings(),
              (InetSocketAddress) socket.getLocalSocketAddress(),
              Depth.HANDSHAKE,
              LONG);
      assertEquals(StepName.HANDSHAKE, failure.step());
      assertEquals("proto_unexpected_reply", failure.id());
      server.join();
    }
  }

  @Test
  void aTcpServerThatDoesNotLikeUsCloses() throws Exception {
    try (Responder server =
        server(new Ovpn().transport(Transport.TCP).tlsCrypt(Vectors.KEY_FILE).settings())) {
      Failure failure =
          fails(
              new Ovpn().transport(Transport.TCP).settings(),
              server.address(),
              Depth.HANDSHAKE,
              LONG);
      assertEquals(StepName.HANDSHAKE, failure.step());
      assertEquals("eof_error", failure.id());
    }
  }

  @Test
  void factsFollowTheSettings() {
    OpenVpn protocol = new OpenVpn();
    Facts plain = protocol.facts(new Ovpn().settings());
    assertEquals(Depth.HANDSHAKE, plain.ceiling());
    assertFalse(plain.silent());
    assertEquals(Duration.ofSeconds(20), plain.deadline());
    assertEquals(
        List.of(2L, 6L, 14L), plain.retransmits().stream().map(Duration::toSeconds).toList());
    assertEquals(Set.of(), plain.exclusive());

    assertEquals(Depth.AUTHENTICATED, protocol.facts(new Ovpn().ca(PKI.ca).settings()).ceiling());
    Facts group = protocol.facts(new Ovpn().tlsCrypt(Vectors.KEY_FILE).settings());
    assertEquals(Depth.AUTHENTICATED, group.ceiling());
    assertTrue(group.silent());
    assertFalse(group.keysMissing());
    Facts full = protocol.facts(full(Transport.TCP).settings());
    assertEquals(Depth.TUNNEL, full.ceiling());
    assertEquals(List.of(), full.retransmits());
    assertEquals(
        Set.of("openvpn_certificate:" + Pki.own(PKI.client).fingerprint()), full.exclusive());
    assertNull(full(Transport.UDP).settings().target());
  }

  private static byte[] receive(DatagramSocket socket) {
    try {
      DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
      socket.receive(packet);
      socket.connect(packet.getSocketAddress());
      return Arrays.copyOf(packet.getData(), packet.getLength());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void send(DatagramSocket socket, byte[] bytes) {
    try {
      socket.send(new DatagramPacket(bytes, bytes.length));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
