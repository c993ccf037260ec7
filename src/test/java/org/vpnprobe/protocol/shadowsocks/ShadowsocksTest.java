package org.vpnprobe.protocol.shadowsocks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.lab.ShadowsocksResponder;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.SocksAddress;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.RecordedTrial;
import org.vpnprobe.protocol.Scripted;
import org.vpnprobe.protocol.Target;
import org.vpnprobe.protocol.Tried;

class ShadowsocksTest {
  private static final Shadowsocks SHADOWSOCKS = new Shadowsocks();
  private static final Map<String, String> LAB = new ShadowsocksResponder().material();
  private static final String ECHO = "echo://192.0.2.7:7";

  private static ShadowsocksSettings settings(
      String method, @Nullable String password, String target, Transport transport) {
    return new ShadowsocksSettings(
        method, password == null ? null : Secret.of(password), Target.of(target), transport, null);
  }

  private static String password(String method) {
    return method.startsWith("2022")
        ? Objects.requireNonNull(LAB.get("shadowsocks_key_" + Method.of(method).keyLength()))
        : "p@:s";
  }

  /** Methods with transports. */
  static Stream<ShadowsocksSettings> all() {
    return Stream.of(
            "aes-128-gcm",
            "aes-256-gcm",
            "chacha20-ietf-poly1305",
            "2022-blake3-aes-128-gcm",
            "2022-blake3-aes-256-gcm",
            "2022-blake3-chacha20-poly1305")
        .flatMap(method ->
            Stream.of(Transport.values())
                .filter(t -> t == Transport.TCP || !method.equals("2022-blake3-chacha20-poly1305"))
                .map(t -> settings(method, password(method), ECHO, t)));
  }

  private static ShadowsocksSettings with(ShadowsocksSettings settings, String password) {
    return settings(settings.method(), password, settings.target().toString(), settings.carrier());
  }

