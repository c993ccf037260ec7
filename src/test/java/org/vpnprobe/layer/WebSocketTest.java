package org.vpnprobe.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;

/** RFC 6455 by its own examples, and by what breaks it. */
class WebSocketTest {
  private static final HttpUpgrade.Request REQUEST =
      new HttpUpgrade.Request("server.example.com", "/chat");
  private static final HexFormat HEX = HexFormat.of();

  /** Section 1.3: the nonce, and section 5.7: the mask of all examples. */
  private static final RandomGenerator AS_IN_THE_RFC =
      new Random(0) {
        @Override
        public void nextBytes(byte[] bytes) {
          byte[] wanted =
              bytes.length == 16
                  ? "the sample nonce".getBytes(StandardCharsets.US_ASCII)
                  : HEX.parseHex("37fa213d");
          System.arraycopy(wanted, 0, bytes, 0, bytes.length);
        }
      };

  private static final String ACCEPTED =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

  private static ScriptedStream server(String head, String frames) {
    return new ScriptedStream(
        new ByteWriter()
            .bytes(head.getBytes(StandardCharsets.ISO_8859_1))
            .bytes(HEX.parseHex(frames))
            .toByteArray());
  }

  private static String read(String frames) throws StepFailed {
    return new String(all(opened(frames)), StandardCharsets.US_ASCII);
  }

  private static WebSocket opened(String frames) throws StepFailed {
    return WebSocket.open(server(ACCEPTED, frames), REQUEST, AS_IN_THE_RFC);
  }

  private static byte[] all(ByteStream stream) throws StepFailed {
    ByteWriter all = new ByteWriter();
    byte[] buffer = new byte[1000];
    for (int count = stream.read(buffer, 0, 1000);
        count >= 0;
        count = stream.read(buffer, 0, 1000)) {
      all.bytes(Arrays.copyOf(buffer, count));
    }
    return all.toByteArray();
  }

  @Test
  void theOpeningIsThatOfTheRfc() throws StepFailed {
    ScriptedStream wire = server(ACCEPTED, "");
    WebSocket.open(wire, REQUEST, AS_IN_THE_RFC);
    String said = wire.heard.toString(StandardCharsets.US_ASCII);
    assertTrue(said.startsWith("GET /chat HTTP/1.1\r\nHost: server.example.com\r\n"), said);
    assertTrue(said.contains("\r\nUpgrade: websocket\r\n"), said);
    assertTrue(said.contains("\r\nConnection: Upgrade\r\n"), said);
    assertTrue(said.contains("\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"), said);
    assertTrue(said.contains("\r\nSec-WebSocket-Version: 13\r\n"), said);
    assertTrue(said.endsWith("\r\n\r\n"), said);
  }

  @Test
  void framesOfTheRfc() throws StepFailed {
    assertEquals("Hello", read("820548656c6c6f"));
    assertEquals("Hello", read("020348656c80026c6f"));
    assertEquals("Hello", read("020348656c" + "890548656c6c6f" + "80026c6f"));
    assertEquals("", read("8200"));
    assertEquals(256, read("827e0100" + "41".repeat(256)).length());
    assertEquals(65536, read("827f0000000000010000" + "41".repeat(65536)).length());
  }

