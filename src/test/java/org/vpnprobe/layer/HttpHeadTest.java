package org.vpnprobe.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;

class HttpHeadTest {
  private static final byte[] GOOD =
      ascii("HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\nA: b\r\n\r\nrest");

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void nothingOfWhatFollowsIsRead() throws StepFailed {
    ByteArrayInputStream in = new ByteArrayInputStream(GOOD);
    HttpHead head = HttpHead.read(new Bytes(in));
    assertEquals(
        new HttpHead(407, List.of("Proxy-Authenticate: Basic realm=\"x\"", "A: b", "")), head);
    assertEquals("rest", new String(in.readAllBytes(), StandardCharsets.US_ASCII));
  }

  @Test
  void aHeadEnds() {
    byte[] endless = new byte[100_000];
    Arrays.fill(endless, (byte) 'x');
    System.arraycopy(GOOD, 0, endless, 0, 15);
    ByteArrayInputStream in = new ByteArrayInputStream(endless);
    StepFailed e = assertThrows(StepFailed.class, () -> HttpHead.read(new Bytes(in)));
    assertEquals(FailureKind.PROTO_MALFORMED_REPLY, e.kind());
    assertTrue(in.available() > 80_000);
  }

  @Test
  void hostileAnswersGiveDeclaredFailuresOnly() {
    Random random = new Random(13);
    int understood = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = Arrays.copyOf(GOOD, random.nextInt(GOOD.length + 10));
      for (int flips = random.nextInt(4); flips > 0 && bytes.length > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        int status = HttpHead.read(new Bytes(new ByteArrayInputStream(bytes))).status();
        assertTrue(status >= 100 && status <= 999);
        understood++;
      } catch (StepFailed e) {
        assertTrue(
            EnumSet.of(
                    FailureKind.EOF_ERROR,
                    FailureKind.PROTO_MALFORMED_REPLY,
                    FailureKind.PROTO_UNEXPECTED_REPLY)
                .contains(e.kind()));
      }
    }
    assertTrue(understood > 500, "understood: " + understood);
  }

  private record Bytes(ByteArrayInputStream source) implements ByteStream {
    @Override
    public int read(byte[] buffer, int offset, int length) {
      return source.read(buffer, offset, length);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) {}

    @Override
    public void readTimeout(Duration timeout) {}

    @Override
    public InetSocketAddress local() {
      return new InetSocketAddress(0);
    }

    @Override
    public InetSocketAddress remote() {
      return new InetSocketAddress(0);
    }

    @Override
    public void close() {}
  }
}