  @ParameterizedTest
  @MethodSource("all")
  void theTargetAnswersThroughEachMethod(ShadowsocksSettings settings) throws IOException {
    assertEquals(Depth.TUNNEL, SHADOWSOCKS.facts(settings).ceiling());
    assertTrue(SHADOWSOCKS.facts(settings).obfuscated());
    assertEquals(settings.carrier(), SHADOWSOCKS.facts(settings).transport());
    try (Responder server = new ShadowsocksResponder().start(settings)) {
      for (int i = 0; i < 2; i++) {
        assertEquals("tunnel", Tried.direct(SHADOWSOCKS, settings, server.address(), Depth.TUNNEL));
      }
      assertEquals(
          "tunnel", Tried.direct(SHADOWSOCKS, settings, server.address(), Depth.AUTHENTICATED));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://web.example:8080/a#hello",
        "http://[2001:db8::80]/",
        "tcp://192.0.2.22:22#SSH-2.0",
        "dns://192.0.2.53/example.net"
      })
  void eachTarget(String target) throws IOException {
    for (String method : new String[] {"aes-128-gcm", "2022-blake3-aes-128-gcm"}) {
      for (Transport transport : Transport.values()) {
        if (transport == Transport.TCP || Target.of(target).takesDatagrams()) {
          ShadowsocksSettings settings = settings(method, password(method), target, transport);
          try (Responder server = new ShadowsocksResponder().start(settings)) {
            assertEquals(
                "tunnel", Tried.direct(SHADOWSOCKS, settings, server.address(), Depth.TUNNEL));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void anotherPasswordOrMethodGetsSilence(ShadowsocksSettings settings) throws IOException {
    String silence =
        settings.carrier() == Transport.TCP
            ? "port, generic_timeout_error in tunnel"
            : "nothing, generic_timeout_error in tunnel";
    byte[] zeros = new byte[settings.cipher().keyLength()];
    String other = java.util.Base64.getEncoder().encodeToString(zeros);
    try (Responder server = new ShadowsocksResponder().start(settings)) {
      assertEquals(
          silence,
          Tried.direct(
              SHADOWSOCKS, with(settings, other), server.address(), Depth.TUNNEL, Tried.SHORT));
    }
  }

  @Test
  void threeDatagramsWithoutAnAnswerAreSilence() throws IOException {
    ShadowsocksSettings settings = settings("aes-256-gcm", "right", ECHO, Transport.UDP);
    try (Responder server = new ShadowsocksResponder().start(settings)) {
      assertEquals(
          "nothing, generic_timeout_error in handshake",
          Tried.direct(
              SHADOWSOCKS,
              with(settings, "wrong"),
              server.address(),
              Depth.TUNNEL,
              Duration.ofSeconds(12)));
    }
  }

  @Test
  void withoutPasswordNothingCanBeJudged() {
    ShadowsocksSettings none = settings("aes-256-gcm", null, ECHO, Transport.TCP);
    assertTrue(SHADOWSOCKS.facts(none).keysMissing());
    assertTrue(SHADOWSOCKS.facts(none).silent());
    assertEquals(
        "nothing, proto_no_reply_unauthenticated in connect",
        Tried.direct(SHADOWSOCKS, none, new InetSocketAddress("127.0.0.1", 9), Depth.TUNNEL));
    assertFalse(SHADOWSOCKS.facts(settings("aes-256-gcm", "x", ECHO, Transport.UDP)).keysMissing());
  }

  @Test
  void anotherServerInItsPlace() throws IOException {
    ShadowsocksSettings tcp = settings("aes-256-gcm", "x", ECHO, Transport.TCP);
    try (Scripted web =
        new Scripted(socket -> {
          socket.getOutputStream().write(new byte[200]);
          socket.getInputStream().readAllBytes();
        })) {
      assertEquals(
          "port, auth_wrong_server_key in tunnel",
          Tried.direct(SHADOWSOCKS, tcp, web.address(), Depth.TUNNEL));
    }
    try (Scripted mirror =
        new Scripted(socket -> {
          socket.getInputStream().transferTo(socket.getOutputStream());
        })) {
      assertEquals(
          "port, auth_wrong_server_key in tunnel",
          Tried.direct(SHADOWSOCKS, tcp, mirror.address(), Depth.TUNNEL));
    }
    try (Scripted closing = new Scripted(socket -> socket.getInputStream().read())) {
      String outcome = Tried.direct(SHADOWSOCKS, tcp, closing.address(), Depth.TUNNEL);
      assertTrue(outcome.matches("port, (eof_error|connection_reset) in tunnel"), outcome);
    }
    InetSocketAddress stopped;
    try (Scripted server = new Scripted(socket -> {})) {
      stopped = server.address();
    }
    assertEquals(
        "nothing, connection_refused in connect",
        Tried.direct(SHADOWSOCKS, tcp, stopped, Depth.TUNNEL));
  }

  /** Our own packets sent back do not open as the server's; a closed port says so. */
  @ParameterizedTest
  @ValueSource(strings = {"aes-256-gcm", "2022-blake3-aes-256-gcm"})
  void aMirrorOfDatagrams(String method) throws IOException {
    ShadowsocksSettings udp = settings(method, password(method), ECHO, Transport.UDP);
    InetSocketAddress stopped;
    try (DatagramSocket mirror = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      stopped = (InetSocketAddress) mirror.getLocalSocketAddress();
      Thread.ofVirtual().start(() -> reflect(mirror));
      String outcome = Tried.direct(SHADOWSOCKS, udp, stopped, Depth.TUNNEL, Tried.SHORT);
      assertFalse(outcome.startsWith("tunnel") || outcome.startsWith("auth"), outcome);
    }
    assertEquals(
        "nothing, connection_refused in tunnel",
        Tried.direct(SHADOWSOCKS, udp, stopped, Depth.TUNNEL));
  }

  private static void reflect(DatagramSocket mirror) {
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
        mirror.receive(packet);
        mirror.send(packet);
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  @Test
  void aPrefixBeginsTheSalt() throws IOException {
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    ShadowsocksSettings settings =
        new ShadowsocksSettings(
            "aes-256-gcm",
            Secret.of("x"),
            Target.of(ECHO),
            null,
            "\u0016\u0003\u0001\u0000\u00a8\u0001\u0001");
    try (Responder server = new ShadowsocksResponder().start(settings);
        Scripted between =
            new Scripted(socket -> {
              try (java.net.Socket onward =
                  new java.net.Socket(server.address().getAddress(), server.address().getPort())) {
                byte[] first = new byte[2000];
                int count = socket.getInputStream().read(first);
                seen.write(first, 0, count);
                onward.getOutputStream().write(first, 0, count);
                onward.getInputStream().transferTo(socket.getOutputStream());
              }
            })) {
      assertEquals("tunnel", Tried.direct(SHADOWSOCKS, settings, between.address(), Depth.TUNNEL));
    }
    assertTrue(
        seen.toString(StandardCharsets.ISO_8859_1)
            .startsWith("\u0016\u0003\u0001\u0000\u00a8\u0001\u0001"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"method", "key", "empty", "udp", "chacha", "prefix", "long", "wide"})
  void settingsThatCannotWork(String which) {
    Secret secret = Secret.of("secret");
    Target echo = Target.of(ECHO);
    InvalidSetting e =
        assertThrows(
            InvalidSetting.class,
            () -> {
              switch (which) {
                case "method" -> new ShadowsocksSettings("rc4-md5", secret, echo, null, null);
                case "key" ->
                    new ShadowsocksSettings("2022-blake3-aes-128-gcm", secret, echo, null, null);
                case "empty" ->
                    new ShadowsocksSettings("aes-128-gcm", Secret.of(""), echo, null, null);
                case "udp" -> settings("aes-128-gcm", "secret", "http://192.0.2.1/", Transport.UDP);
                case "chacha" ->
                    settings(
                        "2022-blake3-chacha20-poly1305",
                        password("2022-blake3-chacha20-poly1305"),
                        ECHO,
                        Transport.UDP);
                case "prefix" ->
                    new ShadowsocksSettings("aes-128-gcm", secret, echo, Transport.UDP, "GET");
                case "long" ->
                    new ShadowsocksSettings("aes-128-gcm", secret, echo, null, "GET /abcd");
                default -> new ShadowsocksSettings("aes-128-gcm", secret, echo, null, "Ā");
              }
            });
    assertFalse(Objects.requireNonNull(e.getMessage()).contains("secret"));
  }

  /** What opens may still be wrong: type, time, salt, lengths. */
  @Test
  void hostileStreamsGiveDeclaredFailuresOnly() throws Exception {
    Random random = new Random(17);
    int opened = 0;
    for (String method : new String[] {"aes-256-gcm", "2022-blake3-aes-256-gcm"}) {
      ShadowsocksSettings settings = settings(method, password(method), ECHO, Transport.TCP);
      byte[] key = settings.cipher().key(Objects.requireNonNull(settings.password()));
      try (RecordedTrial trial =
          new RecordedTrial(
              new InetSocketAddress("127.0.0.1", 9), Depth.TUNNEL, Duration.ofSeconds(60))) {
        for (int i = 0; i < 10_000; i++) {
          Memory wire = new Memory();
          SealedStream stream =
              new SealedStream(
                  wire, settings, key, SocksAddress.of(settings.target().server()), trial);
          stream.write(new byte[] {1}, 0, 1);
          wire.incoming = new ByteArrayInputStream(hostile(settings, key, wire, random));
          try {
            byte[] buffer = new byte[100];
            while (stream.read(buffer, 0, 100) >= 0) {}
          } catch (StepFailed e) {
            assertTrue(
                e.kind() == FailureKind.EOF_ERROR
                    || e.kind() == FailureKind.AUTH_WRONG_SERVER_KEY
                    || e.kind() == FailureKind.PROTO_MALFORMED_REPLY,
                e.kind().id());
          }
          opened += stream.opened() ? 1 : 0;
        }
      }
    }
    assertTrue(opened > 1000 && opened < 19_000, "opened: " + opened);
  }

  /** A server's stream with bytes changed before or after they are sealed, or cut off. */
  private static byte[] hostile(
      ShadowsocksSettings settings, byte[] key, Memory wire, Random random) {
    Method method = settings.cipher();
    byte[] salt = new byte[method.keyLength()];
    random.nextBytes(salt);
    Chunks chunks = new Chunks(method, key, salt);
    ByteWriter out = new ByteWriter().bytes(salt);
    ByteWriter head = new ByteWriter();
    if (method.edition2022()) {
      head.u8(1)
          .u64(java.time.Instant.now().getEpochSecond())
          .bytes(Arrays.copyOf(wire.outgoing.toByteArray(), salt.length));
    }
    out.bytes(chunks.seal(changed(head.u16(5).toByteArray(), random)));
    out.bytes(chunks.seal(new byte[5]));
    out.bytes(chunks.seal(changed(new byte[] {0, 3}, random)));
    out.bytes(chunks.seal(new byte[3]));
    byte[] bytes = changed(out.toByteArray(), random);
    return random.nextInt(3) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
  }

  private static byte[] changed(byte[] bytes, Random random) {
    if (random.nextInt(4) == 0) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
    }
    return bytes;
  }

  /** Datagrams that open, with anything in them. */
  @Test
  void hostileDatagramsGiveDeclaredFailuresOnly() throws Exception {
    Random random = new Random(19);
    int payloads = 0;
    for (String method : new String[] {"chacha20-ietf-poly1305", "2022-blake3-aes-128-gcm"}) {
      ShadowsocksSettings settings = settings(method, password(method), ECHO, Transport.UDP);
      byte[] key = settings.cipher().key(Objects.requireNonNull(settings.password()));
      Packets packets = new Packets(settings.cipher(), key);
      try (RecordedTrial trial =
          new RecordedTrial(
              new InetSocketAddress("127.0.0.1", 9), Depth.TUNNEL, Duration.ofSeconds(60))) {
        for (int i = 0; i < 10_000; i++) {
          MemoryDatagrams socket = new MemoryDatagrams();
          SealedDatagrams relayed =
              new SealedDatagrams(
                  socket, settings, key, SocksAddress.of(settings.target().server()), trial);
          relayed.send(new byte[] {1, 2});
          Packets.Opened ours = packets.open(Objects.requireNonNull(socket.sent)).orElseThrow();
          ByteWriter body = new ByteWriter();
          if (settings.cipher().edition2022()) {
            body.u8(1)
                .u64(java.time.Instant.now().getEpochSecond())
                .bytes(ours.session())
                .u16(2)
                .u16(0);
          }
          body.bytes(new byte[] {1, (byte) 192, 0, 2, 7, 0, 7, 1, 2});
          byte[] session = new byte[packets.sessionLength()];
          random.nextBytes(session);
          byte[] plain = changed(body.toByteArray(), random);
          int length = random.nextInt(4) == 0 ? random.nextInt(plain.length) : plain.length;
          socket.next =
              changed(
                  packets.seal(session, random.nextLong(), Arrays.copyOf(plain, length)), random);
          try {
            byte[] got = relayed.receive(Duration.ZERO);
            payloads += got == null ? 0 : 1;
          } catch (StepFailed e) {
            assertEquals(FailureKind.PROTO_MALFORMED_REPLY, e.kind());
          }
        }
      }
    }
    assertTrue(payloads > 1000 && payloads < 19_000, "payloads: " + payloads);
  }

  /** The server reads hostile requests, too. */
  @Test
  void theResponderOutlivesGarbage() throws IOException {
    Random random = new Random(23);
    for (String name : new String[] {"aes-128-gcm", "2022-blake3-aes-128-gcm"}) {
      ShadowsocksSettings settings = settings(name, password(name), ECHO, Transport.TCP);
      try (Responder server = new ShadowsocksResponder().start(settings)) {
        for (int i = 0; i < 50; i++) {
          try (java.net.Socket client =
              new java.net.Socket("127.0.0.1", server.address().getPort())) {
            byte[] noise = new byte[random.nextInt(300)];
            random.nextBytes(noise);
            client.getOutputStream().write(noise);
            client.shutdownOutput();
            assertEquals(-1, new DataInputStream(client.getInputStream()).read());
          }
        }
        assertEquals("tunnel", Tried.direct(SHADOWSOCKS, settings, server.address(), Depth.TUNNEL));
      }
    }
  }

  private static final class Memory implements ByteStream {
    private final ByteArrayOutputStream outgoing = new ByteArrayOutputStream();
    private ByteArrayInputStream incoming = new ByteArrayInputStream(new byte[0]);

    @Override
    public int read(byte[] buffer, int offset, int length) {
      return incoming.read(buffer, offset, length);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) {
      outgoing.write(buffer, offset, length);
    }

    @Override
    public void readTimeout(Duration timeout) {}

    @Override
    public InetSocketAddress local() {
      return new InetSocketAddress(0);
    }

    @Override
    public InetSocketAddress remote() {
      return new InetSocketAddress(0);
    }

    @Override
    public void close() {}
  }

  private static final class MemoryDatagrams implements org.vpnprobe.net.Datagrams {
    private byte @Nullable [] sent;
    private byte @Nullable [] next;

    @Override
    public void send(byte[] payload) {
      sent = payload;
    }

    @Override
    public byte @Nullable [] receive(Duration atMost) {
      byte[] now = next;
      next = null;
      return now;
    }

    @Override
    public InetSocketAddress local() {
      return new InetSocketAddress(0);
    }

    @Override
    public InetSocketAddress remote() {
      return new InetSocketAddress(0);
    }

    @Override
    public void close() {}
  }
}
