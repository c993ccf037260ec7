package org.vpnprobe.fuzz;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.StepName;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.PathFacts;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Trace;
import org.vpnprobe.protocol.Trial;

/**
 * A server that answers by a script, without waiting. A message begins with two bytes: how, and how
 * long its text is. When the first is odd the client's own last message comes back with the text
 * laid over it, at the place that the other bits say: a reply may have to hold what was asked.
 * After the last message a stream ends, and a datagram does not come in time.
 */
final class ScriptedServer implements Path, AutoCloseable {
  static final InetSocketAddress ADDRESS =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2027-01-01T10:00:00Z"), ZoneOffset.UTC);
  private static final int LONGEST = 4096;

  private final byte[] script;
  private int at;
  private byte[] said = {};
  private byte[] stream = {};
  private int read;

  ScriptedServer(byte[] script, int from) {
    this.script = script;
    this.at = from;
  }

  /** The next message, null when the script is over. */
  private byte @Nullable [] next() {
    if (at + 2 > script.length) {
      return null;
    }
    int how = Byte.toUnsignedInt(script[at]);
    int length = Math.min(Byte.toUnsignedInt(script[at + 1]), script.length - at - 2);
    byte[] text = Arrays.copyOfRange(script, at + 2, at + 2 + length);
    at += 2 + length;
    if (how % 2 == 0) {
      return text;
    }
    byte[] echo = Arrays.copyOf(said, Math.min(LONGEST, Math.max(said.length, how / 2 + length)));
    System.arraycopy(text, 0, echo, how / 2, length);
    return echo;
  }

  private void heard(byte[] bytes, int offset, int length) {
    said = Arrays.copyOfRange(bytes, offset, offset + Math.min(length, LONGEST));
  }

  Trial trial() {
    return new Scripted(this, new Random(1));
  }

  @Override
  public PathFacts facts() {
    return new PathFacts("direct", true, true, true, "host");
  }

  @Override
  public List<InetAddress> resolve(String host, Family family) {
    return List.of(ADDRESS.getAddress());
  }

  @Override
  public ByteStream tcp(InetSocketAddress to) {
    return new ByteStream() {
      @Override
      public int read(byte[] buffer, int offset, int length) {
        while (read == stream.length) {
          byte[] next = next();
          if (next == null) {
            return -1;
          }
          stream = next;
          read = 0;
        }
        int count = Math.min(length, stream.length - read);
        System.arraycopy(stream, read, buffer, offset, count);
        read += count;
        return count;
      }

      @Override
      public void write(byte[] buffer, int offset, int length) {
        heard(buffer, offset, length);
      }

      @Override
      public void readTimeout(Duration timeout) {}

      @Override
      public InetSocketAddress local() {
        return ADDRESS;
      }

      @Override
      public InetSocketAddress remote() {
        return ADDRESS;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Datagrams udp(InetSocketAddress to) {
    return new Datagrams() {
      @Override
      public void send(byte[] payload) {
        heard(payload, 0, payload.length);
      }

      @Override
      public byte[] receive(Duration atMost) throws StepFailed {
        byte[] next = next();
        if (next == null) {
          throw new StepFailed(FailureKind.GENERIC_TIMEOUT_ERROR, "the script is over");
        }
        return next;
      }

      @Override
      public InetSocketAddress local() {
        return ADDRESS;
      }

      @Override
      public InetSocketAddress remote() {
        return ADDRESS;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void close() {}

  private record Scripted(Path path, RandomGenerator random) implements Trial {
    @Override
    public InetSocketAddress server() {
      return ADDRESS;
    }

    @Override
    public String host() {
      return "vpn.example";
    }

    @Override
    public Clock clock() {
      return CLOCK;
    }

    @Override
    public Depth goal() {
      return Depth.TUNNEL;
    }

    @Override
    public <T> T step(StepName name, Trace.Body<T> body) throws StepFailed {
      return body.run();
    }

    @Override
    public void reached(Depth depth, String proof) {}

    @Override
    public void observe(String key, String value) {}
  }
}
