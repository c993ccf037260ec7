package org.vpnprobe.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;

/** Calls to servers that say what is written here, whatever they hear. */
class GunStreamTest {
  private static final HexFormat HEX = HexFormat.of();

  /** RFC 9113 section 6.5: no settings, and the acknowledgement of ours. */
  private static final String SETTINGS = "000000040000000000" + "000000040100000000";

  /** RFC 9113 section 6.2, RFC 7541: {@code :status: 200}, and a literal content-type. */
  private static final String HEAD = headers("88" + "5f10" + hex("application/grpc"), false);

  private static String hex(String text) {
    return HEX.formatHex(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String headers(String block, boolean last) {
    return frame(1, last ? 5 : 4, block);
  }

  private static String data(String payload) {
    return frame(0, 0, payload);
  }

  private static String frame(int type, int flags, String payload) {
    return HEX.formatHex(
        new ByteWriter()
            .u24(payload.length() / 2)
            .u8(type)
            .u8(flags)
            .u32(3) // The first stream that okhttp opens.
            .bytes(HEX.parseHex(payload))
            .toByteArray());
  }

  private static String read(String script) throws StepFailed {
    return read(HEX.parseHex(script));
  }

  /** The other side says its settings at once, and the rest when it has heard our message. */
  private static String read(byte[] script) throws StepFailed {
    return read(new ScriptedStream(script, SETTINGS.length() / 2, "\n\3\1\2\3"));
  }

  private static String read(ScriptedStream wire) throws StepFailed {
    GunStream stream =
        GunStream.over(wire, new GunStream.Request(true, "cdn.example.net", "/svc/Tun"));
    try {
      stream.write(new byte[] {1, 2, 3});
      ByteWriter all = new ByteWriter();
      byte[] buffer = new byte[100];
      for (int count = stream.read(buffer, 0, 100);
          count >= 0;
          count = stream.read(buffer, 0, 100)) {
        all.bytes(Arrays.copyOf(buffer, count));
      }
      return new String(all.toByteArray(), StandardCharsets.US_ASCII)
          + (stream.closedByPeer() ? " goodbye" : "");
    } finally {
      stream.close();
    }
  }

  @Test
  void messagesInAndAcrossFrames() throws StepFailed {
    String hello = "00000000070a0548656c6c6f";
    assertEquals(
        "HelloHello goodbye",
        read(
            SETTINGS
                + HEAD
                + data(hello)
                + data(hello.substring(0, 8))
                + data(hello.substring(8))
                + headers("000b" + hex("grpc-status") + "0130", true)));
  }

  @Test
  void aServiceThatTheServerDoesNotHave() {
    String block = "88" + "5f10" + hex("application/grpc") + "000b" + hex("grpc-status") + "023132";
    StepFailed failed = assertThrows(StepFailed.class, () -> read(SETTINGS + headers(block, true)));
    assertEquals(FailureKind.HTTP_UNEXPECTED, failed.kind());
    assertEquals("grpc_unimplemented", failed.argument());
  }

  @ParameterizedTest
  @CsvSource({
    "8d, HTTP_UNEXPECTED", // :status: 404
    "88, HTTP_UNEXPECTED", // no gRPC
  })
  void otherAnswers(String block, FailureKind kind) {
    StepFailed failed = assertThrows(StepFailed.class, () -> read(SETTINGS + headers(block, true)));
    assertEquals(kind, failed.kind());
  }

  @Test
  void aServerOfAnotherProtocol() {
    StepFailed failed =
        assertThrows(
            StepFailed.class, () -> read(hex("HTTP/1.1 400 Bad Request\r\n\r\n" + "x".repeat(99))));
    assertEquals(FailureKind.PROTO_UNEXPECTED_REPLY, failed.kind());
  }

  @Test
  void anEndOfTheConnectionIsNoGoodbye() throws StepFailed {
    StepFailed failed = assertThrows(StepFailed.class, () -> read(SETTINGS));
    assertEquals(FailureKind.EOF_ERROR, failed.kind());
    assertEquals(" goodbye", read(SETTINGS + frame(3, 0, "00000002")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "01000000070a0548656c6c6f", // compressed
        "00ffffffff0a0548656c6c6f", // without end
        "00000000070a0748656c6c6f", // a field longer than its message
        "00000000030f0100", // a field of no type
      })
  void brokenMessages(String message) {
    StepFailed failed = assertThrows(StepFailed.class, () -> read(SETTINGS + HEAD + data(message)));
    assertEquals(FailureKind.PROTO_MALFORMED_REPLY, failed.kind());
  }

  @Test
  void otherFieldsAreSkipped() throws StepFailed {
    assertArrayEquals(
        new byte[] {7, 8},
        GunStream.hunk(
            HEX.parseHex(
                "0a0107"
                    + "109601"
                    + "12026162"
                    + "190000000000000000"
                    + "2500000000"
                    + "0a0108")));
  }

  /** Seeded: fields of all kinds with random lengths. */
  @Test
  void hostileMessages() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] message = new byte[random.nextInt(40)];
      random.nextBytes(message);
      try {
        assertTrue(GunStream.hunk(message).length <= message.length);
      } catch (StepFailed e) {
        assertEquals(FailureKind.PROTO_MALFORMED_REPLY, e.kind());
      }
    }
  }

  /** Seeded: whole answers of HTTP/2 with broken bytes. */
  @Test
  void hostileServers() {
    Random random = new Random(11);
    Set<FailureKind> declared =
        Set.of(
            FailureKind.PROTO_MALFORMED_REPLY,
            FailureKind.PROTO_UNEXPECTED_REPLY,
            FailureKind.HTTP_UNEXPECTED,
            FailureKind.EOF_ERROR);
    byte[] good =
        HEX.parseHex(SETTINGS + HEAD + data("00000000070a0548656c6c6f") + frame(0, 1, ""));
    int read = 0;
    for (int i = 0; i < 400; i++) {
      byte[] script = good.clone();
      for (int n = random.nextInt(1, 4); n > 0; n--) {
        script[random.nextInt(script.length)] = (byte) random.nextInt();
      }
      try {
        read(i % 4 > 0 ? script : Arrays.copyOf(script, random.nextInt(script.length)));
        read++;
      } catch (StepFailed e) {
        assertTrue(declared.contains(e.kind()), e.kind() + ": " + e.detail());
      }
    }
    assertTrue(read > 20, read + " read");
  }
}
