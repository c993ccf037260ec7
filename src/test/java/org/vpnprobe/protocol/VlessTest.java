package org.vpnprobe.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.lab.LabServers;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.layer.ScriptedStream;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.V2RayTransport.Network;
import org.vpnprobe.protocol.Vless.VlessSettings;

/** VLESS in every transport against the embedded servers, and against others. */
class VlessTest {
  private static final String UUID = "27848739-7e62-4138-9fd3-098a63964b6b";
  private static final Duration AMPLE = Duration.ofSeconds(15);
  private static final Duration SHORT = Duration.ofMillis(500);

  private static VlessSettings settings(
      @Nullable String uuid, String target, Network network, boolean tls, String name) {
    boolean http = network == Network.WS || network == Network.HTTPUPGRADE;
    return new VlessSettings(
        uuid == null ? null : Secret.of(uuid),
        Target.of(target),
        network,
        tls,
        null,
        null,
        tls ? Lab.material("lab_ca").orElseThrow() : null,
        null,
        tls ? "vpn.lab.example" : null,
        http ? "/" + name : null,
        null,
        network == Network.GRPC ? name : null);
  }

  private static String tried(VlessSettings server, VlessSettings client, Duration deadline)
      throws Exception {
    try (Responder responder = LabServers.start("vless", server)) {
      return tried(client, responder.address(), Depth.AUTHENTICATED, deadline);
    }
  }

  private static String tried(
      VlessSettings client, InetSocketAddress server, Depth goal, Duration deadline) {
    try (RecordedTrial trial = new RecordedTrial(server, goal, deadline)) {
      String failure = "";
      try (Session session = new Vless().open(client, trial)) {
        if (goal == Depth.TUNNEL) {
          TunnelCheck.run(session, trial);
        }
      } catch (StepFailed e) {
        Failure failed = trial.trace.failure(e);
        failure = ", " + failed.id() + " in " + failed.step().id();
      }
      Depth deepest = trial.deepest();
      return (deepest == null ? "nothing" : deepest.id()) + failure;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TCP, false",
    "TCP, true",
    "WS, false",
    "WS, true",
    "HTTPUPGRADE, false",
    "HTTPUPGRADE, true",
    "GRPC, false",
    "GRPC, true",
  })
  void everyTransport(Network network, boolean tls) throws Exception {
    for (String target :
        Set.of("http://www.example.com/", "echo://10.0.0.7:7", "tcp://[2001:db8::1]:22")) {
      VlessSettings settings = settings(UUID, target, network, tls, "svc");
      assertEquals("tunnel", tried(settings, settings, AMPLE), target);
    }
    VlessSettings settings = settings(UUID, "echo://e.example:7", network, tls, "svc");
    VlessSettings stranger = settings("stranger", "echo://e.example:7", network, tls, "svc");
    // In clear anybody may have ended it; in TLS only the server.
    assertEquals(
        tls ? "port, auth_rejected in tunnel" : "port, eof_error in tunnel",
        tried(settings, stranger, AMPLE).replace("connection_reset", "eof_error"));
    VlessSettings elsewhere = settings(UUID, "echo://e.example:7", network, tls, "other");
    String expected =
        switch (network) {
          case TCP -> "tunnel";
          case WS, HTTPUPGRADE -> "port, http_unexpected:404 in handshake";
          case GRPC -> "port, http_unexpected:grpc_unimplemented in tunnel";
        };
    assertEquals(expected, tried(settings, elsewhere, AMPLE));
    try (Responder responder = LabServers.start("vless", settings)) {
      assertEquals("tunnel", tried(settings, responder.address(), Depth.TUNNEL, AMPLE));
      assertEquals("port", tried(settings, responder.address(), Depth.PORT, AMPLE));
    }
  }

  @Test
  void aCertificateThatIsNotTrusted() throws Exception {
    VlessSettings server = settings(UUID, "echo://e.example:7", Network.TCP, true, "");
    VlessSettings client =
        new VlessSettings(
            server.uuid(),
            server.target(),
            null,
            true,
            null,
            null,
            null,
            "ab".repeat(32),
            null,
            null,
            null,
            null);
    assertEquals("port, ssl_wrong_pin in tls", tried(server, client, AMPLE));
  }

  @Test
  void withoutUuidNothingCanBeJudged() throws Exception {
    VlessSettings server = settings(UUID, "echo://e.example:7", Network.TCP, false, "");
    VlessSettings client = settings(null, "echo://e.example:7", Network.TCP, false, "");
    Facts facts = new Vless().facts(client);
    assertTrue(facts.silent());
    assertTrue(facts.keysMissing());
    assertFalse(new Vless().facts(server).keysMissing());
    assertEquals(Depth.TUNNEL, facts.ceiling());
    assertEquals("port, proto_no_reply_unauthenticated in connect", tried(server, client, AMPLE));
  }