  @Test
  void whatIsWrittenIsMasked() throws StepFailed {
    ScriptedStream wire = server(ACCEPTED, "890548656c6c6f" + "8802" + "03e8");
    WebSocket socket = WebSocket.open(wire, REQUEST, AS_IN_THE_RFC);
    wire.heard.reset();
    socket.write("Hello".getBytes(StandardCharsets.US_ASCII));
    assertEquals("828537fa213d7f9f4d5158", HEX.formatHex(wire.heard.toByteArray()));
    wire.heard.reset();
    assertFalse(socket.closedByPeer());
    assertEquals(-1, socket.read(new byte[1], 0, 1));
    assertTrue(socket.closedByPeer());
    assertEquals("8a8537fa213d7f9f4d5158", HEX.formatHex(wire.heard.toByteArray()), "a pong");
    wire.heard.reset();
    socket.write(new byte[300]);
    assertEquals("82fe012c37fa213d", HEX.formatHex(wire.heard.toByteArray(), 0, 8));
    wire.heard.reset();
    socket.write(new byte[70000]);
    assertEquals("82ff000000000001117037fa213d", HEX.formatHex(wire.heard.toByteArray(), 0, 14));
    wire.heard.reset();
    socket.close();
    socket.close();
    assertEquals("888237fa213d3412", HEX.formatHex(wire.heard.toByteArray()), "one goodbye");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "828500000000" + "48656c6c6f", // masked by a server
        "c20548656c6c6f", // a reserved bit
        "080548656c6c6f", // a close in pieces
        "897e007e" + "00", // a long ping
        "80026c6f", // goes on from nothing
        "020348656c" + "820348656c", // begins within another
        "827fffffffffffffffff",
        "827f0000000001000001",
      })
  void brokenFramesAreRefused(String frames) throws StepFailed {
    WebSocket socket = opened(frames);
    StepFailed failed = assertThrows(StepFailed.class, () -> all(socket));
    assertEquals(FailureKind.PROTO_MALFORMED_REPLY, failed.kind());
  }

  @ParameterizedTest
  @CsvSource({
    "810548656c6c6f, PROTO_UNEXPECTED_REPLY",
    "830548656c6c6f, PROTO_UNEXPECTED_REPLY",
    "820548656c, EOF_ERROR",
    "827e01, EOF_ERROR",
  })
  void otherFrames(String frames, FailureKind kind) throws StepFailed {
    WebSocket socket = opened(frames);
    assertEquals(kind, assertThrows(StepFailed.class, () -> all(socket)).kind());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HTTP/1.1 404 Not Found\\r\\n\\r\\n | HTTP_UNEXPECTED",
        "HTTP/1.1 101 \\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n\\r\\n"
            + "| PROTO_MALFORMED_REPLY",
        "HTTP/1.1 101 \\r\\n\\r\\n | PROTO_MALFORMED_REPLY",
        "HTTP/1.1 abc\\r\\n\\r\\n | PROTO_MALFORMED_REPLY",
        "SSH-2.0-OpenSSH | PROTO_UNEXPECTED_REPLY",
        "HTTP/1.1 101 | EOF_ERROR",
      })
  void otherAnswers(String head, FailureKind kind) {
    String answer = head.strip().replace("\\r\\n", "\r\n");
    StepFailed failed =
        assertThrows(
            StepFailed.class, () -> WebSocket.open(server(answer, ""), REQUEST, AS_IN_THE_RFC));
    assertEquals(kind, failed.kind());
  }

  @Test
  void anEndlessHeadIsCutOff() {
    String head = ACCEPTED.replace("\r\n\r\n", "\r\nX: " + "x".repeat(20_000) + "\r\n\r\n");
    StepFailed failed =
        assertThrows(
            StepFailed.class, () -> WebSocket.open(server(head, ""), REQUEST, AS_IN_THE_RFC));
    assertEquals(FailureKind.PROTO_MALFORMED_REPLY, failed.kind());
  }

  @Test
  void theBareBytesAfterAnUpgrade() throws StepFailed {
    ScriptedStream wire = server(ACCEPTED, "00010203");
    assertArrayEquals(new byte[] {0, 1, 2, 3}, all(HttpUpgrade.open(wire, REQUEST)));
    assertFalse(wire.heard.toString(StandardCharsets.US_ASCII).contains("Sec-WebSocket"));
  }

  /** Seeded: mutated answers and random frames give bytes or a declared failure, nothing else. */
  @Test
  void hostileServers() {
    Random random = new Random(20261126);
    Set<FailureKind> declared =
        Set.of(
            FailureKind.PROTO_MALFORMED_REPLY,
            FailureKind.PROTO_UNEXPECTED_REPLY,
            FailureKind.HTTP_UNEXPECTED,
            FailureKind.EOF_ERROR);
    byte[] good = server(ACCEPTED, "820548656c6c6f890161827e0080" + "00".repeat(128)).everything();
    int opened = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] script = good.clone();
      int from = i % 2 == 0 ? ACCEPTED.length() : 0; // Half of them open and break later.
      for (int n = random.nextInt(1, 6); n > 0; n--) {
        script[random.nextInt(from, script.length)] = (byte) random.nextInt();
      }
      script = Arrays.copyOf(script, random.nextInt(from, script.length + 1));
      try {
        WebSocket socket = WebSocket.open(new ScriptedStream(script), REQUEST, AS_IN_THE_RFC);
        opened++;
        all(socket);
      } catch (StepFailed e) {
        assertTrue(declared.contains(e.kind()), e.kind() + ": " + e.detail());
      }
    }
    assertTrue(opened >= 10_000, opened + " opened");
  }
}
