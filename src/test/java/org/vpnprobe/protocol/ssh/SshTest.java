package org.vpnprobe.protocol.ssh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.lab.SshResponder;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.PlayedTrial;
import org.vpnprobe.protocol.RecordedTrial;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Target;
import org.vpnprobe.protocol.TunnelCheck;

/** SSH against the embedded server, and against servers that are none. */
class SshTest {
  private static final Map<String, String> LAB = new SshResponder().material();
  private static final SshHostKey PIN = SshHostKey.of(lab("ssh_host_key"));
  private static final SshHostKey OTHER_PIN = SshHostKey.of("SHA256:" + "A".repeat(43));
  private static final Secret KEY = Secret.of(lab("ssh_client_private_key"));
  private static final Duration AMPLE = Duration.ofSeconds(15);

  private static String lab(String name) {
    return Objects.requireNonNull(LAB.get(name));
  }

  private static SshSettings password(@Nullable SshHostKey pin, String password) {
    return new SshSettings(
        pin, "demo", Secret.of(password), null, null, Target.of("echo://inside.example:7"));
  }

  private static SshSettings key(@Nullable SshHostKey pin) {
    return new SshSettings(pin, "demo", null, KEY, null, Target.of("http://inside.example/"));
  }

  private static SshSettings stranger(@Nullable SshHostKey pin) {
    return new SshSettings(pin, null, null, null, null, null);
  }

  private static String tried(SshSettings server, SshSettings client, Depth goal)
      throws IOException {
    try (Responder responder = new SshResponder().start(server)) {
      return tried(responder.address(), client, goal, AMPLE);
    }
  }

  private static String tried(
      InetSocketAddress server, SshSettings client, Depth goal, Duration deadline) {
    try (RecordedTrial trial = new RecordedTrial(server, goal, deadline)) {
      String failure = "";
      try (Session session = new Ssh().open(client, trial)) {
        if (goal == Depth.TUNNEL) {
          TunnelCheck.run(session, trial);
        }
      } catch (StepFailed e) {
        Failure failed = trial.trace.failure(e);
        failure = ", " + failed.id() + " in " + failed.step().id();
        assertFalse(e.detail().contains("known-to"), "no secret in a failure");
      }
      return (trial.deepest() == null ? "nothing" : trial.deepest().id()) + failure;
    }
  }

  @Test
  void withoutALogin() throws IOException {
    SshSettings server = password(null, "x");
    assertEquals("handshake", tried(server, stranger(null), Depth.HANDSHAKE));
    assertEquals("authenticated", tried(server, stranger(PIN), Depth.AUTHENTICATED));
    assertEquals("port", tried(server, stranger(PIN), Depth.PORT));
  }

  @Test
  void withALogin() throws IOException {
    assertEquals("tunnel", tried(password(null, "x"), password(PIN, "x"), Depth.TUNNEL));
    assertEquals("tunnel", tried(key(null), key(PIN), Depth.TUNNEL));
    assertEquals(
        "authenticated", tried(password(null, "x"), password(null, "x"), Depth.AUTHENTICATED));
  }

  @ParameterizedTest
  @CsvSource({
    "tcp://inside.example:22, tunnel",
    "echo://inside.example:7, tunnel",
    "http://inside.example:8080/x, tunnel"
  })
  void everyKindOfTarget(String target, String expected) throws IOException {
    SshSettings settings =
        new SshSettings(PIN, "demo", Secret.of("x"), null, null, Target.of(target));
    assertEquals(expected, tried(settings, settings, Depth.TUNNEL));
  }

  /** On this port the lab's target waits for us to speak. */
  @Test
  void aSilentTargetEndsWithTheTrial() throws IOException {
    SshSettings settings =
        new SshSettings(
            PIN, "demo", Secret.of("x"), null, null, Target.of("tcp://inside.example:2222"));
    try (Responder responder = new SshResponder().start(settings)) {
      assertEquals(
          "authenticated, generic_timeout_error in tunnel",
          tried(responder.address(), settings, Depth.TUNNEL, Duration.ofSeconds(6)));
    }
  }

  @Test
  void aRefusedLoginIsOurMistake() throws IOException {
    assertEquals(
        "handshake, auth_rejected in auth",
        tried(password(null, "x"), password(null, "known-to-nobody"), Depth.AUTHENTICATED));
    assertEquals(
        "authenticated, auth_rejected in auth",
        tried(password(null, "x"), password(PIN, "known-to-nobody"), Depth.AUTHENTICATED));
    assertEquals(
        "handshake, auth_rejected in auth",
        tried(password(null, "x"), key(null), Depth.AUTHENTICATED));
    assertEquals(FailureKind.Meaning.ANSWERED, FailureKind.AUTH_REJECTED.meaning());
  }

