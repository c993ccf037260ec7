package org.vpnprobe.protocol.anyconnect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vpnprobe.lab.AnyConnectResponder;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.layer.HttpConversation;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Attempt;
import org.vpnprobe.protocol.PlayedTrial;

/** AnyConnect against the embedded server, and against servers that are none. */
class AnyConnectTest {
  private static final String CA = Lab.material("lab_ca").orElseThrow();
  private static final Duration AMPLE = Duration.ofSeconds(15);

  private static AnyConnectSettings settings(
      @Nullable String username, @Nullable String password, @Nullable String group) {
    return with(username, password, group, CA);
  }

  private static AnyConnectSettings with(
      @Nullable String username,
      @Nullable String password,
      @Nullable String group,
      @Nullable String ca) {
    return new AnyConnectSettings(
        username,
        password == null ? null : Secret.of(password),
        group,
        null,
        null,
        ca,
        null,
        null,
        null,
        null);
  }

  private static String tried(AnyConnectSettings server, AnyConnectSettings client, Depth goal)
      throws IOException {
    try (Responder responder = new AnyConnectResponder().start(server)) {
      return Attempt.at(responder.address(), new AnyConnect(), client, goal, AMPLE);
    }
  }

  @Test
  void eachDepth() throws IOException {
    AnyConnectSettings known = settings("demo", "s3cret <&> \"quoted\"", null);
    assertEquals("tunnel", tried(known, known, Depth.TUNNEL));
    assertEquals("authenticated", tried(known, known, Depth.AUTHENTICATED));
    assertEquals("handshake", tried(known, known, Depth.HANDSHAKE));
    assertEquals("port", tried(known, known, Depth.PORT));
    assertEquals("authenticated", tried(known, settings(null, null, null), Depth.AUTHENTICATED));
  }

  @Test
  void groupsAreChosenByTheirValue() throws IOException {
    AnyConnectSettings known = settings("demo", "s3cret", "Staff & guests");
    assertEquals("tunnel", tried(known, known, Depth.TUNNEL));
    assertEquals(
        "handshake, auth_rejected in auth",
        tried(known, settings("demo", "s3cret", "Others"), Depth.TUNNEL));
    assertEquals(
        "handshake, auth_rejected in auth",
        tried(known, settings("demo", "s3cret", null), Depth.TUNNEL));
  }

  @Test
  void aRefusedLoginIsOurMistake() throws IOException {
    AnyConnectSettings known = settings("demo", "right", null);
    assertEquals(
        "handshake, auth_rejected in auth",
        tried(known, settings("demo", "s3cret", null), Depth.TUNNEL));
    assertEquals(
        "handshake, auth_rejected in auth",
        tried(known, settings("nobody", "right", null), Depth.AUTHENTICATED));
    assertEquals(FailureKind.Meaning.ANSWERED, FailureKind.AUTH_REJECTED.meaning());
  }

  @Test
  void nothingIsSaidToAnotherServer() throws IOException {
    AnyConnectSettings known = settings("demo", "s3cret", null);
    assertEquals(
        "port, ssl_unknown_authority in tls",
        tried(known, with("demo", "s3cret", null, null), Depth.TUNNEL));
  }

  @Test
  void aStoppedServer() throws IOException {
    InetSocketAddress address;
    try (Responder responder = new AnyConnectResponder().start(settings("a", "b", null))) {
      address = responder.address();
    }
    assertEquals(
        "nothing, connection_refused in connect",
        Attempt.at(address, new AnyConnect(), settings("a", "b", null), Depth.TUNNEL, AMPLE));
  }

