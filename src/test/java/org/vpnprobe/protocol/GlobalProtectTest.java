package org.vpnprobe.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vpnprobe.lab.GlobalProtectResponder;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.layer.XmlElements;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.GlobalProtect.Door;
import org.vpnprobe.protocol.GlobalProtect.GlobalProtectSettings;

/** GlobalProtect's login against the embedded server, and against servers that are none. */
class GlobalProtectTest {
  private static final String CA = Lab.material("lab_ca").orElseThrow();
  private static final Duration AMPLE = Duration.ofSeconds(15);
  private static final String PRELOGIN =
      "<prelogin-response><status>Success</status></prelogin-response>";

  private static GlobalProtectSettings settings(
      @Nullable Door door,
      @Nullable String username,
      @Nullable String password,
      @Nullable String ca) {
    return new GlobalProtectSettings(
        door,
        username,
        password == null ? null : Secret.of(password),
        null,
        ca,
        null,
        null,
        null,
        null);
  }

  private static String tried(
      GlobalProtectSettings server, GlobalProtectSettings client, Depth goal) throws IOException {
    try (Responder responder = new GlobalProtectResponder().start(server)) {
      return Attempt.at(responder.address(), new GlobalProtect(), client, goal, AMPLE);
    }
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void eachDepth(Door door) throws IOException {
    GlobalProtectSettings known = settings(door, "demo", "s3cret &=%+ü", CA);
    assertEquals("authenticated", tried(known, known, Depth.AUTHENTICATED));
    assertEquals("handshake", tried(known, known, Depth.HANDSHAKE));
    assertEquals("port", tried(known, known, Depth.PORT));
    assertEquals(
        "authenticated", tried(known, settings(door, null, null, CA), Depth.AUTHENTICATED));
    assertEquals(
        "port, ssl_unknown_authority in tls",
        tried(known, settings(door, "demo", "s3cret", null), Depth.AUTHENTICATED));
    assertEquals(
        "handshake, auth_rejected in auth",
        tried(known, settings(door, "demo", "s3cret", CA), Depth.AUTHENTICATED));
  }

  @Test
  void theOtherDoor() throws IOException {
    assertEquals(
        "handshake, auth_rejected in handshake",
        tried(
            settings(Door.PORTAL, null, null, CA),
            settings(null, null, null, CA),
            Depth.AUTHENTICATED));
    assertThrows(InvalidSetting.class, () -> settings(null, "demo", null, CA));
  }

  @Test
  void stoppedSilentAndReset() throws IOException {
    GlobalProtectSettings client = settings(null, null, null, CA);
    InetSocketAddress address;
    try (Responder responder = new GlobalProtectResponder().start(client)) {
      address = responder.address();
    }
    assertEquals(
        "nothing, connection_refused in connect",
        Attempt.at(address, new GlobalProtect(), client, Depth.AUTHENTICATED, AMPLE));
    Attempt.interfering(
        false,
        server ->
            assertEquals(
                "port, generic_timeout_error in tls",
                Attempt.at(
                    server,
                    new GlobalProtect(),
                    client,
                    Depth.AUTHENTICATED,
                    Duration.ofMillis(300))));
    Attempt.interfering(
        true,
        server ->
            assertEquals(
                "port, connection_reset in tls",
                Attempt.at(server, new GlobalProtect(), client, Depth.AUTHENTICATED, AMPLE)));
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "<html/>||port, proto_unexpected_reply in handshake",
        "no xml||port, proto_unexpected_reply in handshake",
        PRELOGIN + "|<jnlp><argument/><argument>x</argument></jnlp>|authenticated",
        PRELOGIN + "|<jnlp><argument/><argument/></jnlp>|handshake, auth_rejected in auth",
        PRELOGIN + "|var respStatus = 'Challenge';|handshake, auth_rejected in auth"
      },
      delimiter = '|',
      quoteCharacter = '"')
  void whatServersSay(String prelogin, @Nullable String login, String expected) throws IOException {
    String said = answer(prelogin) + (login == null ? "" : answer(login));
    Attempt.saying(
        said,
        (server, ca) ->
            assertEquals(
                expected,
                Attempt.at(
                    server,
                    new GlobalProtect(),
                    settings(null, "demo", "s3cret", ca),
                    Depth.AUTHENTICATED,
                    AMPLE)));
  }

  private static String answer(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  @Test
  void elementsInTheOrderOfTheirEnds() throws StepFailed {
    XmlElements xml = XmlElements.of("<a><b>1</b><c>2<d/></c><b><![CDATA[3]]></b></a>");
    assertEquals("a", xml.root());
    assertEquals(List.of("1", "3"), xml.texts("b"));
    assertEquals("2", xml.text("c").orElseThrow());
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY x 'aaaaaaaa'>]><a>&x;</a>",
        "<a>",
        "text"
      },
      quoteCharacter = '"')
  void documentsThatAreRefused(String xml) {
    assertThrows(StepFailed.class, () -> XmlElements.of(xml));
    assertThrows(StepFailed.class, () -> XmlElements.of("<a>".repeat(10_000)));
  }

  /** 20,000 documents, seeded. */
  @Test
  void anyDocumentEndsInADeclaredFailure() {
    Random random = new Random(13);
    byte[] document =
        ("<?xml version=\"1.0\"?>" + PRELOGIN + "<!-- end -->").getBytes(StandardCharsets.UTF_8);
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] changed =
          i % 4 == 0 ? Arrays.copyOf(document, random.nextInt(document.length)) : document.clone();
      for (int n = random.nextInt(3); n > 0 && changed.length > 0; n--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      try {
        XmlElements.of(new String(changed, StandardCharsets.ISO_8859_1));
        read++;
      } catch (StepFailed e) {
        assertEquals(FailureKind.PROTO_UNEXPECTED_REPLY, e.kind());
      }
    }
    assertTrue(read > 4_000, "read " + read);
  }
}
