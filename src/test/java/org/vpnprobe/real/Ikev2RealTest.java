package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Via;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;
import org.vpnprobe.protocol.RecordedTrial;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.TunnelCheck;
import org.vpnprobe.protocol.ikev2.Ikev2;
import org.vpnprobe.protocol.ikev2.Ikev2Settings;

/** Debian's strongSwan behind a router: every way to prove oneself, and each way to fail. */
@Tag("real")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Ikev2RealTest {
  private static final Duration LONG = Duration.ofSeconds(10);

  /** Many times what a handshake takes on this machine. */
  private static final Duration SHORT = Duration.ofMillis(1500);

  private final Map<String, Vantage> vantages = new HashMap<>();
  private TestNet net;
  private IkeServers servers;

  @BeforeAll
  void start(@TempDir Path directory) throws IOException {
    Needs.programs("charon", "swanctl", "openssl");
    net = TestNet.with("control", "mobile");
    servers = new IkeServers(net, directory);
    for (String name : List.of("control", "mobile")) {
      vantages.put(name, Vantages.open(new Via.Netns(net.client(name)), null, name));
    }
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

  @ParameterizedTest
  @ValueSource(ints = {500, 4500})
  void theHandshakeNeedsNoSecret(int port) throws StepFailed {
    assertReaches(IkeServers.nothing(), IkeServers.PSK, port, Depth.HANDSHAKE);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 4500})
  void theSharedSecretOpensATunnel(int port) throws StepFailed {
    assertPing(IkeServers.psk("s3cret", IkeServers.NAME), IkeServers.PSK, port);
  }

  @Test
  void aServerOfAnotherGroupIsFollowed() throws StepFailed {
    try (RecordedTrial trial = trial("control", IkeServers.OLD, 500, Depth.TUNNEL, LONG);
        Session session = new Ikev2().open(IkeServers.psk("s3cret", null), trial)) {
      TunnelCheck.run(session, trial);
      assertEquals(List.of("14"), trial.observed("ike_group_wanted"));
      assertEquals(List.of("modp2048"), trial.observed("ike_group"));
    }
  }

  @Test
  void aServerThatTakesNoProposalIsUp() throws StepFailed {
    assertReaches(IkeServers.nothing(), IkeServers.ANCIENT, 500, Depth.HANDSHAKE);
    assertFails(
        IkeServers.psk("s3cret", null),
        IkeServers.ANCIENT,
        StepName.HANDSHAKE,
        "ike_notify:14:NO_PROPOSAL_CHOSEN",
        Depth.HANDSHAKE);
  }

  @Test
  void theUsersProposalIsOffered() throws StepFailed {
    Ikev2Settings settings =
        new Ikev2Settings(
            Secret.of("s3cret"),
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            List.of("aes256-sha1-modp1024"),
            null,
            null);
    assertReaches(settings, IkeServers.ANCIENT, 500, Depth.AUTHENTICATED);
  }

  /** strongSwan asks for a cookie after three half-open handshakes from one address. */
  @Test
  void aCookieIsReturned() throws StepFailed {
    for (int i = 0; i < 4; i++) {
      assertReaches(IkeServers.nothing(), IkeServers.PSK, 500, Depth.HANDSHAKE);
    }
    try (RecordedTrial trial = trial("control", IkeServers.PSK, 500, Depth.AUTHENTICATED, LONG)) {
      new Ikev2().open(IkeServers.psk("s3cret", null), trial).close();
      assertEquals(List.of("asked for"), trial.observed("ike_cookie"));
      assertEquals(Depth.AUTHENTICATED, trial.deepest());
    }
  }

  @Test
  void aWrongSecretIsRejected() {
    assertFails(
        IkeServers.psk("wrong", null),
        IkeServers.PSK,
        StepName.AUTH,
        "auth_rejected",
        Depth.HANDSHAKE);
  }

  @Test
  void aServerOfAnotherNameRejects() {
    assertFails(
        IkeServers.psk("s3cret", "other.example.test"),
        IkeServers.PSK,
        StepName.AUTH,
        "auth_rejected",
        Depth.HANDSHAKE);
  }

  @Test
  void certificatesOpenATunnel() throws Exception {
    assertPing(servers.certificate("client", "ca", IkeServers.NAME), IkeServers.CERT, 500);
  }

  /** Large certificates and signatures: both sides fragment. */
  @Test
  void rsaCertificatesOpenATunnel() throws Exception {
    assertPing(servers.certificate("rsaclient", "ca", IkeServers.NAME), IkeServers.RSA, 500);
  }

  /** Without {@code remote_id} the certificate must be for the endpoint's host. */
  @Test
  void theHostIsTheServersName() throws Exception {
    Ikev2Settings settings = servers.certificate("client", "ca", null);
    assertReaches(settings, IkeServers.CERT, 500, Depth.AUTHENTICATED);
    assertFails(settings, IkeServers.RSA, StepName.AUTH, "ssl_invalid_hostname", Depth.HANDSHAKE);
  }

  @Test
  void anotherAuthorityIsUnknown() throws Exception {
    assertFails(
        servers.certificate("client", "otherca", IkeServers.NAME),
        IkeServers.CERT,
        StepName.AUTH,
        "ssl_unknown_authority",
        Depth.HANDSHAKE);
  }

  @Test
  void anUnknownClientIsRejected() throws Exception {
    assertFails(
        servers.certificate("stranger", "ca", IkeServers.NAME),
        IkeServers.CERT,
        StepName.AUTH,
        "auth_rejected",
        Depth.HANDSHAKE);
  }

  @Test
  void theServersIdentityIsSeenThroughEap() throws Exception {
    assertReaches(
        servers.identityOnly("ca", null, IkeServers.NAME),
        IkeServers.EAP,
        500,
        Depth.AUTHENTICATED);
    assertFails(
        servers.identityOnly("otherca", null, IkeServers.NAME),
        IkeServers.EAP,
        StepName.AUTH,
        "ssl_unknown_authority",
        Depth.HANDSHAKE);
    assertFails(
        servers.identityOnly(null, "00".repeat(32), null),
        IkeServers.EAP,
        StepName.AUTH,
        "ssl_wrong_pin",
        Depth.HANDSHAKE);
  }

  @Test
  void aPasswordOpensATunnel() throws Exception {
    needsMsChap();
    assertPing(servers.password("alice", "pa55word"), IkeServers.EAP, 4500);
  }

  @Test
  void aWrongPasswordIsRejected() throws Exception {
    needsMsChap();
    assertFails(
        servers.password("alice", "wrong"),
        IkeServers.EAP,
        StepName.AUTH,
        "auth_rejected",
        Depth.HANDSHAKE);
  }

  private static void needsMsChap() {
    Needs.file("/usr/lib/ipsec/plugins/libstrongswan-eap-mschapv2.so", "libcharon-extauth-plugins");
  }

  @Test
  void theServerSeesUsLeave() throws StepFailed {
    try (RecordedTrial trial = trial("control", IkeServers.PSK, 500, Depth.AUTHENTICATED, LONG)) {
      new Ikev2().open(IkeServers.psk("s3cret", null), trial).close();
      servers.charon().awaitLog("received DELETE for IKE_SA psk");
    }
  }

  /** strongSwan without kernel IPsec always says that there is a NAT; here there is one. */
  @Test
  void behindANatIkeMovesToPort4500() throws StepFailed {
    try {
      net.exec(net.router("mobile"), "nft", "add", "table", "ip", "nat");
      net.exec(
          net.router("mobile"),
          "nft",
          "add chain ip nat post { type nat hook postrouting priority 100 ; }");
      net.exec(net.router("mobile"), "nft", "add rule ip nat post oifname wan0 masquerade");
      try (RecordedTrial trial = trial("mobile", IkeServers.PSK, 500, Depth.TUNNEL, LONG);
          Session session = new Ikev2().open(IkeServers.psk("s3cret", null), trial)) {
        assertEquals(List.of("4500"), trial.observed("ike_port"));
        TunnelCheck.run(session, trial);
        assertEquals(Depth.TUNNEL, trial.deepest());
      }
    } finally {
      net.interfere("mobile");
    }
  }

  @Test
  void withoutNatTraversalPort500IsKept() throws StepFailed {
    Ikev2Settings settings =
        new Ikev2Settings(
            Secret.of("s3cret"), null, null, null, null, null, null, null, null, null, false, null);
    try {
      net.interfere("mobile", "udp dport 4500 drop");
      try (RecordedTrial trial = trial("mobile", IkeServers.PSK, 500, Depth.AUTHENTICATED, LONG)) {
        new Ikev2().open(settings, trial).close();
        assertEquals(Depth.AUTHENTICATED, trial.deepest());
        assertEquals(List.of(), trial.observed("ike_port"));
      }
    } finally {
      net.interfere("mobile");
    }
  }

  @Test
  void overIpv6() throws StepFailed {
    InetSocketAddress server = new InetSocketAddress(TestNet.address6(IkeServers.PSK), 500);
    try (RecordedTrial trial = trial("control", server, Depth.AUTHENTICATED, LONG)) {
      new Ikev2().open(IkeServers.psk("s3cret", null), trial).close();
      assertEquals(Depth.AUTHENTICATED, trial.deepest());
    }
  }

  @Test
  void whereNothingListensIsRefused() {
    assertFails(
        IkeServers.nothing(),
        "control",
        new InetSocketAddress(TestNet.address(IkeServers.PSK), 5500),
        LONG,
        StepName.HANDSHAKE,
        "connection_refused",
        null);
  }

  @Test
  void droppedPacketsAreATimeoutOnTheCarrierOnly() throws StepFailed {
    Ikev2Settings settings = IkeServers.psk("s3cret", null);
    InetSocketAddress server = new InetSocketAddress(TestNet.address(IkeServers.PSK), 500);
    try {
      net.interfere("mobile", "udp dport 500 drop");
      assertFails(
          settings, "mobile", server, SHORT, StepName.HANDSHAKE, "generic_timeout_error", null);
      // Where a client goes that wants its packets in UDP.
      net.interfere("mobile", "udp dport 4500 drop");
      assertFails(
          settings,
          "mobile",
          server,
          SHORT,
          StepName.AUTH,
          "generic_timeout_error",
          Depth.HANDSHAKE);
    } finally {
      net.interfere("mobile");
    }
    assertReaches(settings, IkeServers.PSK, 500, Depth.AUTHENTICATED);
  }

  private void assertPing(Ikev2Settings settings, int address, int port) throws StepFailed {
    try (RecordedTrial trial = trial("control", address, port, Depth.TUNNEL, LONG);
        Session session = new Ikev2().open(settings, trial)) {
      assertEquals(Depth.AUTHENTICATED, trial.deepest());
      TunnelCheck.run(session, trial);
      assertEquals(Depth.TUNNEL, trial.deepest());
    }
  }

  private void assertReaches(Ikev2Settings settings, int address, int port, Depth depth)
      throws StepFailed {
    try (RecordedTrial trial = trial("control", address, port, depth, LONG)) {
      new Ikev2().open(settings, trial).close();
      assertEquals(depth, trial.deepest());
    }
  }

  private void assertFails(
      Ikev2Settings settings, int address, StepName step, String failure, @Nullable Depth reached) {
    InetSocketAddress server = new InetSocketAddress(TestNet.address(address), 500);
    assertFails(settings, "control", server, LONG, step, failure, reached);
  }

  private void assertFails(
      Ikev2Settings settings,
      String from,
      InetSocketAddress server,
      Duration deadline,
      StepName step,
      String failure,
      @Nullable Depth reached) {
    try (RecordedTrial trial = trial(from, server, Depth.TUNNEL, deadline)) {
      StepFailed failed =
          assertThrows(StepFailed.class, () -> new Ikev2().open(settings, trial).close());
      Failure recorded = trial.trace.failure(failed);
      assertEquals(failure, recorded.id());
      assertEquals(step, recorded.step());
      assertEquals(reached, trial.deepest());
    }
  }

  private RecordedTrial trial(String from, int address, int port, Depth goal, Duration deadline) {
    return trial(from, new InetSocketAddress(TestNet.address(address), port), goal, deadline);
  }

  private RecordedTrial trial(
      String from, InetSocketAddress server, Depth goal, Duration deadline) {
    Vantage vantage = Objects.requireNonNull(vantages.get(from));
    return new RecordedTrial(vantage, server, goal, deadline);
  }
}
