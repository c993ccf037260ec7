package org.vpnprobe.engine.exercise;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.Icmp;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Session.Exchange;
import org.vpnprobe.protocol.Trial;
import org.vpnprobe.protocol.Tunnel.DatagramTunnel;
import org.vpnprobe.protocol.Tunnel.PacketTunnel;
import org.vpnprobe.protocol.Tunnel.StreamTunnel;

/** How data goes to and fro through an open session: bytes that come back as they were sent. */
final class Exchanges {
  private Exchanges() {}

  /**
   * The session's own way, or one through its tunnel.
   *
   * @throws StepFailed {@code config_error} when no data can be sent through it
   */
  static Exchange of(Session session, Trial trial) throws StepFailed {
    Optional<Exchange> own = session.exchange();
    if (own.isPresent()) {
      return own.get();
    }
    return switch (session.tunnel().orElse(null)) {
      case PacketTunnel packets -> new Pings(packets, trial);
      case StreamTunnel proxied when proxied.asked().echoes() -> new Echoes(proxied, trial);
      case DatagramTunnel relayed when relayed.asked().echoes() ->
          (count, atMost) -> echo(relayed, trial, count, atMost);
      case null, default ->
          throw new StepFailed(
              FailureKind.CONFIG_ERROR, "no data can be sent through this session");
    };
  }

  private static int echo(ByteStream stream, Trial trial, int count, Duration atMost)
      throws StepFailed {
    byte[] data = new byte[count];
    trial.random().nextBytes(data);
    stream.write(data);
    stream.readTimeout(atMost);
    try {
      return stream.readFully(count).length;
    } catch (StepFailed e) {
      if (e.kind() == FailureKind.GENERIC_TIMEOUT_ERROR) {
        return 0;
      }
      throw e;
    }
  }

  private static int echo(DatagramTunnel relayed, Trial trial, int count, Duration atMost)
      throws StepFailed {
    byte[] data = new byte[count];
    trial.random().nextBytes(data);
    relayed.send(data);
    long end = System.nanoTime() + atMost.toNanos();
    for (long left = atMost.toNanos(); left > 0; left = end - System.nanoTime()) {
      byte[] answer = relayed.receive(Duration.ofNanos(left));
      if (answer == null) {
        return 0;
      }
      if (Arrays.equals(answer, data)) {
        return answer.length;
      }
    }
    return 0;
  }

  /** What can send more than one packet before the first answer. */
  interface Trains extends Exchange {
    /**
     * Returns how many bytes came back.
     *
     * @param first how long to wait for the first of them
     * @param gap and how long after each for another
     */
    long train(int packets, int bytes, Duration first, Duration gap) throws StepFailed;
  }

  /** A stream whose other end says the same. */
  private record Echoes(StreamTunnel proxied, Trial trial) implements Trains {
    @Override
    public int once(int count, Duration atMost) throws StepFailed {
      return echo(proxied.stream(), trial, count, atMost);
    }

    /** Nothing of a stream is lost: what has not come is waited for by the next. */
    @Override
    public long train(int packets, int bytes, Duration first, Duration gap) throws StepFailed {
      byte[] data = new byte[packets * bytes];
      trial.random().nextBytes(data);
      ByteStream stream = proxied.stream();
      stream.write(data);
      stream.readTimeout(Duration.ofSeconds(DataRounds.RATE_SECONDS));
      return stream.readFully(data.length).length;
    }
  }

  /** Echo requests with a payload, answered by the tunnel's target. */
  private static final class Pings implements Trains {
    private final PacketTunnel tunnel;
    private final Trial trial;
    private final int id;
    private int sequence;

    Pings(PacketTunnel tunnel, Trial trial) {
      this.tunnel = tunnel;
      this.trial = trial;
      this.id = trial.random().nextInt(1 << 16);
    }

    private Icmp.Echo send(int count) throws StepFailed {
      byte[] payload = new byte[count];
      trial.random().nextBytes(payload);
      sequence = sequence % 0xffff + 1;
      Icmp.Echo request =
          new Icmp.Echo(tunnel.source(), tunnel.target(), true, id, sequence, payload);
      tunnel.send(Icmp.packet(request));
      return request;
    }

    @Override
    public long train(int packets, int bytes, Duration first, Duration gap) throws StepFailed {
      List<Icmp.Echo> open = new ArrayList<>();
      for (int i = 0; i < packets; i++) {
        open.add(send(bytes));
      }
      long came = 0;
      long end = System.nanoTime() + first.toNanos();
      for (long left = first.toNanos();
          left > 0 && !open.isEmpty();
          left = end - System.nanoTime()) {
        byte @Nullable [] packet = tunnel.receive(Duration.ofNanos(left));
        if (packet == null) {
          return came;
        }
        Optional<Icmp.Echo> answer = Icmp.parse(packet);
        if (answer.isPresent() && open.removeIf(request -> request.isAnsweredBy(answer.get()))) {
          came += packet.length;
          end = System.nanoTime() + gap.toNanos();
        }
      }
      return came;
    }

    @Override
    public int once(int count, Duration atMost) throws StepFailed {
      Icmp.Echo request = send(count);
      long end = System.nanoTime() + atMost.toNanos();
      for (long left = atMost.toNanos(); left > 0; left = end - System.nanoTime()) {
        byte @Nullable [] packet = tunnel.receive(Duration.ofNanos(left));
        if (packet == null) {
          return 0;
        }
        if (Icmp.parse(packet).filter(request::isAnsweredBy).isPresent()) {
          return packet.length;
        }
      }
      return 0;
    }
  }
}
