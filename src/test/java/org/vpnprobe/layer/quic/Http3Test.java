package org.vpnprobe.layer.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;

/** Answers of HTTP/3, good and hostile, from a connection that says what it is told to. */
class Http3Test {
  private static final List<Map.Entry<String, String>> REQUEST =
      List.of(Map.entry(":method", "GET"), Map.entry(":path", "/"));

  private static byte[] frame(int type, byte[] content) {
    return new ByteWriter().varint(type).varint(content.length).bytes(content).toByteArray();
  }

  @SafeVarargs
  private static byte[] head(Map.Entry<String, String>... fields) {
    return frame(1, KwikFields.encode(List.of(fields)));
  }

  private static byte[] join(byte[]... parts) {
    ByteWriter all = new ByteWriter();
    for (byte[] part : parts) {
      all.bytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void interimAnswersAndUnknownFramesAreReadPast() throws StepFailed {
    byte[] answer =
        join(
            frame(0x21, new byte[70]), // RFC 9114 section 7.2.8: reserved, to be ignored.
            head(Map.entry(":status", "103"), Map.entry("link", "</a>")),
            head(Map.entry(":status", "233"), Map.entry("x-site", "lab")),
            frame(0, text("hel")),
            frame(0x40, new byte[3]),
            frame(0, text("lo")));
    try (Http3 http = Http3.ask(new Told(answer), REQUEST)) {
      assertEquals(233, http.status());
      assertEquals(List.of("lab"), http.values("X-Site"));
      assertEquals(List.of(), http.values("other"));
      assertEquals("hell", new String(http.body(4), StandardCharsets.UTF_8));
    }
    try (Http3 http = Http3.ask(new Told(answer), REQUEST)) {
      assertEquals("hello", new String(http.body(100), StandardCharsets.UTF_8));
    }
  }

  /** RFC 9204 appendix B.1: a path by the static table's name. */
  @Test
  void aFieldSectionOfTheStandard() throws StepFailed {
    byte[] section = {0, 0, 0x51, 0x0b, '/', 'i', 'n', 'd', 'e', 'x', '.', 'h', 't', 'm', 'l'};
    assertEquals(List.of(Map.entry(":path", "/index.html")), KwikFields.decode(section));
    for (int length : new int[] {0, 6, 7, 126, 127, 134, 135, 136, 254, 255, 256, 1000}) {
      List<Map.Entry<String, String>> fields =
          List.of(Map.entry("n".repeat(length + 1), "v".repeat(length)));
      assertEquals(fields, KwikFields.decode(KwikFields.encode(fields)));
    }
  }

  private static FailureKind fails(byte[] answer) {
    return assertThrows(StepFailed.class, () -> Http3.ask(new Told(answer), REQUEST)).kind();
  }

  @Test
  void whatIsNoAnswer() {
    assertEquals(FailureKind.EOF_ERROR, fails(new byte[0]));
    assertEquals(FailureKind.PROTO_UNEXPECTED_REPLY, fails(frame(0, text("body first"))));
    assertEquals(FailureKind.PROTO_MALFORMED_REPLY, fails(head(Map.entry("x", "y"))));
    assertEquals(FailureKind.PROTO_MALFORMED_REPLY, fails(head(Map.entry(":status", "abc"))));
    byte[] endless = new byte[2000];
    Arrays.fill(endless, (byte) 0x21);
    assertEquals(FailureKind.PROTO_MALFORMED_REPLY, fails(endless));
    // A length of a gigabyte, for a frame and for a string inside.
    assertEquals(
        FailureKind.PROTO_MALFORMED_REPLY,
        fails(new ByteWriter().varint(1).varint(1 << 30).toByteArray()));
    byte[] string = {0, 0, 0x51, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f};
    assertEquals(FailureKind.PROTO_MALFORMED_REPLY, fails(frame(1, string)));
    assertEquals(
        FailureKind.PROTO_MALFORMED_REPLY, fails(frame(1, new byte[] {2, 0, (byte) 0x80})));
  }

  @Test
  void hostileAnswersFailAsDeclared() {
    Random random = new Random(9114);
    Set<FailureKind> declared =
        Set.of(
            FailureKind.PROTO_MALFORMED_REPLY,
            FailureKind.PROTO_UNEXPECTED_REPLY,
            FailureKind.EOF_ERROR);
    byte[] good =
        join(
            head(Map.entry(":status", "200"), Map.entry("content-type", "text/html; é")),
            frame(0, text("some body")));
    int answered = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = good.clone();
      if (i % 2 == 0) {
        bytes = new byte[random.nextInt(100)];
        random.nextBytes(bytes);
        bytes = frame(1, join(new byte[] {0, 0}, bytes));
      }
      for (int n = random.nextInt(4); n > 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try (Http3 http = Http3.ask(new Told(bytes), REQUEST)) {
        http.body(1000);
        answered++;
      } catch (StepFailed e) {
        assertTrue(declared.contains(e.kind()), e.kind()::id);
      }
    }
    assertTrue(answered > 1000, "answered " + answered);
  }
}
