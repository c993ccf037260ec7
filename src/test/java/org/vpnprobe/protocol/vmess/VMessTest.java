package org.vpnprobe.protocol.vmess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.lab.LabServers;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.layer.ScriptedStream;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.GivenTrial;
import org.vpnprobe.protocol.RecordedTrial;
import org.vpnprobe.protocol.Rude;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Target;
import org.vpnprobe.protocol.TunnelCheck;
import org.vpnprobe.protocol.UserId;
import org.vpnprobe.protocol.V2RayTransport.Network;

/** VMess by published values, against the embedded server, and against others. */
class VMessTest {
  private static final String UUID = "b831381d-6324-4d53-ad4f-8cda48b30811";
  private static final HexFormat HEX = HexFormat.of();
  private static final Duration AMPLE = Duration.ofSeconds(15);
  private static final Duration SHORT = Duration.ofMillis(500);

  private static VMessSettings settings(
      @Nullable String uuid, String target, String security, Network network, boolean tls) {
    return new VMessSettings(
        uuid == null ? null : Secret.of(uuid),
        Target.of(target),
        security,
        network,
        tls,
        null,
        null,
        tls ? Lab.material("lab_ca").orElseThrow() : null,
        null,
        tls ? "vpn.lab.example" : null,
        null,
        null,
        network == Network.GRPC ? "svc" : null);
  }

  private static VMessSettings plain(@Nullable String uuid, String target) {
    return settings(uuid, target, "auto", Network.TCP, false);
  }

  private static String tried(VMessSettings server, VMessSettings client, Duration deadline)
      throws Exception {
    try (Responder responder = LabServers.start("vmess", server)) {
      return tried(client, responder.address(), Depth.AUTHENTICATED, deadline);
    }
  }

