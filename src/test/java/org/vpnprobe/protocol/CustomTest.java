package org.vpnprobe.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.lab.CustomResponder;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.CustomSettings.Step;
import org.vpnprobe.protocol.CustomSettings.Transport;

class CustomTest {
  private static final Duration SHORT = Duration.ofMillis(500);

  private static Step send(String text) {
    return new Step(text, null, null, null, null);
  }

  private static Step sendHex(String hex) {
    return new Step(null, hex, null, null, null);
  }

  private static Step expect(String text) {
    return new Step(null, null, text, null, null);
  }

  private static Step expectHex(String hex) {
    return new Step(null, null, null, hex, null);
  }

  private static Step regex(String regex) {
    return new Step(null, null, null, null, regex);
  }

  private static CustomSettings over(
      Transport transport, boolean tls, @Nullable String ca, Step... steps) {
    return new CustomSettings(transport, tls, List.of(steps), null, ca, null, null, null, null);
  }

  private static CustomSettings tcp(Step... steps) {
    return over(Transport.TCP, false, null, steps);
  }

  private static CustomSettings udp(Step... steps) {
    return over(Transport.UDP, false, null, steps);
  }

  private static String tried(CustomSettings settings, InetSocketAddress server) {
    return Tried.of(new Custom(), settings, server);
  }

  @Test
  void everyTransport() throws IOException {
    Step[] dialogue = {
      sendHex("01 02"), expectHex("03 ?? 05"), send("hello\r\n"), expect("welcome\r\n")
    };
    String ca = Lab.material("lab_ca").orElseThrow();
    for (CustomSettings settings :
        List.of(tcp(dialogue), udp(dialogue), over(Transport.TCP, true, ca, dialogue))) {
      InetSocketAddress stopped;
      try (Responder server = new CustomResponder().start(settings)) {
        stopped = server.address();
        assertEquals("handshake", tried(settings, stopped));
      }
      assertTrue(tried(settings, stopped).startsWith("nothing, connection_refused in "));
      assertEquals(Depth.HANDSHAKE, new Custom().facts(settings).ceiling());
    }
    try (Responder server = new CustomResponder().start(over(Transport.TCP, true, ca, dialogue))) {
      assertEquals(
          "port, ssl_unknown_authority in tls",
          tried(over(Transport.TCP, true, null, dialogue), server.address()));
    }
  }

  @Test
  void otherAnswers() throws IOException {
    try (Responder server = new CustomResponder().start(tcp(send("a"), expect("bcd")))) {
      assertEquals(
          "port, proto_unexpected_reply:step_2 in handshake",
          tried(tcp(send("a"), expect("bx")), server.address()));
      assertEquals("handshake", tried(tcp(send("a"), expect("b"), expect("cd")), server.address()));
      assertEquals(
          "port, eof_error in handshake", tried(tcp(send("x"), expect("b")), server.address()));
      assertEquals(
          "port, generic_timeout_error in handshake",
          Tried.of(
              new Custom(),
              tcp(send("a"), expect("bcde")),
              server.address(),
              Depth.HANDSHAKE,
              SHORT));
    }
    try (OneAnswer reset = OneAnswer.reset()) {
      assertEquals(
          "port, connection_reset in handshake",
          tried(tcp(send("a"), expect("b")), reset.address()));
    }
    try (Responder server = new CustomResponder().start(udp(send("a"), expect("bcd")));
        Dropping once = new Dropping(server.address(), 1)) {
      assertEquals("handshake", tried(udp(send("a"), expect("b")), once.address()));
      assertEquals(
          "nothing, proto_unexpected_reply:step_2 in handshake",
          Tried.of(
              new Custom(), udp(send("a"), expect("x")), server.address(), Depth.HANDSHAKE, SHORT));
      assertEquals(
          "nothing, generic_timeout_error in handshake",
          Tried.of(
              new Custom(), udp(send("x"), expect("b")), server.address(), Depth.HANDSHAKE, SHORT));
    }
  }

  @Test
  void regularExpressions() throws IOException {
    byte[] banner = "220 mail.example ESMTP\r\n250 ok\r\n".getBytes(StandardCharsets.US_ASCII);
    try (OneAnswer server = OneAnswer.of(banner)) {
      InetSocketAddress address = server.address();
      assertEquals(
          "handshake",
          tried(tcp(send("x"), regex("2\\d\\d [^\\r]*\\r\\n"), expect("250 ")), address));
      assertEquals(
          "port, proto_unexpected_reply:step_2 in handshake",
          tried(tcp(send("x"), regex("5\\d\\d ")), address));
      // It ends in the middle of what may still come: the end of the stream decides.
      assertEquals(
          "port, eof_error in handshake", tried(tcp(send("x"), regex(".*never")), address));
    }
  }

  /** The textbook's catastrophes end at once, whatever the server sends. */
  @ParameterizedTest
  @ValueSource(strings = {"(a+)+b", "(a|a)*b", "(a*)*b", "(.*a){12}b", "((a|b)|c)*d"})
  void catastrophicBacktrackingIsCutOff(String regex) throws IOException {
    byte[] many = "a".repeat(2000).getBytes(StandardCharsets.US_ASCII);
    try (OneAnswer server = OneAnswer.of(many)) {
      assertTimeout(
          Duration.ofSeconds(5),
          () -> {
            String tried = tried(tcp(send("x"), regex(regex)), server.address());
            assertTrue(tried.matches("port, (config_error|eof_error) in handshake"), tried);
          });
    }
  }

  @Test
  void badSettings() {
    assertThrows(InvalidSetting.class, () -> new Step(null, null, null, null, null));
    assertThrows(InvalidSetting.class, () -> new Step("a", null, "b", null, null));
    assertThrows(InvalidSetting.class, () -> sendHex("0"));
    assertThrows(InvalidSetting.class, () -> sendHex("0x01"));
    assertThrows(InvalidSetting.class, () -> expectHex("?"));
    assertThrows(InvalidSetting.class, () -> expect(""));
    assertThrows(InvalidSetting.class, () -> regex("("));
    assertThrows(InvalidSetting.class, () -> regex("a*"));
    assertThrows(InvalidSetting.class, () -> regex("a".repeat(257)));
    assertThrows(InvalidSetting.class, () -> tcp());
    assertThrows(InvalidSetting.class, () -> tcp(send("a")));
    assertThrows(InvalidSetting.class, () -> udp(expect("a")));
    assertThrows(
        InvalidSetting.class, () -> over(Transport.UDP, true, null, send("a"), expect("b")));
    assertThrows(
        InvalidSetting.class, () -> over(Transport.TCP, false, "ca", send("a"), expect("b")));
    assertFalse(tcp(send("password"), expect("b")).toString().contains("password"));
  }

  @Test
  void hostileReplies() {
    Random random = new Random(23);
    List<ReplyPattern> patterns =
        List.of(
            ReplyPattern.text("hello"),
            ReplyPattern.hex("expect_hex", "68 ?? 6c"),
            ReplyPattern.regex("expect_regex", "(h|e)+l{2}[^o]*o"));
    int fitted = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = "hello hello".getBytes(StandardCharsets.US_ASCII);
      for (int n = random.nextInt(3); n > 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        int fits = patterns.get(i % 3).fits(bytes);
        assertTrue(fits >= ReplyPattern.NEVER && fits <= bytes.length);
        fitted += fits > 0 ? 1 : 0;
      } catch (StepFailed e) {
        assertEquals(FailureKind.CONFIG_ERROR, e.kind());
      }
    }
    assertTrue(fitted > 100, "some still fit: " + fitted);
  }
}
