package org.vpnprobe.protocol.ikev2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.lab.Ikev2Responder;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.lab.LabServer;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Interference;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.StepName;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Trace;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.protocol.Facts;
import org.vpnprobe.protocol.RecordedTrial;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Tunnel.PacketTunnel;
import org.vpnprobe.protocol.TunnelCheck;
import org.vpnprobe.protocol.openvpn.Echo;

/** The whole handshake against the embedded gateway. */
class Ikev2Test {
  private static final Duration LONG = Duration.ofSeconds(10);

  static Stream<Arguments> credentials() {
    return Stream.of(
        Arguments.of("psk", Given.nothing().psk("s3cret")),
        Arguments.of("certificate", Given.nothing().certificate(Given.CLIENT).ca(Given.CA)),
        Arguments.of("password", Given.nothing().password("alice", "pa55word").ca(Given.CA)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("credentials")
  void aPingComesBackThroughTheTunnel(String name, Given given) throws Exception {
    Ikev2Settings settings = given.target("10.99.0.1").settings();
    try (Responder gateway = gateway(settings, Given.SERVER);
        RecordedTrial trial =
            new RecordedTrial(gateway.address(), "vpn.example.test", Depth.TUNNEL, LONG);
        Session session = new Ikev2().open(settings, trial)) {
      assertEquals(Depth.AUTHENTICATED, trial.deepest(), name);
      PacketTunnel tunnel = (PacketTunnel) session.tunnel().orElseThrow();
      tunnel.send(Echo.request(tunnel.source(), tunnel.target()));
      byte[] reply = tunnel.receive(Duration.ofSeconds(3));
      assertNotNull(reply);
      assertArrayEquals(
          Echo.payload(Echo.reply(tunnel.target(), tunnel.source())), Echo.payload(reply));
      assertEquals(Depth.TUNNEL, new Ikev2().facts(settings).ceiling());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aes128-sha256-modp2048",
        "aes256-sha384-ecp384",
        "aes192-sha512-ecp521",
        "aes256-sha1-modp1024",
        "aes128gcm16-prfsha384-ecp256",
        "aes256gcm-prfsha512-x25519"
      })
  void everyProposalWorks(String proposal) throws Exception {
    Ikev2Settings settings =
        Given.nothing().psk("s3cret").proposals(proposal).natT(false).settings();
    assertReaches(settings, settings, Depth.AUTHENTICATED);
  }

  @Test
  void withoutCredentialsTheServerIsVerified() throws Exception {
    Ikev2Settings byCa = Given.nothing().ca(Given.CA).settings();
    assertReaches(byCa, byCa, Depth.AUTHENTICATED);
    Ikev2Settings byPin =
        Given.nothing().pin(OwnCertificate.sha256(Given.SERVER.certificate())).settings();
    assertReaches(byPin, byPin, Depth.AUTHENTICATED);
    Ikev2Settings bare = Given.nothing().settings();
    assertReaches(bare, bare, Depth.HANDSHAKE);
    assertEquals(Depth.HANDSHAKE, new Ikev2().facts(bare).ceiling());
  }

  @Test
  void ourSecretIsRejected() throws Exception {
    assertFails(
        Given.nothing().psk("s3cret").settings(),
        Given.nothing().psk("wrong").settings(),
        "auth_rejected");
  }

  @Test
  void ourCertificateIsRejected() throws Exception {
    assertFails(
        Given.nothing().certificate(Given.CLIENT).ca(Given.CA).settings(),
        Given.nothing().certificate(Given.STRANGER).ca(Given.CA).settings(),
        "auth_rejected");
  }

  @Test
  void ourPasswordIsRejected() throws Exception {
    Ikev2Settings right = Given.nothing().password("alice", "pa55word").ca(Given.CA).settings();
    assertFails(
        right, Given.nothing().password("alice", "wrong").ca(Given.CA).settings(), "auth_rejected");
    assertFails(
        right,
        Given.nothing().password("bob", "pa55word").ca(Given.CA).settings(),
        "auth_rejected");
  }

  @Test
  void aServerWithAnotherCertificateIsNotOurs() throws Exception {
    Ikev2Settings ours = Given.nothing().certificate(Given.CLIENT).ca(Given.CA).settings();
    assertFails(ours, ours, Given.STRANGER, "ssl_invalid_hostname");
    assertFails(ours, ours, Given.expired(), "ssl_invalid_certificate");
    Ikev2Settings other = Given.nothing().certificate(Given.CLIENT).ca(Given.OTHER_CA).settings();
    assertFails(other, other, Given.SERVER, "ssl_unknown_authority");
    Ikev2Settings pinned = Given.nothing().pin("ab".repeat(32)).settings();
    assertFails(pinned, pinned, Given.SERVER, "ssl_wrong_pin");
  }

  @Test
  void aServerOfAnotherNameIsNotOurs() throws Exception {
    assertFails(
        Given.nothing().psk("s3cret").remoteId("other.example.test").settings(),
        Given.nothing().psk("s3cret").remoteId("vpn.example.test").settings(),
        "auth_wrong_server_key");
  }

  /** As in a rehearsal: made-up addresses, the lab's certificate, a carrier that drops IKE. */
  @ParameterizedTest
  @ValueSource(ints = {500, 4500})
  void theLabServesBothPorts(int port) throws Exception {
    Ikev2Settings settings =
        new Ikev2Settings(
            null,
            null,
            "vpn.example.net", // The lab's certificate is for names of example.net.
            null,
            null,
            Lab.material("lab_ca").orElseThrow(),
            null,
            "alice",
            Secret.of("pa55word"),
            null,
            null,
            "10.9.0.1");
    String host = "vpn.example.test";
    Interference dropping = Interference.dropping(List.of("ikev2"));
    try (Lab lab =
            Lab.start(List.of(new LabServer("ikev2", settings, new HostPort(host, port))), 1);
        Vantage clean = lab.vantage("clean", Interference.NONE, 1);
        Vantage mobile = lab.vantage("mobile", dropping, 1)) {
      InetSocketAddress server = resolved(clean, host, port);
      try (RecordedTrial trial =
              new RecordedTrial(clean, server, "vpn.example.test", Depth.TUNNEL, LONG);
          Session session = new Ikev2().open(settings, trial)) {
        assertEquals(Depth.AUTHENTICATED, trial.deepest());
        if (port == 500) {
          assertTrue(session.tunnel().isEmpty(), "no ESP on port 500");
        } else {
          TunnelCheck.run(session, trial);
          assertEquals(Depth.TUNNEL, trial.deepest());
        }
      }
      try (RecordedTrial trial =
          new RecordedTrial(
              mobile, server, "vpn.example.test", Depth.TUNNEL, Duration.ofMillis(300))) {
        StepFailed failed =
            assertThrows(StepFailed.class, () -> new Ikev2().open(settings, trial).close());
        assertEquals(FailureKind.GENERIC_TIMEOUT_ERROR, failed.kind());
      }
    }
  }

  private static InetSocketAddress resolved(Vantage from, String host, int port) throws StepFailed {
    Trace trace = new Trace(Clock.systemUTC(), System::nanoTime, LONG);
    try (Path path = from.path(trace)) {
      return new InetSocketAddress(path.resolve(host, Family.IP4).getFirst(), port);
    }
  }

  @Test
  void theTimerIsThatOfStrongSwan() {
    Facts facts = new Ikev2().facts(Given.nothing().settings());
    assertEquals(List.of(Duration.ofSeconds(4), Duration.ofMillis(11200)), facts.retransmits());
    assertEquals(Duration.ofSeconds(20), facts.deadline());
  }

  private static Responder gateway(Ikev2Settings settings, HeldCertificate identity)
      throws IOException {
    OwnCertificate own =
        OwnCertificate.of(identity.certificatePem(), Secret.of(identity.privateKeyPkcs8Pem()));
    return new Ikev2Responder(own, new SecureRandom()).start(settings);
  }

  private static void assertReaches(Ikev2Settings server, Ikev2Settings client, Depth depth)
      throws Exception {
    try (Responder gateway = gateway(server, Given.SERVER);
        RecordedTrial trial =
            new RecordedTrial(gateway.address(), "vpn.example.test", Depth.TUNNEL, LONG)) {
      new Ikev2().open(client, trial).close();
      assertEquals(depth, trial.deepest());
    }
  }

  private static void assertFails(Ikev2Settings server, Ikev2Settings client, String failure)
      throws Exception {
    assertFails(server, client, Given.SERVER, failure);
  }

  private static void assertFails(
      Ikev2Settings server, Ikev2Settings client, HeldCertificate identity, String failure)
      throws Exception {
    try (Responder gateway = gateway(server, identity);
        RecordedTrial trial =
            new RecordedTrial(gateway.address(), "vpn.example.test", Depth.TUNNEL, LONG)) {
      StepFailed failed =
          assertThrows(StepFailed.class, () -> new Ikev2().open(client, trial).close());
      Failure recorded = trial.trace.failure(failed);
      assertEquals(failure, recorded.id());
      assertEquals(StepName.AUTH, recorded.step());
      assertEquals(Depth.HANDSHAKE, trial.deepest());
      assertTrue(!failed.detail().contains("s3cret") && !failed.detail().contains("pa55word"));
    }
  }
}
