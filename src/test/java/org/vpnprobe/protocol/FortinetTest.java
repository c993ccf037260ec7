package org.vpnprobe.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vpnprobe.lab.FortinetResponder;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.protocol.Fortinet.FortinetSettings;

/** Fortinet's login against the embedded server, and against servers that are none. */
class FortinetTest {
  private static final String CA = Lab.material("lab_ca").orElseThrow();
  private static final Duration AMPLE = Duration.ofSeconds(15);
  private static final String PAGE = "HTTP/1.1 200 OK~Content-Length: 16~~/remote/fgt_lang";

  private static FortinetSettings settings(
      @Nullable String username,
      @Nullable String password,
      @Nullable String realm,
      @Nullable String ca) {
    return new FortinetSettings(
        username,
        password == null ? null : Secret.of(password),
        realm,
        null,
        ca,
        null,
        null,
        null,
        null);
  }

  private static String tried(FortinetSettings server, FortinetSettings client, Depth goal)
      throws IOException {
    try (Responder responder = new FortinetResponder().start(server)) {
      return Attempt.at(responder.address(), new Fortinet(), client, goal, AMPLE);
    }
  }

  @Test
  void eachDepth() throws IOException {
    FortinetSettings known = settings("demo", "s3cret &=%+ü", "staff & co", CA);
    assertEquals("authenticated", tried(known, known, Depth.AUTHENTICATED));
    assertEquals("handshake", tried(known, known, Depth.HANDSHAKE));
    assertEquals("port", tried(known, known, Depth.PORT));
    assertEquals(
        "authenticated", tried(known, settings(null, null, null, CA), Depth.AUTHENTICATED));
    assertEquals(
        "port, ssl_unknown_authority in tls",
        tried(known, settings("demo", "s3cret", null, null), Depth.AUTHENTICATED));
  }

  @Test
  void aRefusedLoginIsOurMistake() throws IOException {
    FortinetSettings known = settings("demo", "right", null, CA);
    assertEquals(
        "handshake, auth_rejected in auth",
        tried(known, settings("demo", "s3cret", null, CA), Depth.AUTHENTICATED));
    assertEquals(
        "handshake, auth_rejected in auth",
        tried(known, settings("demo", "right", "other", CA), Depth.AUTHENTICATED));
    assertEquals(FailureKind.Meaning.ANSWERED, FailureKind.AUTH_REJECTED.meaning());
    assertThrows(InvalidSetting.class, () -> settings("demo", null, null, CA));
  }

  @Test
  void stoppedSilentAndReset() throws IOException {
    FortinetSettings client = settings(null, null, null, CA);
    InetSocketAddress address;
    try (Responder responder = new FortinetResponder().start(client)) {
      address = responder.address();
    }
    assertEquals(
        "nothing, connection_refused in connect",
        Attempt.at(address, new Fortinet(), client, Depth.AUTHENTICATED, AMPLE));
    Attempt.interfering(
        false,
        server ->
            assertEquals(
                "port, generic_timeout_error in tls",
                Attempt.at(
                    server, new Fortinet(), client, Depth.AUTHENTICATED, Duration.ofMillis(300))));
    Attempt.interfering(
        true,
        server ->
            assertEquals(
                "port, connection_reset in tls",
                Attempt.at(server, new Fortinet(), client, Depth.AUTHENTICATED, AMPLE)));
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "HTTP/1.1 200 OK~Content-Length: 6~~<html>|port, proto_unexpected_reply in handshake",
        "HTTP/1.1 302 Found~Location: https://elsewhere.example/remote/login~Content-Length: 0~~"
            + "|port, http_unexpected:302 in handshake",
        "''|port, eof_error in handshake",
        PAGE + "HTTP/1.1 200 OK~Content-Length: 6~~<html>|handshake, http_unexpected:200 in auth",
        PAGE + "HTTP/1.1 200 OK~Content-Length: 12~~ret=2,reqid=|handshake, auth_rejected in auth",
        PAGE + "HTTP/1.1 405 No~Content-Length: 0~~|handshake, auth_rejected in auth",
        PAGE
            + "HTTP/1.1 200 OK~Set-Cookie: SVPNCOOKIE=; path=/~Content-Length: 5~~ret=0"
            + ",|handshake, auth_rejected in auth",
        PAGE + "HTTP/1.1 200 OK~Set-Cookie: SVPNCOOKIE=ab; path=/~Content-Length: 0~~|authenticated"
      },
      delimiter = '|')
  void whatServersSay(String said, String expected) throws IOException {
    Attempt.saying(
        said.replace("~", "\r\n"),
        (server, ca) ->
            assertEquals(
                expected,
                Attempt.at(
                    server,
                    new Fortinet(),
                    settings("demo", "s3cret", null, ca),
                    Depth.AUTHENTICATED,
                    AMPLE)));
  }
}
