package org.vpnprobe.protocol;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.StepName;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Trace;

/** A trial whose server says what it is given, and then closes the connection. */
public final class PlayedTrial implements Trial {
  private static final InetSocketAddress SERVER =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

  public final Map<Depth, String> reached = new EnumMap<>(Depth.class);
  private final byte[] server;
  private final Depth goal;
  private final Random random = new Random(1);

  public PlayedTrial(byte[] server, Depth goal) {
    this.server = server;
    this.goal = goal;
  }

  /** The server's bytes as a stream. */
  public static ByteStream stream(byte[] bytes) {
    return new ByteStream() {
      private int position;

      @Override
      public int read(byte[] buffer, int offset, int length) {
        int count = Math.min(length, bytes.length - position);
        if (count == 0) {
          return -1;
        }
        System.arraycopy(bytes, position, buffer, offset, count);
        position += count;
        return count;
      }

      @Override
      public void write(byte[] buffer, int offset, int length) {}

      @Override
      public void readTimeout(Duration timeout) {}

      @Override
      public InetSocketAddress local() {
        return SERVER;
      }

      @Override
      public InetSocketAddress remote() {
        return SERVER;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Path path() {
    return new OnlyTcp(() -> stream(server));
  }

  @Override
  public InetSocketAddress server() {
    return SERVER;
  }

  @Override
  public String host() {
    return "vpn.example";
  }

  @Override
  public Clock clock() {
    return Clock.systemUTC();
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public Depth goal() {
    return goal;
  }

  @Override
  public <T> T step(StepName name, Trace.Body<T> body) throws StepFailed {
    return body.run();
  }

  @Override
  public void reached(Depth depth, String proof) {
    reached.put(depth, proof);
  }

  @Override
  public void observe(String key, String value) {}
}
