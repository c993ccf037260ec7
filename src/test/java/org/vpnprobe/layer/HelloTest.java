package org.vpnprobe.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vpnprobe.layer.Hello.Split;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;

/** What a ClientHello of ours looks like on the wire when its looks are chosen. */
class HelloTest {
  private static final String NAME = "vpn.example.net";

  /** Takes the first flight, write by write, and ends. */
  private static final class Sink implements ByteStream {
    final List<byte[]> writes = new ArrayList<>();

    @Override
    public int read(byte[] buffer, int offset, int length) {
      return -1;
    }

    @Override
    public void write(byte[] buffer, int offset, int length) {
      writes.add(Arrays.copyOfRange(buffer, offset, offset + length));
    }

    @Override
    public void readTimeout(Duration timeout) {}

    @Override
    public InetSocketAddress local() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }

    @Override
    public InetSocketAddress remote() {
      return local();
    }

    @Override
    public void close() {}

    byte[] all() {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      writes.forEach(bytes::writeBytes);
      return bytes.toByteArray();
    }
  }

  private final List<String> observed = new ArrayList<>();

  private Sink sent(Hello hello) {
    Sink sink = new Sink();
    TlsClient.Offer offer =
        new TlsClient.Offer(NAME, List.of(), Trust.system(), NAME, Optional.empty()).looking(hello);
    TlsClient.Listener listener =
        new TlsClient.Listener() {
          @Override
          public void serverHello() {}

          @Override
          public void observe(String key, String value) {
            observed.add(key + "=" + value);
          }
        };
    StepFailed e =
        assertThrows(
            StepFailed.class, () -> TlsClient.handshake(sink, offer, listener, Clock.systemUTC()));
    assertEquals(FailureKind.EOF_ERROR, e.kind());
    return sink;
  }

  /** The body of a ClientHello (RFC 8446 section 4.1.2) from its records. */
  private static ByteBuffer hello(byte[] flight) {
    ByteBuffer in = ByteBuffer.wrap(flight);
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    while (in.remaining() > 5 && in.get(in.position()) == 22) {
      in.position(in.position() + 3);
      byte[] fragment = new byte[in.getShort() & 0xffff];
      in.get(fragment);
      message.writeBytes(fragment);
    }
    ByteBuffer body = ByteBuffer.wrap(message.toByteArray());
    assertEquals(1, body.get());
    int length = (body.get() & 0xff) << 16 | body.getShort() & 0xffff;
    assertEquals(length, body.remaining());
    return body;
  }

  private static List<Integer> ciphers(byte[] flight) {
    ByteBuffer body = hello(flight);
    body.position(body.position() + 2 + 32);
    body.position(body.position() + 1 + (body.get(body.position()) & 0xff));
    int end = (body.getShort() & 0xffff) + body.position();
    List<Integer> ciphers = new ArrayList<>();
    while (body.position() < end) {
      ciphers.add(body.getShort() & 0xffff);
    }
    return ciphers;
  }

  /** The two-byte values of an extension behind its own length, null when it is not there. */
  private static @Nullable List<Integer> extension(byte[] flight, int wanted, int lengthBytes) {
    ByteBuffer body = hello(flight);
    body.position(body.position() + 2 + 32);
    body.position(body.position() + 1 + (body.get(body.position()) & 0xff));
    body.position((body.getShort() & 0xffff) + body.position());
    body.position(body.position() + 1 + (body.get(body.position()) & 0xff));
    body.getShort();
    while (body.hasRemaining()) {
      int type = body.getShort() & 0xffff;
      byte[] data = new byte[body.getShort() & 0xffff];
      body.get(data);
      if (type == wanted) {
        ByteBuffer values = ByteBuffer.wrap(data, lengthBytes, data.length - lengthBytes);
        List<Integer> list = new ArrayList<>();
        while (values.remaining() >= 2) {
          list.add(values.getShort() & 0xffff);
        }
        return list;
      }
    }
    return null;
  }

  @Test
  void cipherSuitesAreOfferedInTheChosenOrder() {
    Hello hello =
        new Hello(
            null, List.of("TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"), null, null);
    // RFC 8446 appendix B.4.
    assertEquals(List.of(0x1303, 0x1301), ciphers(sent(hello).all()));
  }

  @Test
  void versionsAreOfferedAsChosen() {
    // RFC 8446 section 4.2.1: supported_versions is extension 43, its list has a one-byte length.
    assertEquals(
        List.of(0x0304), extension(sent(new Hello(List.of("1.3"), null, null, null)).all(), 43, 1));
    List<Integer> old = extension(sent(new Hello(List.of("1.2"), null, null, null)).all(), 43, 1);
    assertTrue(old == null || old.equals(List.of(0x0303)), "no 1.3 is offered");
  }

  @Test
  void groupsAreOfferedInTheChosenOrder() {
    Hello hello = new Hello(null, null, List.of("secp384r1", "x25519"), null);
    // RFC 8446 section 4.2.7: extension 10; 24 is secp384r1, 29 is x25519.
    assertEquals(List.of(24, 29), extension(sent(hello).all(), 10, 2));
  }

  @Test
  void twoSegmentsAreTheSameBytesCutWithinTheName() {
    Sink sink = sent(new Hello(null, null, null, Split.SEGMENTS));
    assertTrue(sink.writes.size() >= 2);
    assertEquals(1, hello(sink.all()).get(0) == 1 ? 1 : 0);
    assertTrue(
        sink.writes.stream().noneMatch(HelloTest::holdsTheName), "no segment holds the whole name");
    assertTrue(holdsTheName(sink.all()));
    assertTrue(observed.getFirst().startsWith("first_flight=two segments"), observed::toString);
  }

  @Test
  void twoRecordsHoldOneClientHello() {
    byte[] flight = sent(new Hello(null, null, null, Split.RECORDS)).all();
    assertTrue(!holdsTheName(flight), "a record's header stands within the name");
    byte[] message = new byte[hello(flight).remaining()];
    hello(flight).get(message);
    assertTrue(holdsTheName(message));
    assertTrue(observed.getFirst().startsWith("first_flight=two TLS records"), observed::toString);
  }

  private static boolean holdsTheName(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1).contains(NAME);
  }

  @Test
  void onlyTheFirstWriteIsCut() throws StepFailed {
    Sink sink = new Sink();
    SplitStream stream = new SplitStream(sink, Split.SEGMENTS, "", text -> {});
    stream.write(new byte[] {1, 2, 3, 4});
    stream.write(new byte[] {5, 6, 7, 8});
    assertEquals(3, sink.writes.size());
    assertArrayEquals(new byte[] {5, 6, 7, 8}, sink.writes.get(2));
  }

  @Test
  void whatJavaCannotOfferIsRefused() {
    assertEquals("versions", wrong(() -> new Hello(List.of("1.0"), null, null, null)));
    assertEquals("ciphers", wrong(() -> new Hello(null, List.of("TLS_NULL"), null, null)));
    assertEquals("groups", wrong(() -> new Hello(null, null, List.of("secp1r1"), null)));
  }

  private static String wrong(org.junit.jupiter.api.function.Executable made) {
    return assertThrows(InvalidSetting.class, made).key();
  }
}