  private static String tried(
      VMessSettings client, InetSocketAddress server, Depth goal, Duration deadline) {
    try (RecordedTrial trial = new RecordedTrial(server, goal, deadline)) {
      String failure = "";
      try (Session session = new VMess().open(client, trial)) {
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

  /** v2fly/v2ray-core, proxy/vmess/aead/kdf_test.go. */
  @Test
  void theKeyDerivationOfV2Ray() {
    assertEquals(
        "53e9d7e1bd7bd25022b71ead07d8a596efc8a845c7888652fd684b4903dc8892",
        HEX.formatHex(
            Kdf.derive(
                Kdf.bytes("Demo Key for KDF Value Test"),
                Kdf.bytes("Demo Path for KDF Value Test"),
                Kdf.bytes("Demo Path for KDF Value Test2"),
                Kdf.bytes("Demo Path for KDF Value Test3"))));
  }

  /** Bytes that v2ray 4.34 accepted, but for the time in them. */
  @Test
  void aRequestOfAnotherClient() throws Exception {
    byte[] key = RequestHeader.commandKey(UserId.of(Secret.of(UUID)));
    assertEquals("b50d916ac0cec067981af8e5f38a758f", HEX.formatHex(key));
    byte[] id = RequestHeader.id(key, 1700000000, HEX.parseHex("01020304"));
    assertEquals("4774fe5cc901ea4f81f2159909767a36", HEX.formatHex(id));
    String plain =
        "01101112131415161718191a1b1c1d1e1f000102030405060708090a0b0c0d0e0f77010300010050"
            + "020b6578616d706c652e636f6d428551ce";
    assertEquals(
        "4774fe5cc901ea4f81f2159909767a36c2d1e0b4725baeb3504851374e53f50fed73"
            + "0909090909090909"
            + "951a376451b59e5c85f5db8a0ef0e4404d3e37e66b3e237b7043c94264b7d848db1b5db71d3fb5de"
            + "c5630eee8361092bae7b86ea0b6a53a1a5a5cc08dfd8b9cca15e8d9477bcbf89da",
        HEX.formatHex(
            RequestHeader.seal(key, id, HEX.parseHex("09".repeat(8)), HEX.parseHex(plain))));
    // Ours for the same session differs in its options, and so in its checksum.
    RequestHeader header =
        new RequestHeader(
            new Keys(
                HEX.parseHex("000102030405060708090a0b0c0d0e0f"),
                HEX.parseHex("101112131415161718191a1b1c1d1e1f"),
                0x77),
            Security.AES_128_GCM,
            new HostPort("example.com", 80));
    String ours = HEX.formatHex(header.plain(new byte[0]));
    assertEquals(plain.replace("77010300", "770d0300").substring(0, 106), ours.substring(0, 106));
    assertEquals(plain.length(), ours.length());
  }

  @Test
  void aRequestIsOpenedByItsUserInTime() throws Exception {
    byte[] key = RequestHeader.commandKey(UserId.of(Secret.of(UUID)));
    Instant now = Instant.ofEpochSecond(1_800_000_000);
    for (String host : List.of("10.0.0.1", "example.com", "2001:db8:0:0:0:0:0:1")) {
      for (Security security : Security.values()) {
        RequestHeader header =
            new RequestHeader(
                new Keys(new byte[16], new byte[16], 9), security, new HostPort(host, 443));
        byte[] sealed = header.seal(key, now, new Random(1));
        RequestHeader opened = opened(key, now.plusSeconds(120), sealed).orElseThrow();
        assertEquals(security, opened.security());
        assertEquals(new HostPort(host, 443), opened.target());
        assertTrue(opened(key, now.plusSeconds(121), sealed).isEmpty());
        assertTrue(opened(new byte[16], now, sealed).isEmpty());
        sealed[40] ^= 1;
        assertTrue(opened(key, now, sealed).isEmpty());
      }
    }
  }

  private static Optional<RequestHeader> opened(byte[] key, Instant now, byte[] sealed)
      throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(sealed);
    return RequestHeader.<IOException>open(key, now, in::readNBytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "aes-128-gcm", "chacha20-poly1305", "none", "zero"})
  void everySecurity(String security) throws Exception {
    for (String target : Set.of("http://www.example.com/", "echo://e.example:7", "tcp://e:22")) {
      VMessSettings settings = settings(UUID, target, security, Network.TCP, false);
      assertEquals("tunnel", tried(settings, settings, AMPLE), target);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TCP, true",
    "WS, false",
    "WS, true",
    "HTTPUPGRADE, false",
    "HTTPUPGRADE, true",
    "GRPC, false",
    "GRPC, true",
  })
  void everyTransport(Network network, boolean tls) throws Exception {
    VMessSettings settings = settings(UUID, "http://www.example.com/", "auto", network, tls);
    assertEquals("tunnel", tried(settings, settings, AMPLE));
    try (Responder responder = LabServers.start("vmess", settings)) {
      assertEquals("tunnel", tried(settings, responder.address(), Depth.TUNNEL, AMPLE));
      assertEquals("port", tried(settings, responder.address(), Depth.PORT, AMPLE));
    }
  }

  /** The response proves the server although its target answers in SSH what was asked in HTTP. */
  @Test
  void anAnswerWithoutTheTargets() throws Exception {
    VMessSettings settings = plain(UUID, "http://10.0.0.9:22/");
    assertEquals("authenticated", tried(settings, settings, Duration.ofSeconds(3)));
    try (Responder responder = LabServers.start("vmess", settings)) {
      assertEquals(
          "authenticated, data_echo_failed in tunnel",
          tried(settings, responder.address(), Depth.TUNNEL, AMPLE));
    }
  }

  @Test
  void strangersGetSilence() throws Exception {
    assertEquals(
        "port, generic_timeout_error in tunnel",
        tried(plain(UUID, "echo://e:7"), plain("stranger", "echo://e:7"), SHORT));
  }

  @Test
  void withoutUuidNothingCanBeJudged() throws Exception {
    VMessSettings client = plain(null, "echo://e:7");
    assertTrue(new VMess().facts(client).keysMissing());
    assertTrue(new VMess().facts(client).silent());
    assertTrue(new VMess().facts(client).obfuscated());
    assertFalse(new VMess().facts(plain(UUID, "echo://e:7")).keysMissing());
    assertFalse(
        new VMess().facts(settings(UUID, "echo://e:7", "auto", Network.WS, false)).obfuscated());
    assertEquals(
        "port, proto_no_reply_unauthenticated in connect",
        tried(plain(UUID, "echo://e:7"), client, AMPLE));
  }

  @ParameterizedTest
  @CsvSource({
    "SILENT, 'port, generic_timeout_error in tunnel'",
    "RESETS, 'port, connection_reset in tunnel'",
    "CLOSES, 'port, eof_error in tunnel'",
    "ECHOES, 'port, proto_unexpected_reply in tunnel'",
    "SPEAKS_HTTP, 'port, proto_unexpected_reply in tunnel'",
  })
  void otherServers(Rude.Manner manner, String expected) throws Exception {
    try (Rude server = new Rude(manner)) {
      Duration deadline = manner == Rude.Manner.SILENT ? SHORT : AMPLE;
      assertEquals(
          expected,
          tried(plain(UUID, "echo://e:7"), server.address(), Depth.AUTHENTICATED, deadline));
    }
  }

  @Test
  void aStoppedServer() throws Exception {
    VMessSettings settings = plain(UUID, "echo://e:7");
    Responder responder = LabServers.start("vmess", settings);
    InetSocketAddress address = responder.address();
    responder.close();
    assertEquals(
        "nothing, connection_refused in connect",
        tried(settings, address, Depth.AUTHENTICATED, AMPLE));
  }

  @Test
  void wrongSecurity() {
    InvalidSetting wrong =
        assertThrows(
            InvalidSetting.class,
            () -> settings(UUID, "echo://e:7", "aes-256-gcm", Network.TCP, false));
    assertEquals("security", wrong.key());
  }

  @ParameterizedTest
  @EnumSource(value = Security.class, names = "ZERO", mode = EnumSource.Mode.EXCLUDE)
  void chunksCarryAnyLength(Security security) throws Exception {
    Keys keys = new Keys(HEX.parseHex("0f".repeat(16)), HEX.parseHex("e1".repeat(16)), 1);
    Chunks sending = keys.response(security);
    Chunks receiving = keys.response(security);
    Random random = new Random(5);
    for (int length : new int[] {1, 15, 2000, 70_000}) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      ByteReader sealed = new ByteReader(sending.seal(bytes, random));
      ByteWriter all = new ByteWriter();
      while (sealed.hasRemaining()) {
        Chunks.Size size = receiving.size(sealed.u16());
        all.bytes(receiving.open(sealed.bytes(size.sealed())));
        sealed.skip(size.padding());
      }
      assertTrue(Arrays.equals(bytes, all.toByteArray()));
    }
  }

  /** Seeded: good answers with broken bytes, and random ones. */
  @Test
  void hostileAnswers() throws Exception {
    Random random = new Random(9);
    Set<FailureKind> declared =
        Set.of(
            FailureKind.PROTO_UNEXPECTED_REPLY,
            FailureKind.PROTO_MALFORMED_REPLY,
            FailureKind.EOF_ERROR,
            FailureKind.DATA_ECHO_FAILED);
    Security[] securities = Security.values();
    int opened = 0;
    for (int i = 0; i < 20_000; i++) {
      Keys keys = new Keys(new byte[16], new byte[16], i & 0xff);
      Security security = securities[i % 4];
      ByteWriter answer = new ByteWriter().bytes(ResponseHeader.seal(keys));
      int body = answer.size();
      if (security.chunked()) {
        answer.bytes(keys.response(security).seal(new byte[random.nextInt(40)], random));
      }
      byte[] script = answer.bytes(new byte[random.nextInt(20)]).toByteArray();
      int from = i % 8 < 4 ? Math.min(body, script.length - 1) : 0;
      script[random.nextInt(from, script.length)] ^= (byte) random.nextInt(1, 256);
      try (GivenTrial trial =
          new GivenTrial(
              new ScriptedStream(Arrays.copyOf(script, random.nextInt(from, script.length + 1))))) {
        VMessStream stream =
            new VMessStream(
                new org.vpnprobe.protocol.V2RayTransport.Opened(
                    trial.path().tcp(trial.server()), () -> false),
                new RequestHeader(keys, security, new HostPort("e", 7)),
                new byte[1],
                trial);
        try {
          while (stream.read(new byte[50], 0, 50) >= 0) {}
        } catch (StepFailed e) {
          assertTrue(declared.contains(e.kind()), e.kind() + ": " + e.detail());
        }
        opened += trial.reached.contains(Depth.AUTHENTICATED) ? 1 : 0;
      }
    }
    assertTrue(opened > 5_000 && opened < 15_000, opened + " opened");
  }
}
