package org.vpnprobe.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.lab.HttpProxyResponder;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.protocol.HttpProxy.HttpProxySettings;

class HttpProxyTest {
  private static final HttpProxy PROXY = new HttpProxy();
  private static final String PIN = Lab.material("lab_server_pin").orElseThrow();
  private static final String ECHO = "echo://192.0.2.7:7";

  private static HttpProxySettings plain(
      @Nullable String user, @Nullable String password, @Nullable String target) {
    return settings(user, password, target, null);
  }

  private static HttpProxySettings settings(
      @Nullable String user,
      @Nullable String password,
      @Nullable String target,
      @Nullable String pin) {
    return new HttpProxySettings(
        user,
        password == null ? null : Secret.of(password),
        target == null ? null : Target.of(target),
        pin != null,
        null,
        null,
        pin,
        null);
  }

  @ParameterizedTest
  @CsvSource({
    "http://192.0.2.80/",
    "http://web.example:8080/a#hello",
    "http://[2001:db8::80]/",
    "echo://192.0.2.7:7",
    "tcp://ssh.example:22",
    "dns://192.0.2.53/example.net"
  })
  void eachTargetWithLoginAndTlsAndWithout(String target) throws IOException {
    for (HttpProxySettings settings :
        List.of(
            plain(null, null, target),
            plain("bob", "p@:s", target),
            settings("bob", "", target, PIN),
            settings(null, null, target, PIN))) {
      assertEquals(Depth.TUNNEL, PROXY.facts(settings).ceiling());
      try (Responder server = new HttpProxyResponder().start(settings)) {
        assertEquals("tunnel", Tried.direct(PROXY, settings, server.address(), Depth.TUNNEL));
        assertEquals(
            settings.username() == null ? "tunnel" : "authenticated",
            Tried.direct(PROXY, settings, server.address(), Depth.AUTHENTICATED));
      }
    }
  }

  @Test
  void eachDepthWithoutATarget() throws IOException {
    HttpProxySettings login = plain("bob", "secret", null);
    assertEquals(Depth.AUTHENTICATED, PROXY.facts(login).ceiling());
    assertEquals(Depth.HANDSHAKE, PROXY.facts(plain(null, null, null)).ceiling());
    try (Responder server = new HttpProxyResponder().start(login)) {
      for (Depth goal : Set.of(Depth.PORT, Depth.HANDSHAKE, Depth.AUTHENTICATED)) {
        assertEquals(goal.id(), Tried.direct(PROXY, login, server.address(), goal));
      }
      assertEquals(
          "handshake",
          Tried.direct(PROXY, plain(null, null, null), server.address(), Depth.HANDSHAKE));
    }
  }

  @Test
  void aWrongPasswordIsOurMistake() throws IOException {
    try (Responder server = new HttpProxyResponder().start(plain("bob", "secret", ECHO))) {
      for (HttpProxySettings wrong :
          List.of(
              plain("bob", "secreT", ECHO),
              plain("eve", "secret", null),
              plain(null, null, ECHO))) {
        assertEquals(
            "handshake, auth_rejected in auth",
            Tried.direct(PROXY, wrong, server.address(), Depth.AUTHENTICATED));
      }
      assertEquals(
          "authenticated, proxy_refused:502 in tunnel",
          Tried.direct(
              PROXY, plain("bob", "secret", "echo://192.0.2.8:7"), server.address(), Depth.TUNNEL));
    }
    // A login that nobody asked for proves nothing.
    try (Responder server = new HttpProxyResponder().start(plain(null, null, ECHO))) {
      assertTrue(
          Tried.direct(PROXY, plain("bob", "x", ECHO), server.address(), Depth.AUTHENTICATED)
              .startsWith("handshake, auth_rejected"));
      assertEquals(
          "tunnel", Tried.direct(PROXY, plain("bob", "x", ECHO), server.address(), Depth.TUNNEL));
    }
  }

