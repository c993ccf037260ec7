package org.vpnprobe.protocol.softether;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.lab.SoftEtherResponder;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Attempt;
import org.vpnprobe.protocol.softether.SoftEther.SoftEtherSettings;

/** SoftEther against the embedded server, and against servers that are none. */
class SoftEtherTest {
  private static final Duration AMPLE = Duration.ofSeconds(15);

  /** Recorded from Debian's 5.01.9674: build, hello, random, version, pencore (cut to one byte). */
  private static final byte[] HELLO =
      HexFormat.of()
          .parseHex(
              "00000005"
                  + "000000066275696c640000000000000001000025ca"
                  + "0000000668656c6c6f00000002000000010000003d"
                  + "536f667445746865722056504e2053657276657220446576656c6f706572204564697469"
                  + "6f6e20283634206269742920284f70656e20536f7572636529"
                  + "0000000772616e646f6d000000010000000100000014"
                  + "06e69c06c6cf979114fb5e397d71dc05abfecfbf"
                  + "0000000876657273696f6e0000000000000001000001f5"
                  + "0000000870656e636f7265000000010000000100000001ff");

  private static SoftEtherSettings settings(@Nullable String ca, @Nullable String pin) {
    return new SoftEtherSettings(null, ca, pin, null, null, null);
  }

  private static SoftEtherSettings pinned() {
    return settings(null, Lab.material("lab_server_pin").orElseThrow());
  }

  private static String tried(SoftEtherSettings client, Depth goal) throws IOException {
    try (Responder responder = new SoftEtherResponder().start(client)) {
      return Attempt.at(responder.address(), new SoftEther(), client, goal, AMPLE);
    }
  }

  @Test
  void eachDepth() throws IOException {
    assertEquals("authenticated", tried(pinned(), Depth.AUTHENTICATED));
    assertEquals(
        "authenticated",
        tried(settings(Lab.material("lab_ca").orElseThrow(), null), Depth.AUTHENTICATED));
    assertEquals("port", tried(pinned(), Depth.PORT));
    assertEquals(Depth.AUTHENTICATED, new SoftEther().facts(pinned()).ceiling());
    assertFalse(new SoftEther().facts(pinned()).silent());
  }

  /** Its certificate is its credential: another one is a mistake in the settings, or an attack. */
  @Test
  void anotherCertificate() throws IOException {
    assertEquals(
        "port, ssl_wrong_pin in tls", tried(settings(null, "ab".repeat(32)), Depth.AUTHENTICATED));
    assertEquals(
        "port, ssl_unknown_authority in tls", tried(settings(null, null), Depth.AUTHENTICATED));
    assertEquals(FailureKind.Meaning.ANSWERED, FailureKind.SSL_WRONG_PIN.meaning());
  }

  @Test
  void stoppedSilentAndReset() throws IOException {
    InetSocketAddress address;
    try (Responder responder = new SoftEtherResponder().start(pinned())) {
      address = responder.address();
    }
    assertEquals(
        "nothing, connection_refused in connect",
        Attempt.at(address, new SoftEther(), pinned(), Depth.AUTHENTICATED, AMPLE));
    Attempt.interfering(
        false,
        server ->
            assertEquals(
                "port, generic_timeout_error in tls",
                Attempt.at(
                    server,
                    new SoftEther(),
                    pinned(),
                    Depth.AUTHENTICATED,
                    Duration.ofMillis(300))));
    Attempt.interfering(
        true,
        server ->
            assertEquals(
                "port, connection_reset in tls",
                Attempt.at(server, new SoftEther(), pinned(), Depth.AUTHENTICATED, AMPLE)));
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "HTTP/1.1 403 Forbidden~Content-Length: 0~~|http_unexpected:403",
        "HTTP/1.1 200 OK~Content-Type: text/html~Content-Length: 2~~ok|proto_unexpected_reply",
        "HTTP/1.1 200 OK~Content-Type: application/octet-stream~Content-Length: 2~~ok"
            + "|proto_malformed_reply",
        "'HTTP/1.1 200 OK~Content-Type: application/octet-stream~Content-Length: 4~~\0\0\0\0'"
            + "|proto_unexpected_reply",
        "''|eof_error"
      },
      delimiter = '|')
  void serversThatAreNone(String said, String failure) throws IOException {
    Attempt.saying(
        said.replace("~", "\r\n"),
        (server, ca) ->
            assertEquals(
                "port, " + failure + " in handshake",
                Attempt.at(
                    server, new SoftEther(), settings(ca, null), Depth.AUTHENTICATED, AMPLE)));
  }

  @Test
  void aRecordedHelloIsRead() throws StepFailed {
    Pack hello = Pack.decode(HELLO);
    assertEquals(9674L, hello.first("build", Long.class).orElseThrow());
    assertEquals(501L, hello.first("version", Long.class).orElseThrow());
    assertEquals(20, hello.first("random", byte[].class).orElseThrow().length);
    assertTrue(hello.first("hello", String.class).orElseThrow().startsWith("SoftEther VPN"));
    assertTrue(hello.first("random", Long.class).isEmpty());
  }

  @Test
  void whatIsWrittenIsRead() throws StepFailed {
    byte[] data = "abc".getBytes(StandardCharsets.US_ASCII);
    Pack pack = Pack.decode(new Pack().with("a", 7L).with("b", "text").with("c", data).encoded());
    assertEquals(7L, pack.first("A", Long.class).orElseThrow());
    assertEquals("text", pack.first("b", String.class).orElseThrow());
    assertArrayEquals(data, pack.first("c", byte[].class).orElseThrow());
  }

  /** 20,000 packs, seeded. */
  @Test
  void anyPackEndsInADeclaredFailure() {
    Random random = new Random(5);
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] changed =
          i % 4 == 0 ? Arrays.copyOf(HELLO, random.nextInt(HELLO.length)) : HELLO.clone();
      for (int n = random.nextInt(3); n > 0 && changed.length > 0; n--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      try {
        Pack.decode(changed);
        read++;
      } catch (StepFailed e) {
        assertEquals(FailureKind.PROTO_MALFORMED_REPLY, e.kind());
      }
    }
    assertTrue(read > 4_000, "read " + read);
    for (int cut = 0; cut < HELLO.length; cut++) {
      byte[] truncated = Arrays.copyOf(HELLO, cut);
      assertThrows(StepFailed.class, () -> Pack.decode(truncated));
    }
  }
}
