package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.model.Via;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;
import org.vpnprobe.protocol.RecordedTrial;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Tunnel.PacketTunnel;
import org.vpnprobe.protocol.openvpn.Echo;
import org.vpnprobe.protocol.openvpn.OldClient;
import org.vpnprobe.protocol.openvpn.OpenVpn;
import org.vpnprobe.protocol.openvpn.OpenVpnSettings;
import org.vpnprobe.real.OpenVpnServers.Login;
import org.vpnprobe.real.OpenVpnServers.Wrap;

/**
 * Debian's openvpn behind a router: every wrapping over UDP and TCP with both kinds of credentials
 * to a ping's answer, and each way to fail at its step.
 */
@Tag("real")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenVpnRealTest {
  private static final Duration LONG = Duration.ofSeconds(10);

  /** Many times what a handshake takes on this machine. */
  private static final Duration SHORT = Duration.ofMillis(1200);

  private static final Wrap STOPPED = Wrap.auth(0, "SHA384");

  private TestNet net;
  private OpenVpnServers servers;
  private final Map<String, Vantage> vantages = new HashMap<>();

  @BeforeAll
  void start(@TempDir Path directory) throws IOException {
    Needs.programs("openvpn", "openssl");
    net = TestNet.with("control", "mobile");
    servers = new OpenVpnServers(net, directory);
    for (Transport transport : Transport.values()) {
      Wrap.ALL.forEach(wrap -> servers.start(transport, wrap));
    }
    servers.start(Transport.UDP, STOPPED);
    servers.start(Transport.TCP, STOPPED);
    servers.await();
    servers.daemon(Transport.UDP, STOPPED).close();
    servers.daemon(Transport.TCP, STOPPED).close();
  }

  @AfterAll
  void stop() {
    vantages.values().forEach(Vantage::close);
    if (servers != null) {
      servers.close();
    }
    if (net != null) {
      net.close();
    }
  }

  static Stream<Arguments> everything() {
    return Stream.of(Transport.values())
        .flatMap(transport ->
            Wrap.ALL.stream()
                .flatMap(wrap ->
                    Stream.of(Login.CERTIFICATE, Login.PASSWORD)
                        .map(login -> Arguments.of(transport, wrap, login))));
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("everything")
  void aPingComesBackThroughTheTunnel(Transport transport, Wrap wrap, Login login)
      throws StepFailed {
    OpenVpnSettings settings = servers.client(transport, wrap, login);
    try (RecordedTrial trial = trial(servers.address(transport, wrap), Depth.TUNNEL, LONG);
        Session session = new OpenVpn().open(settings, trial)) {
      assertPing((PacketTunnel) session.tunnel().orElseThrow());
      assertEquals(
          "server certificate verified, our credentials accepted",
          trial.reached.get(Depth.AUTHENTICATED));
    }
  }

  private static void assertPing(PacketTunnel tunnel) throws StepFailed {
    tunnel.send(Echo.request(tunnel.source(), tunnel.target()));
    byte[] reply = tunnel.receive(Duration.ofSeconds(3));
    assertNotNull(reply, "no echo reply");
    assertArrayEquals(
        Echo.payload(Echo.reply(tunnel.target(), tunnel.source())), Echo.payload(reply));
  }

  /** The daemon's log shows that it understood our goodbye. */
  @Test
  void theServerSeesUsLeave() throws StepFailed {
    Wrap wrap = Wrap.PLAIN;
    OpenVpnSettings settings = servers.client(Transport.UDP, wrap, Login.CERTIFICATE);
    try (RecordedTrial trial = trial(servers.address(Transport.UDP, wrap), Depth.TUNNEL, LONG)) {
      new OpenVpn().open(settings, trial).close();
      servers.daemon(Transport.UDP, wrap).awaitLog("CC-EEN exit message received by peer");
    }
  }

  /** As before 2.6: keys from the TLS 1.0 PRF, the exit message on the data channel. */
  @Test
  void anOldClientsKeysAndGoodbyeWorkToo() throws StepFailed {
    Wrap wrap = Wrap.TLS_CRYPT;
    OpenVpnSettings settings = servers.client(Transport.UDP, wrap, Login.CERTIFICATE);
    try (RecordedTrial trial = trial(servers.address(Transport.UDP, wrap), Depth.TUNNEL, LONG)) {
      try (Session session = OldClient.protocol().open(settings, trial)) {
        assertPing((PacketTunnel) session.tunnel().orElseThrow());
      }
      servers.daemon(Transport.UDP, wrap).awaitLog("OCC exit message received by peer");
    }
  }

  @ParameterizedTest
  @EnumSource
  void theServerIsVerifiedWithoutCredentials(Transport transport) throws StepFailed {
    OpenVpnSettings settings = servers.client(transport, Wrap.PLAIN, Login.NONE);
    try (RecordedTrial trial =
        trial(servers.address(transport, Wrap.PLAIN), Depth.AUTHENTICATED, LONG)) {
      new OpenVpn().open(settings, trial).close();
      assertEquals(
          "server certificate verified; no credentials to try",
          trial.reached.get(Depth.AUTHENTICATED));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWrongPasswordIsRejectedAtAuth(Transport transport) {
    Login wrong = new Login("ca.crt", null, "wrong");
    assertFails(transport, Wrap.TLS_CRYPT, wrong, LONG, StepName.AUTH, "auth_rejected");
  }

  @ParameterizedTest
  @EnumSource
  void anotherAuthorityIsUnknownAtTls(Transport transport) {
    Login wrong = new Login("otherca.crt", "client", null);
    assertFails(transport, Wrap.PLAIN, wrong, LONG, StepName.TLS, "ssl_unknown_authority");
  }

  /** OpenVPN 2.6 says nothing when it refuses a certificate, and TLS 1.3 is over on our side. */
  @Test
  void anotherAuthoritysClientMeetsSilenceAtAuth() {
    Login stranger = new Login("ca.crt", "stranger", null);
    assertFails(Transport.UDP, Wrap.PLAIN, stranger, SHORT, StepName.AUTH, "ovpn_state:keys_sent");
  }

  @Test
  void aWrongStaticKeyMeetsSilenceOverUdp() {
    Wrap wrong = new Wrap("wrong", Wrap.PLAIN.server(), null, null, null, "wrong.key", null);
    assertFails(
        servers.client(Transport.UDP, wrong, Login.CERTIFICATE),
        servers.address(Transport.UDP, Wrap.TLS_CRYPT),
        "control",
        SHORT,
        StepName.HANDSHAKE,
        "generic_timeout_error",
        null);
  }

  @Test
  void aWrongStaticKeyIsClosedOverTcp() {
    Wrap wrong = new Wrap("wrong", Wrap.PLAIN.server(), "wrong.key", 1, null, null, null);
    assertFails(
        servers.client(Transport.TCP, wrong, Login.CERTIFICATE),
        servers.address(Transport.TCP, Wrap.auth(1, null)),
        "control",
        LONG,
        StepName.HANDSHAKE,
        "eof_error",
        Depth.PORT);
  }

  @Test
  void aStoppedServerIsRefused() {
    assertFails(
        Transport.UDP, STOPPED, Login.PASSWORD, LONG, StepName.HANDSHAKE, "connection_refused");
    assertFails(
        Transport.TCP, STOPPED, Login.PASSWORD, LONG, StepName.CONNECT, "connection_refused");
  }

  /** What a carrier does, with the control beside it: only the carrier's trial fails. */
  static Stream<Arguments> interference() {
    return Stream.of(
        // The first byte of a client's reset: opcode 7, key id 0 (behind TCP's length).
        Arguments.of(
            "reset dropped",
            Transport.UDP,
            "udp dport %d @th,64,8 0x38 drop",
            SHORT,
            StepName.HANDSHAKE,
            "generic_timeout_error"),
        Arguments.of(
            "reply dropped",
            Transport.UDP,
            "udp sport %d drop",
            SHORT,
            StepName.HANDSHAKE,
            "generic_timeout_error"),
        Arguments.of(
            "TLS dropped",
            Transport.UDP,
            "udp dport %d @th,64,8 0x20 drop",
            SHORT,
            StepName.TLS,
            "ovpn_state:reset_answered"),
        Arguments.of(
            "port dropped",
            Transport.TCP,
            "tcp dport %d drop",
            SHORT,
            StepName.CONNECT,
            "generic_timeout_error"),
        Arguments.of(
            "payload reset",
            Transport.TCP,
            "tcp dport %d @ih,16,8 0x38 reject with tcp reset",
            LONG,
            StepName.HANDSHAKE,
            "connection_reset"),
        Arguments.of(
            "TLS reset",
            Transport.TCP,
            "tcp dport %d @ih,16,8 0x20 reject with tcp reset",
            LONG,
            StepName.TLS,
            "connection_reset"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("interference")
  void interferenceIsSeenByTheCarrierOnly(
      String name,
      Transport transport,
      String rule,
      Duration deadline,
      StepName step,
      String failure)
      throws StepFailed {
    InetSocketAddress address = servers.address(transport, Wrap.PLAIN);
    OpenVpnSettings settings = servers.client(transport, Wrap.PLAIN, Login.CERTIFICATE);
    net.interfere("mobile", rule.formatted(address.getPort()));
    try {
      Depth reached =
          step == StepName.TLS
              ? Depth.HANDSHAKE
              : transport == Transport.TCP && step == StepName.HANDSHAKE ? Depth.PORT : null;
      assertFails(settings, address, "mobile", deadline, step, failure, reached);
    } finally {
      net.interfere("mobile");
    }
    try (RecordedTrial trial = trial(address, Depth.TUNNEL, LONG)) {
      new OpenVpn().open(settings, trial).close();
      assertTrue(trial.reached.containsKey(Depth.AUTHENTICATED), name);
    }
  }

  private void assertFails(
      Transport transport,
      Wrap wrap,
      Login login,
      Duration deadline,
      StepName step,
      String failure) {
    Depth reached = step == StepName.AUTH || step == StepName.TLS ? Depth.HANDSHAKE : null;
    assertFails(
        servers.client(transport, wrap, login),
        servers.address(transport, wrap),
        "control",
        deadline,
        step,
        failure,
        reached);
  }

  private void assertFails(
      OpenVpnSettings settings,
      InetSocketAddress server,
      String from,
      Duration deadline,
      StepName step,
      String failure,
      @Nullable Depth reached) {
    try (RecordedTrial trial = trial(from, server, Depth.TUNNEL, deadline)) {
      StepFailed failed =
          assertThrows(StepFailed.class, () -> new OpenVpn().open(settings, trial).close());
      Failure recorded = trial.trace.failure(failed);
      assertEquals(step, recorded.step());
      assertEquals(failure, recorded.id());
      assertEquals(reached, trial.deepest());
    }
  }

  private RecordedTrial trial(InetSocketAddress server, Depth goal, Duration deadline) {
    return trial("control", server, goal, deadline);
  }

  private RecordedTrial trial(
      String from, InetSocketAddress server, Depth goal, Duration deadline) {
    Vantage vantage =
        vantages.computeIfAbsent(
            from, name -> Vantages.open(new Via.Netns(net.client(name)), null, name));
    return new RecordedTrial(vantage, server, goal, deadline);
  }
}