  @ParameterizedTest
  @CsvSource({
    "SILENT, TCP, 'port, generic_timeout_error in tunnel'",
    "RESETS, TCP, 'port, connection_reset in tunnel'",
    "CLOSES, TCP, 'port, eof_error in tunnel'",
    "ECHOES, TCP, 'port, generic_timeout_error in tunnel'",
    "SPEAKS_HTTP, TCP, 'port, proto_unexpected_reply in tunnel'",
    "SILENT, WS, 'port, generic_timeout_error in handshake'",
    "RESETS, WS, 'port, connection_reset in handshake'",
    "CLOSES, WS, 'port, eof_error in handshake'",
    "ECHOES, WS, 'port, proto_unexpected_reply in handshake'",
    "SPEAKS_HTTP, HTTPUPGRADE, 'port, http_unexpected:400 in handshake'",
    "SILENT, GRPC, 'port, generic_timeout_error in tunnel'",
    "RESETS, GRPC, 'port, connection_reset in tunnel'",
    "CLOSES, GRPC, 'port, eof_error in tunnel'",
    "ECHOES, GRPC, 'port, proto_unexpected_reply in tunnel'",
    "SPEAKS_HTTP, GRPC, 'port, proto_unexpected_reply in tunnel'",
  })
  void otherServers(Rude.Manner manner, Network network, String expected) throws Exception {
    try (Rude server = new Rude(manner)) {
      Duration deadline = expected.contains("timeout") ? SHORT : AMPLE;
      VlessSettings client = settings(UUID, "echo://e.example:7", network, false, "svc");
      assertEquals(expected, tried(client, server.address(), Depth.AUTHENTICATED, deadline));
    }
  }

  @Test
  void aStoppedServer() throws Exception {
    VlessSettings settings = settings(UUID, "echo://e.example:7", Network.TCP, false, "");
    Responder responder = LabServers.start("vless", settings);
    InetSocketAddress address = responder.address();
    responder.close();
    assertEquals(
        "nothing, connection_refused in connect",
        tried(settings, address, Depth.AUTHENTICATED, AMPLE));
  }

  /** Xray-core, common/uuid/uuid_test.go: a name and the id that is made of it. */
  @Test
  void namesBecomeIds() {
    assertEquals(
        "feb54431-301b-52bb-a6dd-e1e93e81bb9e", UserId.text(UserId.of(Secret.of("example"))));
    assertEquals(UUID, UserId.text(UserId.of(Secret.of(UUID.replace("-", "").toUpperCase()))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "27848739-7e62-4138-9fd3-098a63964b", "a name that is too long for Xray"})
  void wrongIdsAreNotQuoted(String uuid) {
    InvalidSetting wrong =
        assertThrows(
            InvalidSetting.class,
            () -> settings(uuid, "echo://e.example:7", Network.TCP, false, ""));
    assertEquals("uuid", wrong.key());
    assertFalse(uuid.length() > 1 && String.valueOf(wrong.getMessage()).contains(uuid));
  }

  @ParameterizedTest
  @CsvSource({
    "tcp, false, sni, a.example, , , , sni",
    "tcp, false, , , /p, , , path",
    "tcp, true, , , , h.example, , host",
    "ws, true, , , p, , , path",
    "ws, true, , , , 'h example', , host",
    "ws, true, , , , , svc, service_name",
    "grpc, true, , , , , , service_name",
    "grpc, true, , , , , a/b, service_name",
    "grpc, true, , , /p, , svc, path",
  })
  void keysThatDoNotGoTogether(
      String network,
      boolean tls,
      String ignored,
      String sni,
      String path,
      String host,
      String service,
      String key) {
    InvalidSetting wrong =
        assertThrows(
            InvalidSetting.class,
            () ->
                new VlessSettings(
                    Secret.of(UUID),
                    Target.of("echo://e.example:7"),
                    Network.valueOf(network.toUpperCase(java.util.Locale.ROOT)),
                    tls,
                    sni,
                    null,
                    null,
                    null,
                    null,
                    path,
                    host,
                    service));
    assertEquals(key, wrong.key());
  }

  @Test
  void pathsOfServices() {
    assertEquals("/GunService/Tun", path("GunService"));
    assertEquals("/a/b/Up", path("/a/b/Up|UpMulti"));
  }

  private static String path(String service) {
    return settings(UUID, "echo://e.example:7", Network.GRPC, false, service)
        .transport()
        .servicePath();
  }

  /** Seeded: an answer of random bytes gives the target's or a declared failure. */
  @Test
  void hostileAnswers() throws Exception {
    Random random = new Random(3);
    Set<FailureKind> declared =
        Set.of(
            FailureKind.PROTO_UNEXPECTED_REPLY,
            FailureKind.EOF_ERROR,
            FailureKind.DATA_ECHO_FAILED);
    VlessSettings client = settings(UUID, "echo://e.example:7", Network.TCP, false, "");
    for (int i = 0; i < 20_000; i++) {
      byte[] answer = new byte[random.nextInt(80)];
      random.nextBytes(answer);
      if (answer.length > 1 && i % 2 == 0) {
        answer[0] = 0;
        answer[1] = (byte) random.nextInt(8);
      }
      try (GivenTrial trial = new GivenTrial(new ScriptedStream(answer))) {
        StepFailed failed =
            assertThrows(StepFailed.class, () -> new Vless().open(client, trial).close());
        assertTrue(declared.contains(failed.kind()), failed.kind() + ": " + failed.detail());
      }
    }
  }
}
