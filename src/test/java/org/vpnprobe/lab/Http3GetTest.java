package org.vpnprobe.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Http3Get;
import org.vpnprobe.protocol.Http3Get.Http3Settings;
import org.vpnprobe.protocol.RecordedTrial;

/** http3 against the embedded server, flupke's. */
@NullMarked
class Http3GetTest {
  private static final String CA = Lab.material("lab_ca").orElseThrow();
  private static final Duration AMPLE = Duration.ofSeconds(20);

  private static Http3Settings settings(
      @Nullable Integer status, @Nullable String header, @Nullable String body) {
    return new Http3Settings("/a?b", status, header, body, "www.lab.example", CA, null, null);
  }

  private static String tried(InetSocketAddress server, Http3Settings settings, Duration deadline) {
    try (RecordedTrial trial =
        new RecordedTrial(server, "www.lab.example", Depth.AUTHENTICATED, deadline)) {
      String failure = "";
      try {
        new Http3Get().open(settings, trial).close();
      } catch (StepFailed e) {
        Failure failed = trial.trace.failure(e);
        failure = ", " + failed.id() + " in " + failed.step().id();
      }
      return (trial.deepest() == null ? "nothing" : trial.deepest().id()) + failure;
    }
  }

  @Test
  void theExpectedAnswer() throws IOException {
    for (Http3Settings settings :
        new Http3Settings[] {
          settings(null, null, null), settings(204, null, null), settings(404, "X-A: b", "text ü")
        }) {
      try (Responder server = new Http3Responder().start(settings)) {
        assertEquals("authenticated", tried(server.address(), settings, AMPLE));
      }
    }
  }

  @Test
  void anotherAnswer() throws IOException {
    try (Responder server = new Http3Responder().start(settings(200, "X-A: b", "text"))) {
      InetSocketAddress at = server.address();
      assertEquals(
          "handshake, http_unexpected:200 in handshake",
          tried(at, settings(404, null, null), AMPLE));
      assertEquals(
          "handshake, http_unexpected:header in handshake",
          tried(at, settings(null, "X-A: c", null), AMPLE));
      assertEquals(
          "handshake, http_unexpected:body in handshake",
          tried(at, settings(null, null, "other"), AMPLE));
    }
  }

  @Test
  void nothingIsAskedOfAServerThatIsNotTrusted() throws IOException {
    Http3Settings system =
        new Http3Settings(null, null, null, null, "www.lab.example", null, null, null);
    try (Responder server = new Http3Responder().start(system)) {
      assertEquals("nothing, ssl_unknown_authority in tls", tried(server.address(), system, AMPLE));
    }
  }

  @Test
  void aStoppedAndASilentServer() throws IOException {
    Responder server = new Http3Responder().start(settings(null, null, null));
    server.close();
    assertEquals(
        "nothing, connection_refused in tls",
        tried(server.address(), settings(null, null, null), AMPLE));
    try (DatagramSocket silent = KwikServer.socket()) {
      assertEquals(
          "nothing, generic_timeout_error in tls",
          tried(
              (InetSocketAddress) silent.getLocalSocketAddress(),
              settings(null, null, null),
              Duration.ofMillis(400)));
    }
  }
}
