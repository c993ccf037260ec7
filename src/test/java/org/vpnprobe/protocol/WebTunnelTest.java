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
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.lab.TorResponder;
import org.vpnprobe.lab.WebTunnelResponder;
import org.vpnprobe.layer.tor.RelayFingerprint;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.WebTunnel.WebTunnelSettings;

/** The tunnel against the embedded bridge over loopback. */
@NullMarked
class WebTunnelTest {
  private static final Duration AMPLE = Duration.ofSeconds(15);
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final String PIN = Lab.material("lab_server_pin").orElseThrow();
  private static final Map<String, String> LAB = lab().material();

  private static WebTunnelResponder lab() {
    return new WebTunnelResponder(new TorResponder(Clock.systemUTC(), new SecureRandom()));
  }

  private static String material(String name) {
    return Objects.requireNonNull(LAB.get(name));
  }

  private static WebTunnelSettings settings(
      String path, String pin, @Nullable RelayFingerprint fingerprint) {
    return new WebTunnelSettings(Secret.of(path), null, null, pin, null, fingerprint, null);
  }

  private static WebTunnelSettings right() {
    return settings(
        material("webtunnel_path"), PIN, RelayFingerprint.of(material("webtunnel_fingerprint")));
  }

  private static String tried(
      WebTunnelSettings settings, InetSocketAddress server, Duration deadline) {
    try (RecordedTrial trial = new RecordedTrial(server, Depth.AUTHENTICATED, deadline)) {
      String failure = "";
      try {
        new WebTunnel().open(settings, trial).close();
      } catch (StepFailed e) {
        var failed = trial.trace.failure(e);
        failure = ", " + failed.id() + " in " + failed.step().id();
      }
      Depth deepest = trial.deepest();
      return (deepest == null ? "nothing" : deepest.id()) + failure;
    }
  }

  /** What a cold start takes is no part of a short deadline. */
  @BeforeAll
  static void warm() throws IOException {
    try (Responder bridge = lab().start(right())) {
      tried(right(), bridge.address(), AMPLE);
    }
  }

  @Test
  void theRelayBehindThePathAnswers() throws Exception {
    String path = material("webtunnel_path");
    try (Responder bridge = lab().start(right())) {
      assertEquals("authenticated", tried(right(), bridge.address(), AMPLE));
      assertEquals("authenticated", tried(settings(path, PIN, null), bridge.address(), AMPLE));
      assertEquals(
          "authenticated", tried(settings("/" + path, PIN, null), bridge.address(), AMPLE));
      RelayFingerprint other = RelayFingerprint.of("00".repeat(20));
      assertEquals(
          "handshake, auth_wrong_server_key in auth",
          tried(settings(path, PIN, other), bridge.address(), AMPLE));
    }
  }

  @Test
  void anotherPathIsTheWebsites() throws Exception {
    try (Responder bridge = lab().start(right())) {
      assertEquals(
          "port, http_unexpected:404 in handshake",
          tried(settings("other", PIN, null), bridge.address(), AMPLE));
    }
  }

  @Test
  void anotherCertificate() throws Exception {
    try (Responder bridge = lab().start(right())) {
      assertEquals(
          "port, ssl_wrong_pin in tls",
          tried(settings("other", "00".repeat(32), null), bridge.address(), AMPLE));
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
              if (connection.getInputStream().read(new byte[4096]) > 0) {
                reaction.act(connection);
              }
            } catch (IOException e) {
              // The client is gone.
            }
          });
      return tried(right(), (InetSocketAddress) listener.getLocalSocketAddress(), deadline);
    }
  }

  @Test
  void silenceAndResets() throws Exception {
    assertEquals(
        "port, generic_timeout_error in tls",
        against(
            connection -> connection.getInputStream().transferTo(OutputStream.nullOutputStream()),
            SHORT));
    assertEquals(
        "port, connection_reset in tls",
        against(connection -> connection.setSoLinger(true, 0), AMPLE));
  }

  @Test
  void aStoppedBridgeRefuses() throws Exception {
    Responder bridge = lab().start(right());
    bridge.close();
    assertEquals("nothing, connection_refused in connect", tried(right(), bridge.address(), AMPLE));
  }

  @Test
  void settings() {
    Facts facts = new WebTunnel().facts(right());
    assertTrue(facts.obfuscated());
    assertFalse(facts.silent() || facts.keysMissing());
    assertEquals(Depth.AUTHENTICATED, facts.ceiling());
    String path = "two words";
    InvalidSetting e = assertThrows(InvalidSetting.class, () -> settings(path, PIN, null));
    assertEquals("path", e.key());
    assertFalse(String.valueOf(e.getMessage()).contains(path));
    assertThrows(InvalidSetting.class, () -> settings("", PIN, null));
  }
}
