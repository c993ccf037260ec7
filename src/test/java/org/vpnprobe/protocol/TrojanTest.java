package org.vpnprobe.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.lab.TrojanResponder;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.protocol.Trojan.TrojanSettings;

class TrojanTest {
  private static final Trojan TROJAN = new Trojan();
  private static final String LAB_PIN = Lab.material("lab_server_pin").orElseThrow();
  private static final String ECHO = "echo://192.0.2.7:7";
  private static final String WEB = "http://web.example/#hello there";
  private static final HeldCertificate CERTIFICATE = new HeldCertificate.Builder().build();

  private static TrojanSettings settings(String password, String target, @Nullable String pin) {
    return new TrojanSettings(
        Secret.of(password), Target.of(target), null, List.of("http/1.1"), null, pin, null);
  }

  /** From the project's own reference sheet; SHA-224 by the JDK, RFC 3874. */
  @Test
  void theHash() {
    assertEquals(
        "bebeef056d2fc0c96fbdd3372c8b766a0d3b5bac45cc56a4f15235cd",
        settings("pw", ECHO, null).hash());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        WEB,
        "http://[2001:db8::80]:8080/#x",
        ECHO,
        "tcp://ssh.example:22#SSH-2.0",
        "dns://192.0.2.53/example.net"
      })
  void theTargetsAnswer(String target) throws IOException {
    TrojanSettings settings = settings("pw", target, LAB_PIN);
    assertEquals(Depth.TUNNEL, TROJAN.facts(settings).ceiling());
    assertTrue(TROJAN.facts(settings).obfuscated());
    assertFalse(TROJAN.facts(settings).silent());
    try (Responder server = new TrojanResponder().start(settings)) {
      assertEquals("port", Tried.direct(TROJAN, settings, server.address(), Depth.PORT));
      assertEquals("tunnel", Tried.direct(TROJAN, settings, server.address(), Depth.TUNNEL));
      // The default depth: nothing between port and tunnel proves a Trojan server.
      assertEquals("tunnel", Tried.direct(TROJAN, settings, server.address(), Depth.AUTHENTICATED));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {WEB, ECHO, "tcp://ssh.example:22#SSH-2.0", "dns://a.example/b.c"})
  void aWrongPasswordLeadsToTheFallback(String target) throws IOException {
    try (Responder server = new TrojanResponder().start(settings("right", target, LAB_PIN))) {
      assertEquals(
          "port, auth_rejected in tunnel",
          Tried.direct(TROJAN, settings("wrong", target, LAB_PIN), server.address(), Depth.TUNNEL));
    }
  }

  /** Web servers that answer anything with a page are never taken for the target. */
  @ParameterizedTest
  @CsvSource({
    "'HTTP/1.1 200 OK\n\nwelcome', 'port, auth_rejected in tunnel'",
    "'HTTP/1.1 404 Not Found\n\nhello there', 'port, auth_rejected in tunnel'",
    "'HTTP/1.1 400 hello there\n\n', 'port, auth_rejected in tunnel'",
    "'hello there', 'port, auth_rejected in tunnel'",
    "'', 'port, eof_error in tunnel'",
    "'HTTP/1.1 200 OK\n\nhello there', tunnel"
  })
  void anyFallback(String answer, String outcome) throws IOException {
    try (Scripted server = web(answer)) {
      assertEquals(
          outcome,
          Tried.direct(TROJAN, settings("pw", WEB, pin()), server.address(), Depth.TUNNEL));
      if (!answer.isEmpty()) {
        for (String target : new String[] {ECHO, "tcp://a:22#SSH", "dns://a.example/b.c"}) {
          String other =
              Tried.direct(TROJAN, settings("pw", target, pin()), server.address(), Depth.TUNNEL);
          assertTrue(
              other.equals("port, auth_rejected in tunnel")
                  || (!answer.startsWith("HTTP/") && other.equals("port, eof_error in tunnel")),
              target + ": " + other);
        }
      }
    }
  }

  private static String pin() {
    return OwnCertificate.sha256(CERTIFICATE.certificate());
  }

  private static Scripted web(String answer) throws IOException {
    return new Scripted(
        listener(),
        socket -> {
          socket.getInputStream().read(new byte[4096]);
          socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
          socket.shutdownOutput();
          socket.getInputStream().readAllBytes();
        });
  }

  private static ServerSocket listener() throws IOException {
    return listener(CERTIFICATE);
  }

  private static ServerSocket listener(HeldCertificate certificate) throws IOException {
    return new HandshakeCertificates.Builder()
        .heldCertificate(certificate)
        .build()
        .sslContext()
        .getServerSocketFactory()
        .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  /** A content network has a good certificate for a harmless name, and is not the server. */
  @Test
  void nothingLeavesForWhoeverAnswersToAnotherName() throws IOException {
    HeldCertificate authority = new HeldCertificate.Builder().certificateAuthority(0).build();
    HeldCertificate other =
        new HeldCertificate.Builder()
            .signedBy(authority)
            .addSubjectAlternativeName("www.example.com")
            .build();
    TrojanSettings named =
        new TrojanSettings(
            Secret.of("pw"), Target.of(ECHO), null, null, authority.certificatePem(), null, null);
    Settings varied = named.withServerName("www.example.com").orElseThrow();
    int[] came = {0};
    try (Scripted server =
        new Scripted(
            listener(other),
            socket -> came[0] = Math.max(0, socket.getInputStream().read(new byte[4096])))) {
      assertEquals(
          "port, ssl_invalid_hostname in tls",
          Tried.direct(TROJAN, (TrojanSettings) varied, server.address(), Depth.HANDSHAKE));
    }
    assertEquals(0, came[0]);
  }

  /** Nor for the server itself: that it answers to the name is the result. */
  @Test
  void noPinLetsItPass() throws IOException {
    TrojanSettings pinned = settings("pw", ECHO, LAB_PIN);
    Settings varied = pinned.withServerName("www.example.com").orElseThrow();
    try (Responder server = new TrojanResponder().start(pinned)) {
      assertEquals(
          "port, ssl_unknown_authority in tls",
          Tried.direct(TROJAN, (TrojanSettings) varied, server.address(), Depth.HANDSHAKE));
    }
  }

  /** Hash, command and address leave in one record with the target's question. */
  @Test
  void whatIsSent() throws IOException {
    byte[] seen = new byte[4096];
    int[] count = {0};
    try (Scripted server =
        new Scripted(
            listener(),
            socket -> {
              count[0] = socket.getInputStream().read(seen);
            })) {
      String outcome =
          Tried.direct(TROJAN, settings("pw", WEB, pin()), server.address(), Depth.TUNNEL);
      assertTrue(outcome.startsWith("port, "), outcome);
    }
    String text = new String(seen, 0, count[0], StandardCharsets.ISO_8859_1);
    String hash = "bebeef056d2fc0c96fbdd3372c8b766a0d3b5bac45cc56a4f15235cd";
    assertTrue(
        text.startsWith(
            hash + "\r\n\u0001\u0003\u000bweb.example\u0000\u0050\r\nGET / HTTP/1.1\r\n"),
        text);
  }

  @Test
  void certificatesSilenceResetAndAStoppedServer() throws IOException {
    TrojanSettings settings = settings("pw", ECHO, LAB_PIN);
    InetSocketAddress stopped;
    try (Responder server = new TrojanResponder().start(settings)) {
      stopped = server.address();
      assertEquals(
          "port, ssl_wrong_pin in tls",
          Tried.direct(TROJAN, settings("pw", ECHO, "ab".repeat(32)), stopped, Depth.TUNNEL));
    }
    assertEquals(
        "nothing, connection_refused in connect",
        Tried.direct(TROJAN, settings, stopped, Depth.TUNNEL));
    try (Scripted silent = new Scripted(socket -> socket.getInputStream().readAllBytes())) {
      assertEquals(
          "port, generic_timeout_error in tls",
          Tried.direct(TROJAN, settings, silent.address(), Depth.TUNNEL, Tried.SHORT));
    }
    try (Scripted resetting =
        new Scripted(socket -> {
          socket.getInputStream().read();
          socket.setSoLinger(true, 0);
        })) {
      assertEquals(
          "port, connection_reset in tls",
          Tried.direct(TROJAN, settings, resetting.address(), Depth.TUNNEL));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"empty", "http", "tcp", "pin"})
  void settingsThatCannotWork(String which) {
    InvalidSetting e =
        assertThrows(
            InvalidSetting.class,
            () -> {
              switch (which) {
                case "empty" -> settings("", ECHO, null);
                case "http" -> settings("secret", "http://192.0.2.80/", null);
                case "tcp" -> settings("secret", "tcp://192.0.2.80:22", null);
                default -> settings("secret", ECHO, "no pin");
              }
            });
    assertFalse(Objects.requireNonNull(e.getMessage()).contains("secret"));
  }

  @Test
  void hostileRequestsGetTheFallback() throws IOException {
    Random random = new Random(29);
    TrojanSettings settings = settings("pw", ECHO, LAB_PIN);
    try (Responder server = new TrojanResponder().start(settings)) {
      for (int i = 0; i < 20; i++) {
        try (java.net.Socket client =
            new java.net.Socket("127.0.0.1", server.address().getPort())) {
          byte[] noise = new byte[random.nextInt(300)];
          random.nextBytes(noise);
          client.getOutputStream().write(noise);
        }
      }
      assertEquals("tunnel", Tried.direct(TROJAN, settings, server.address(), Depth.TUNNEL));
    }
  }
}