  @Test
  void aForeignCertificateIsNoProxy() throws IOException {
    try (Responder server = new HttpProxyResponder().start(settings(null, null, ECHO, PIN))) {
      assertEquals(
          "port, ssl_wrong_pin in tls",
          Tried.direct(
              PROXY, settings(null, null, ECHO, "ab".repeat(32)), server.address(), Depth.TUNNEL));
      assertEquals(
          "port, proto_unexpected_reply in handshake",
          Tried.direct(PROXY, plain(null, null, ECHO), server.address(), Depth.TUNNEL));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'HTTP/1.1 200 OK\n\nHTTP/1.1 404 Not Found\n\n', tunnel",
    "'HTTP/1.0 200\n\nHTTP/1.1 404 Not Found\n\n', tunnel",
    "'HTTP/1.1 200 OK\nVia: x\n\n', 'handshake, eof_error in tunnel'",
    "'HTTP/1.1 200 OK\nContent-Length: 0\n\n', 'handshake, eof_error in tunnel'",
    "'HTTP/1.1 200 OK\nContent-Length: 5\n\nhello', 'port, proto_unexpected_reply in handshake'",
    "'HTTP/1.1 200 OK\ntransfer-encoding: chunked\n\n', 'port, proto_unexpected_reply in handshake'",
    "'HTTP/1.1 407 No\nProxy-Authenticate: Basic\n\n', 'handshake, auth_rejected in auth'",
    "'HTTP/1.1 407 No\n\n', 'port, proxy_refused:407 in handshake'",
    "'HTTP/1.1 400 Bad Request\n\n', 'port, proxy_refused:400 in handshake'",
    "'HTTP/1.1 405 Not Allowed\n\n', 'port, proxy_refused:405 in handshake'",
    "'HTTP/1.1 503 No\n\n', 'port, proxy_refused:503 in handshake'",
    "'HTTP/1.1 OK\n\n', 'port, proto_malformed_reply in handshake'",
    "'HTTP/1.1 200 OK\n', 'port, eof_error in handshake'",
    "'', 'port, eof_error in handshake'",
    "'SSH-2.0-OpenSSH\n', 'port, proto_unexpected_reply in handshake'"
  })
  void answers(String answer, String outcome) throws IOException {
    try (Scripted server =
        new Scripted(socket -> {
          socket
              .getOutputStream()
              .write(answer.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
          socket.shutdownOutput();
          socket.getInputStream().readAllBytes();
        })) {
      assertEquals(
          outcome,
          Tried.direct(
              PROXY, plain(null, null, "http://192.0.2.80/"), server.address(), Depth.TUNNEL));
    }
  }

  /** What another answer to a right or wrong login may be; a refusal is not taken for a success. */
  @ParameterizedTest
  @CsvSource({
    "407, 'handshake, auth_rejected in auth'",
    "401, 'handshake, auth_rejected in auth'",
    "403, 'handshake, proxy_refused:403 in auth'",
    "302, 'handshake, proxy_refused:302 in auth'",
    "503, authenticated",
    "200, authenticated"
  })
  void answersToALogin(int status, String outcome) throws IOException {
    try (Scripted server =
        new Scripted(socket -> {
          byte[] bytes = new byte[4096];
          int count = socket.getInputStream().read(bytes);
          String request = new String(bytes, 0, count, StandardCharsets.US_ASCII);
          String answer =
              request.contains("Authorization")
                  ? "HTTP/1.1 " + status + "\r\n\r\n"
                  : "HTTP/1.1 407\r\nProxy-Authenticate: Basic realm=\"a\"\r\n\r\n";
          socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        })) {
      assertEquals(
          outcome,
          Tried.direct(PROXY, plain("bob", "secret", null), server.address(), Depth.AUTHENTICATED));
    }
  }

  /** The login goes only to those who ask for one, and the password never in the clear text. */
  @Test
  void whatIsSent() throws IOException {
    List<String> requests = new CopyOnWriteArrayList<>();
    try (Scripted server =
        new Scripted(socket -> {
          byte[] bytes = new byte[4096];
          int count = socket.getInputStream().read(bytes);
          requests.add(new String(bytes, 0, count, StandardCharsets.US_ASCII));
          socket
              .getOutputStream()
              .write(
                  "HTTP/1.1 407 No\r\nproxy-authenticate: Digest realm=\"a\"\r\n\r\n"
                      .getBytes(StandardCharsets.US_ASCII));
        })) {
      assertEquals(
          "handshake, auth_rejected in auth",
          Tried.direct(PROXY, plain("bob", "secret", null), server.address(), Depth.AUTHENTICATED));
      int port = server.address().getPort();
      assertTrue(requests.getFirst().startsWith("CONNECT 127.0.0.1:" + port + " HTTP/1.1\r\n"));
    }
    assertFalse(requests.getFirst().contains("Proxy-Authorization"));
    assertTrue(requests.get(1).contains("Proxy-Authorization: Basic Ym9iOnNlY3JldA==\r\n"));
  }

  @Test
  void silenceResetAndAStoppedServer() throws IOException {
    HttpProxySettings settings = plain(null, null, null);
    InetSocketAddress stopped;
    try (Scripted silent = new Scripted(socket -> socket.getInputStream().readAllBytes())) {
      stopped = silent.address();
      assertEquals(
          "port, generic_timeout_error in handshake",
          Tried.direct(PROXY, settings, stopped, Depth.HANDSHAKE, Tried.SHORT));
    }
    assertEquals(
        "nothing, connection_refused in connect",
        Tried.direct(PROXY, settings, stopped, Depth.HANDSHAKE));
    try (Scripted resetting =
        new Scripted(socket -> {
          socket.getInputStream().read();
          socket.setSoLinger(true, 0);
        })) {
      assertEquals(
          "port, connection_reset in handshake",
          Tried.direct(PROXY, settings, resetting.address(), Depth.HANDSHAKE));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"user", "password", "colon", "control", "tls"})
  void settingsThatCannotWork(String which) {
    InvalidSetting e =
        assertThrows(
            InvalidSetting.class,
            () -> {
              switch (which) {
                case "user" -> plain(null, "secret", null);
                case "password" -> plain("bob", null, null);
                case "colon" -> plain("b:b", "secret", null);
                case "control" -> plain("bob", "secret\r\nX: y", null);
                default -> new HttpProxySettings(null, null, null, null, null, null, PIN, null);
              }
            });
    assertFalse(Objects.requireNonNull(e.getMessage()).contains("secret"));
  }
}
