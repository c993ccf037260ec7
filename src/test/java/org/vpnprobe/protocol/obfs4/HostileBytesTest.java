package org.vpnprobe.protocol.obfs4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;

/** Whatever a server sends, nothing but the declared failure comes of it. */
class HostileBytesTest {
  private static final int FUZZ = 20_000;
  private static final BridgeKey BRIDGE = new BridgeKey(new byte[20], new byte[32]);
  private static final long HOUR = 472222;

  /** Answers of any length, with the right mark in every second one: MACs are wrong in all. */
  @Test
  void answers() {
    Random random = new Random(11);
    for (int i = 0; i < FUZZ; i++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      if (i % 2 == 0) {
        byte[] auth = new byte[32];
        byte[] representative = new byte[32];
        random.nextBytes(representative);
        byte[] hello = Hello.server(representative, auth, BRIDGE, HOUR, new Small(random));
        hello[random.nextInt(hello.length - 16, hello.length)] ^= (byte) (1 + random.nextInt(255));
        bytes = new ByteWriter().bytes(hello).bytes(bytes).toByteArray();
      }
      try {
        assertTrue(Hello.answer(bytes, BRIDGE, HOUR).isEmpty());
        assertEquals(1, i % 2);
      } catch (StepFailed e) {
        assertEquals(FailureKind.PROTO_MALFORMED_REPLY, e.kind());
      }
      assertTrue(Hello.question(bytes, BRIDGE, Instant.ofEpochSecond(HOUR * 3600)).isEmpty());
    }
  }

  /** Short padding, so that 20,000 hellos take no time. */
  private record Small(Random random) implements java.util.random.RandomGenerator {
    @Override
    public long nextLong() {
      return random.nextLong();
    }

    @Override
    public int nextInt(int bound) {
      return random.nextInt(Math.min(bound, 100));
    }
  }

  /** Frames that are random, bent, or sealed with the right keys over broken packets. */
  @Test
  void frames() {
    Random random = new Random(12);
    int read = 0;
    for (int i = 0; i < FUZZ; i++) {
      byte[] material = new byte[Frames.KEY_LENGTH];
      random.nextBytes(material);
      Frames server = new Frames(material);
      ByteWriter sent = new ByteWriter();
      for (int frames = random.nextInt(4); frames > 0; frames--) {
        byte[] payload = new byte[random.nextInt(100)];
        random.nextBytes(payload);
        sent.bytes(server.seal(random.nextInt(3), payload, random.nextInt(50)));
      }
      byte[] bytes = sent.toByteArray();
      if (i % 3 == 1 && bytes.length > 0) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
      } else if (i % 3 == 2) {
        byte[] noise = new byte[random.nextInt(60)];
        random.nextBytes(noise);
        bytes = new ByteWriter().bytes(bytes).bytes(noise).toByteArray();
      }
      read += drained(bytes, new Frames(material), random);
    }
    assertTrue(read > FUZZ, "bytes that came through: " + read);
  }

  private static int drained(byte[] bytes, Frames theirs, Random random) {
    int early = random.nextInt(bytes.length + 1);
    Obfs4Stream stream =
        new Obfs4Stream(
            new Given(Arrays.copyOfRange(bytes, early, bytes.length)),
            Arrays.copyOf(bytes, early),
            new Frames(new byte[Frames.KEY_LENGTH]),
            theirs,
            Pacing.NONE,
            random);
    int read = 0;
    try {
      byte[] buffer = new byte[64];
      for (int count = stream.read(buffer, 0, 64); count >= 0; count = stream.read(buffer, 0, 64)) {
        read += count;
      }
    } catch (StepFailed e) {
      assertTrue(
          e.kind() == FailureKind.PROTO_MALFORMED_REPLY || e.kind() == FailureKind.EOF_ERROR,
          e.detail());
    }
    return read;
  }

  /** A server that sends empty frames for ever is left. */
  @Test
  void framesWithoutDataHaveAnEnd() {
    byte[] material = new byte[Frames.KEY_LENGTH];
    Frames server = new Frames(material);
    ByteWriter sent = new ByteWriter();
    for (int i = 0; i < 2000; i++) {
      sent.bytes(server.seal(Frames.DATA, new byte[0], 0));
    }
    assertEquals(0, drained(sent.toByteArray(), new Frames(material), new Random(1)));
  }

  /** What is written comes out at the other end, whatever the pacing, in frames that fit. */
  @Test
  void whatIsWrittenIsRead() throws Exception {
    Random random = new Random(13);
    for (Pacing pacing : Pacing.values()) {
      for (int length : new int[] {1, 700, 1427, 1428, 5000}) {
        byte[] text = new byte[length];
        random.nextBytes(text);
        byte[] material = new byte[Frames.KEY_LENGTH];
        Given wire = new Given(new byte[0]);
        new Obfs4Stream(
                wire, new byte[0], new Frames(material), new Frames(material), pacing, random)
            .write(text);
        byte[] sent = wire.written.toByteArray();
        Obfs4Stream other =
            new Obfs4Stream(
                new Given(sent),
                new byte[0],
                new Frames(material),
                new Frames(material),
                pacing,
                random);
        assertEquals(Arrays.hashCode(text), Arrays.hashCode(other.readFully(length)), pacing::name);
        assertEquals(-1, other.read(new byte[1], 0, 1));
      }
    }
  }

  /** These bytes, and then the end. */
  private static final class Given implements ByteStream {
    private final ByteArrayInputStream in;
    final ByteWriter written = new ByteWriter();

    Given(byte[] bytes) {
      in = new ByteArrayInputStream(bytes);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      return in.read(buffer, offset, length);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) {
      assertTrue(length <= 8 * Frames.LONGEST_FRAME);
      written.bytes(Arrays.copyOfRange(buffer, offset, offset + length));
    }

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