  @Test
  void anotherHostKeyGetsNoPassword() throws IOException {
    assertEquals(
        "handshake, auth_wrong_server_key in auth",
        tried(password(null, "x"), password(OTHER_PIN, "x"), Depth.TUNNEL));
    assertEquals(
        "handshake, auth_wrong_server_key in auth",
        tried(password(null, "x"), stranger(OTHER_PIN), Depth.AUTHENTICATED));
    SshHostKey otherType =
        SshHostKey.of(
            "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBA==");
    assertEquals(
        "port, proto_unexpected_reply:algorithms in handshake",
        tried(password(null, "x"), stranger(otherType), Depth.AUTHENTICATED));
  }

  @Test
  void aStoppedServer() throws IOException {
    InetSocketAddress address;
    try (Responder responder = new SshResponder().start(key(null))) {
      address = responder.address();
    }
    assertEquals(
        "nothing, connection_refused in connect", tried(address, key(PIN), Depth.TUNNEL, AMPLE));
  }

  /** What a server says to the first bytes; then it closes, with a reset when it says nothing. */
  @ParameterizedTest
  @CsvSource(
      value = {
        "HTTP/1.1 400 Bad Request~~|port, proto_unexpected_reply in handshake",
        "Exceeded MaxStartups~|port, proto_unexpected_reply in handshake",
        "SSH-1.5-old~|port, proto_unexpected_reply in handshake",
        "SSH-2.0-x~|port, eof_error in handshake",
        "a line before~SSH-2.0-x~|port, eof_error in handshake",
        "SSH-2.0-x~SSH-2.0-not a packet at all, but text that goes on and on and on"
            + "|port, proto_malformed_reply in handshake",
        "''|port, eof_error in handshake"
      },
      delimiter = '|')
  void serversThatAreNone(String said, String expected) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> say(server, said.replace("~", "\r\n"), false));
      assertEquals(
          expected,
          tried(
              (InetSocketAddress) server.getLocalSocketAddress(),
              stranger(PIN),
              Depth.AUTHENTICATED,
              AMPLE));
    }
  }

  @Test
  void silenceAndReset() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      InetSocketAddress address = (InetSocketAddress) server.getLocalSocketAddress();
      assertEquals(
          "port, generic_timeout_error in handshake",
          tried(address, key(PIN), Depth.TUNNEL, Duration.ofMillis(300)));
    }
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      InetSocketAddress address = (InetSocketAddress) server.getLocalSocketAddress();
      Thread.ofVirtual().start(() -> say(server, "", true));
      assertEquals(
          "port, connection_reset in handshake", tried(address, key(PIN), Depth.TUNNEL, AMPLE));
    }
  }

  private static void say(ServerSocket server, String said, boolean reset) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        socket.getInputStream().read();
        socket.getOutputStream().write(said.getBytes(StandardCharsets.ISO_8859_1));
        if (reset) {
          socket.setSoLinger(true, 0);
        } else {
          socket.shutdownOutput();
          socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        }
      } catch (IOException e) {
        return; // The test is over.
      }
    }
  }

  @Test
  void factsFollowTheSettings() {
    assertEquals(Depth.HANDSHAKE, new Ssh().facts(stranger(null)).ceiling());
    assertEquals(Depth.AUTHENTICATED, new Ssh().facts(stranger(PIN)).ceiling());
    assertEquals(Depth.TUNNEL, new Ssh().facts(key(PIN)).ceiling());
    assertFalse(new Ssh().facts(key(PIN)).silent());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "SHA256:short",
        "MD5:aa:bb",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        "ssh-dss AAAAB3NzaC1kc3M="
      })
  void badHostKeysAreRefused(String text) {
    assertThrows(InvalidSetting.class, () -> SshHostKey.of(text));
  }

  /** RFC 8709 and the fingerprint that ssh-keygen -l prints for this key. */
  @Test
  void fingerprintsAreThoseOfOpenSsh() {
    SshHostKey key =
        SshHostKey.of(
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHtykxAKCUIGHT7LADnWQ765ImRlLfGGhxdbUK+j8Zo/ me");
    assertEquals(FINGERPRINT, key.toString());
  }

  private static final String FINGERPRINT = "SHA256:lXit/66xsdhD67+fTZbDsHR7plG8q+8Sqa1y1bTogoA";

  @Test
  void settingsThatDoNotFit() {
    assertInvalid("username", null, "demo", null, null, null, null);
    assertInvalid("username", null, "demo", Secret.of("x"), KEY, null, null);
    assertInvalid("password", null, null, Secret.of("x"), null, null, null);
    assertInvalid("private_key", null, null, null, KEY, null, null);
    assertInvalid("private_key", null, "demo", null, Secret.of("no key"), null, null);
    assertInvalid("passphrase", null, "demo", Secret.of("x"), null, Secret.of("y"), null);
    assertInvalid("target", null, null, null, null, null, Target.of("echo://a.example:7"));
  }

  private static void assertInvalid(
      String at,
      @Nullable SshHostKey pin,
      @Nullable String username,
      @Nullable Secret password,
      @Nullable Secret privateKey,
      @Nullable Secret passphrase,
      @Nullable Target target) {
    InvalidSetting e =
        assertThrows(
            InvalidSetting.class,
            () -> new SshSettings(pin, username, password, privateKey, passphrase, target));
    assertEquals(at, e.key());
  }

  /** The identification is ours to read: 20,000 beginnings of a stream, seeded. */
  @Test
  void anyBeginningEndsInADeclaredFailure() {
    Random random = new Random(7);
    int identified = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(i % 50 == 0 ? 40_000 : 200)];
      random.nextBytes(bytes);
      if (i % 2 == 0) {
        byte[] line = "\nSSH-2.0-server\r\n".getBytes(StandardCharsets.US_ASCII);
        int at = random.nextInt(bytes.length + 1);
        bytes = new ByteWriter().bytes(Arrays.copyOf(bytes, at)).bytes(line).toByteArray();
      }
      StringBuilder told = new StringBuilder();
      SshWire wire = new SshWire(PlayedTrial.stream(bytes), told::append);
      assertThrows(IOException.class, () -> wire.getInputStream().readAllBytes());
      StepFailed broken = Objects.requireNonNull(wire.broken());
      Set<FailureKind> declared =
          EnumSet.of(FailureKind.EOF_ERROR, FailureKind.PROTO_UNEXPECTED_REPLY);
      assertTrue(declared.contains(broken.kind()), broken::detail);
      identified += told.isEmpty() ? 0 : 1;
    }
    assertTrue(identified > 5_000, "identified " + identified);
  }

  /** The whole exchange with what a server really says, changed at random. */
  @Test
  void aHostileExchangeEndsInADeclaredFailure() throws Exception {
    byte[] said = recorded();
    Random random = new Random(8);
    for (int i = 0; i < 1_500; i++) {
      byte[] changed = i % 4 == 0 ? Arrays.copyOf(said, random.nextInt(said.length)) : said.clone();
      for (int n = random.nextInt(4); n >= 0 && changed.length > 40; n--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      PlayedTrial trial = new PlayedTrial(changed, Depth.AUTHENTICATED);
      StepFailed e =
          assertThrows(StepFailed.class, () -> new Ssh().open(stranger(PIN), trial).close());
      assertTrue(
          EnumSet.of(
                  FailureKind.EOF_ERROR,
                  FailureKind.PROTO_MALFORMED_REPLY,
                  FailureKind.PROTO_UNEXPECTED_REPLY,
                  FailureKind.AUTH_WRONG_SERVER_KEY)
              .contains(e.kind()),
          e::detail);
      assertFalse(trial.reached.containsKey(Depth.HANDSHAKE), "nobody signed this exchange");
    }
  }

  /** All that the embedded server says in the clear. */
  private static byte[] recorded() throws Exception {
    ByteWriter said = new ByteWriter();
    try (Responder responder = new SshResponder().start(key(null));
        ServerSocket between = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread relay =
          Thread.ofVirtual()
              .start(() -> {
                try (Socket client = between.accept();
                    Socket server = new Socket("127.0.0.1", responder.address().getPort())) {
                  Thread.ofVirtual().start(() -> pipe(client, server, null));
                  pipe(server, client, said);
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      assertEquals(
          "handshake",
          tried(
              (InetSocketAddress) between.getLocalSocketAddress(),
              stranger(null),
              Depth.HANDSHAKE,
              AMPLE));
      relay.join();
    }
    return said.toByteArray();
  }

  private static void pipe(Socket from, Socket to, @Nullable ByteWriter record) {
    try {
      byte[] buffer = new byte[4096];
      for (int n = from.getInputStream().read(buffer);
          n > 0;
          n = from.getInputStream().read(buffer)) {
        if (record != null) {
          record.bytes(Arrays.copyOf(buffer, n));
        }
        to.getOutputStream().write(buffer, 0, n);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      // One side left.
    }
  }
}