  @Test
  void silenceAndReset() throws IOException {
    AnyConnectSettings client = settings("a", "b", null);
    Attempt.interfering(
        false,
        server ->
            assertEquals(
                "port, generic_timeout_error in tls",
                Attempt.at(
                    server, new AnyConnect(), client, Depth.TUNNEL, Duration.ofMillis(300))));
    Attempt.interfering(
        true,
        server ->
            assertEquals(
                "port, connection_reset in tls",
                Attempt.at(server, new AnyConnect(), client, Depth.TUNNEL, AMPLE)));
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "HTTP/1.1 200 OK~Content-Length: 6~~<html>|proto_unexpected_reply",
        "HTTP/1.1 302 Found~Location: https://elsewhere.example/~Content-Length: 0~~"
            + "|http_unexpected:302",
        "HTTP/1.1 404 No~Content-Length: 0~~|http_unexpected:404",
        "HTTP/1.1 200 OK~Content-Length: 999999999~~|proto_malformed_reply",
        "SSH-2.0-server~|proto_unexpected_reply",
        "''|eof_error",
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~5~<conf|eof_error"
      },
      delimiter = '|')
  void serversThatAreNone(String said, String failure) throws IOException {
    Attempt.saying(
        said.replace("~", "\r\n"),
        (server, ca) ->
            assertEquals(
                "port, " + failure + " in handshake",
                Attempt.at(
                    server, new AnyConnect(), with("a", "b", null, ca), Depth.TUNNEL, AMPLE)));
  }

  @Test
  void factsFollowTheSettings() {
    assertEquals(Depth.TUNNEL, new AnyConnect().facts(settings("a", "b", null)).ceiling());
    assertEquals(Depth.AUTHENTICATED, new AnyConnect().facts(settings(null, null, null)).ceiling());
    assertFalse(new AnyConnect().facts(settings(null, null, null)).silent());
    assertThrows(InvalidSetting.class, () -> settings("a", null, null));
    assertThrows(InvalidSetting.class, () -> settings(null, "b", null));
  }

  @Test
  void whatComesElsewhereIsGivenBackAsItCame() throws StepFailed {
    ConfigAuth form =
        ConfigAuth.of(
            "<?xml version='1.0'?><config-auth type='auth-request'><opaque is-for='sg'>"
                + "<tunnel-group>A &amp; B</tunnel-group><x y='&lt;'/></opaque><auth id='main'>"
                + "<form action='/+webvpn+/index.html'><input type='text' name='username'/>"
                + "<input type='password' name='password'/><select name='group_list'>"
                + "<option value='one'>1</option><option value='two'>2</option></select>"
                + "</form></auth></config-auth>");
    assertEquals(
        "<opaque is-for=\"sg\"><tunnel-group>A &amp; B</tunnel-group><x y=\"&lt;\"></x></opaque>",
        form.opaque());
    assertEquals(List.of("one", "two"), form.groups());
    assertEquals("/+webvpn+/index.html", form.action());
    assertEquals(3, form.inputs().size());
    assertFalse(form.error());
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><config-auth type='&x;'/>",
        "<!DOCTYPE a [<!ENTITY x 'aaaaaaaa'>]><config-auth>&x;&x;</config-auth>",
        "<other/>",
        "''",
        "<config-auth>"
      },
      delimiter = '|')
  void documentsThatAreRefused(String xml) {
    StepFailed e = assertThrows(StepFailed.class, () -> ConfigAuth.of(xml));
    assertEquals(FailureKind.PROTO_UNEXPECTED_REPLY, e.kind());
  }

  @Test
  void aDeepDocumentIsRefused() {
    assertThrows(StepFailed.class, () -> ConfigAuth.of("<config-auth>" + "<a>".repeat(10_000)));
  }

  /** 20,000 documents and 20,000 heads, seeded. */
  @Test
  void anyAnswerEndsInADeclaredFailure() throws Exception {
    Random random = new Random(11);
    byte[] document =
        ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><config-auth client=\"vpn\" type=\"auth-request\">"
                + "<opaque is-for=\"sg\"><a b=\"c\">d</a></opaque><auth id=\"main\"><form action=\"/auth\">"
                + "<input type=\"text\" name=\"username\"/></form></auth></config-auth>")
            .getBytes(StandardCharsets.UTF_8);
    byte[] answer =
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nSet-Cookie: a=b\r\n\r\n"
                + "5\r\nabcde\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8);
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      try {
        ConfigAuth.of(new String(changed(document, random), StandardCharsets.ISO_8859_1));
        read++;
      } catch (StepFailed e) {
        assertEquals(FailureKind.PROTO_UNEXPECTED_REPLY, e.kind());
      }
      try {
        new HttpConversation(PlayedTrial.stream(changed(answer, random)))
            .ask("GET", "/", List.of(), new byte[0]);
        read++;
      } catch (StepFailed e) {
        assertTrue(
            EnumSet.of(
                    FailureKind.EOF_ERROR,
                    FailureKind.PROTO_MALFORMED_REPLY,
                    FailureKind.PROTO_UNEXPECTED_REPLY)
                .contains(e.kind()),
            e::detail);
      }
    }
    assertTrue(read > 2_000, "read " + read);
  }

  private static byte[] changed(byte[] bytes, Random random) {
    byte[] changed =
        random.nextInt(4) == 0
            ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length))
            : bytes.clone();
    for (int n = random.nextInt(3); n >= 0 && changed.length > 0; n--) {
      changed[random.nextInt(changed.length)] = (byte) random.nextInt();
    }
    return changed;
  }

  /** 20,000 headers of packets and of a session, seeded. */
  @Test
  void anyTunnelEndsInADeclaredFailure() {
    Random random = new Random(12);
    byte[] header = new Cstp(Cstp.DATA, new byte[300]).encoded();
    byte[] session =
        "X-CSTP-Address: 10.8.0.2\nX-CSTP-Netmask: 255.255.255.0\nX-CSTP-Address-IP6: fd00::2/64"
            .getBytes(StandardCharsets.US_ASCII);
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      try {
        read += Cstp.length(changed(header, random)) == 300 ? 1 : 0;
      } catch (StepFailed e) {
        assertEquals(FailureKind.PROTO_MALFORMED_REPLY, e.kind());
      }
      String text = new String(changed(session, random), StandardCharsets.ISO_8859_1);
      try {
        AnyConnect.Inner.of(
            new HttpConversation.Answer(200, text.lines().toList(), new byte[0]),
            java.util.Optional.empty());
        read++;
      } catch (StepFailed e) {
        assertEquals(FailureKind.CONFIG_ERROR, e.kind());
      }
    }
    assertTrue(read > 10_000, "read " + read);
  }

  @Test
  void theInnerAddresses() throws StepFailed {
    List<String> headers =
        List.of(
            "X-CSTP-Address: 192.168.99.130",
            "X-CSTP-Netmask: 255.255.255.128",
            "X-CSTP-Address-IP6: fd99::8/64");
    HttpConversation.Answer answer = new HttpConversation.Answer(200, headers, new byte[0]);
    assertEquals(
        "192.168.99.129",
        AnyConnect.Inner.of(answer, java.util.Optional.empty()).target().getHostAddress());
    assertEquals(
        InetAddress.ofLiteral("fd99::8"),
        AnyConnect.Inner.of(answer, java.util.Optional.of(InetAddress.ofLiteral("fd99::1")))
            .source());
    HttpConversation.Answer none = new HttpConversation.Answer(200, List.of(), new byte[0]);
    assertThrows(StepFailed.class, () -> AnyConnect.Inner.of(none, java.util.Optional.empty()));
  }
}
