package org.vpnprobe.engine.exercise;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.random.RandomGenerator;
import org.vpnprobe.layer.Hello;
import org.vpnprobe.layer.SplitStream;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Variation.Alteration;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.PathFacts;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Trace;
import org.vpnprobe.protocol.Trial;

/** A trial whose first flight leaves otherwise, without the protocol knowing. */
record AlteredTrial(Trial inner, Alteration how) implements Trial {
  /**
   * Passes wherever IPv6 does (RFC 8200 section 5: 1280), and is longer than a ClientHello: a
   * shorter one would cut that, too.
   */
  private static final int SEGMENT = 1000;

  @Override
  public Path path() {
    return new AlteredPath(inner.path());
  }

  @Override
  public InetSocketAddress server() {
    return inner.server();
  }

  @Override
  public String host() {
    return inner.host();
  }

  @Override
  public Clock clock() {
    return inner.clock();
  }

  @Override
  public RandomGenerator random() {
    return inner.random();
  }

  @Override
  public Depth goal() {
    return inner.goal();
  }

  @Override
  public <T> T step(StepName name, Trace.Body<T> body) throws StepFailed {
    return inner.step(name, body);
  }

  @Override
  public void reached(Depth depth, String proof) {
    inner.reached(depth, proof);
  }

  @Override
  public void observe(String key, String value) {
    inner.observe(key, value);
  }

  private final class AlteredPath implements Path {
    private final Path path;

    AlteredPath(Path path) {
      this.path = path;
    }

    @Override
    public PathFacts facts() {
      return path.facts();
    }

    @Override
    public List<InetAddress> resolve(String host, Family family) throws StepFailed {
      return path.resolve(host, family);
    }

    @Override
    public ByteStream tcp(InetSocketAddress server) throws StepFailed {
      if (how == Alteration.SMALL_SEGMENTS) {
        return path.tcpInSegments(server, SEGMENT);
      }
      ByteStream stream = path.tcp(server);
      return switch (how) {
        case JUNK_FIRST, SMALL_SEGMENTS -> stream;
        case SPLIT_SEGMENTS -> split(stream, Hello.Split.SEGMENTS);
        case SPLIT_RECORDS -> split(stream, Hello.Split.RECORDS);
      };
    }

    private ByteStream split(ByteStream stream, Hello.Split split) {
      return new SplitStream(
          stream, split, inner.host(), text -> inner.observe("first_flight", text));
    }

    @Override
    public Datagrams udp(InetSocketAddress server) throws StepFailed {
      Datagrams socket = path.udp(server);
      return how == Alteration.JUNK_FIRST ? new JunkFirst(socket, inner) : socket;
    }

    @Override
    public void close() {
      path.close();
    }
  }
}
