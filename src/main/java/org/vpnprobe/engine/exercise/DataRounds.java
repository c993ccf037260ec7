package org.vpnprobe.engine.exercise;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.Icmp;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Variation;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Session.Exchange;
import org.vpnprobe.protocol.Trial;
import org.vpnprobe.protocol.Tunnel.DatagramTunnel;
import org.vpnprobe.protocol.Tunnel.PacketTunnel;
import org.vpnprobe.protocol.Tunnel.StreamTunnel;

/**
 * Data through an open session, evenly over some time, a pause, and data again: finds sessions that
 * open and then freeze (reference: science.md §4.2, §7 D7). Observed: {@code data_kb} that came
 * back, {@code data_packets} of them, {@code data_lost} that did not, {@code data_kbps} by the
 * median of their round trips, and {@code frozen_after_kb}, {@code frozen_after_packets} when
 * nothing came any more.
 */
final class DataRounds {
  /** Seconds for the handshake and the last answers. */
  static final int SPARE = 40;

  /** Inside every tunnel's packet size. */
  private static final int PAYLOAD = 1200;

  /** Two repeats of TCP on a slow line take no longer (RFC 6298: 1 s, doubled). */
  private static final int ANSWER = 3;

  /** A burst may take so many times as long as planned. */
  private static final double SLOW = 2.5;

  /** So many unanswered in a row are no loss any more: 0.3⁸ is below 1 in 10,000. */
  private static final int FROZEN = 8;

  private final Exchange exchange;
  private final Trial trial;
  private final Duration answerWithin;
  private final long endNanos;
  private long bytes;
  private int packets;
  private int lost;
  private int lostInRow;
  private final List<Long> tripNanos = new ArrayList<>();

  private DataRounds(Exchange exchange, Trial trial, Duration answerWithin, long endNanos) {
    this.exchange = exchange;
    this.trial = trial;
    this.answerWithin = answerWithin;
    this.endNanos = endNanos;
  }

  /**
   * Sends the data.
   *
   * @param within the trial's time: what does not fit in measured nothing
   * @throws StepFailed {@code data_echo_failed:frozen} when nothing comes any more, {@code
   *     instrument_error} when the trial's time is too short for this line
   */
  static void run(
      Session session, Variation.DataAfter plan, Trial trial, Duration within, double pace)
      throws StepFailed {
    long endNanos = System.nanoTime() + within.toNanos();
    Exchange exchange = exchange(session, trial);
    DataRounds rounds = new DataRounds(exchange, trial, seconds(ANSWER, pace), endNanos);
    trial.step(
        StepName.TUNNEL,
        () -> {
          rounds.burst(plan, pace);
          sleep(seconds(plan.idleSeconds(), pace));
          rounds.burst(plan, pace);
          return Boolean.TRUE;
        });
    trial.reached(
        Depth.TUNNEL, "data went through the session both ways, before and after a pause");
  }

  private static Duration seconds(double real, double pace) {
    return Duration.ofNanos(Math.round(real * 1e9 / pace));
  }

  private void burst(Variation.DataAfter plan, double pace) throws StepFailed {
    int sends = Math.max(plan.packets(), (plan.kilobytes() * 1024 + PAYLOAD - 1) / PAYLOAD);
    Duration gap = seconds((double) plan.seconds() / sends, pace);
    // A long way to and fro: fewer packets tell as much.
    long over = System.nanoTime() + seconds(SLOW * plan.seconds(), pace).toNanos();
    try {
      for (int i = 0; i < sends && System.nanoTime() < over; i++) {
        long begun = System.nanoTime();
        once();
        sleep(gap.minusNanos(System.nanoTime() - begun));
      }
    } finally {
      trial.observe("data_kb", Long.toString(bytes / 1024));
      trial.observe("data_packets", Integer.toString(packets));
      trial.observe("data_lost", Integer.toString(lost));
      if (!tripNanos.isEmpty()) {
        trial.observe("data_kbps", Long.toString(Math.round(kilobits())));
      }
    }
  }

  /** The median: a segment that TCP sends again takes a hundred times as long on a short way. */
  private double kilobits() {
    List<Long> sorted = tripNanos.stream().sorted().toList();
    return (double) bytes / packets * 8 / 1e3 / (sorted.get(sorted.size() / 2) / 1e9);
  }

  private void once() throws StepFailed {
    long begun = System.nanoTime();
    if (begun + answerWithin.toNanos() > endNanos) {
      throw new StepFailed(
          FailureKind.INSTRUMENT_ERROR, "the trial's time is too short for this line");
    }
    int came;
    try {
      came = exchange.once(PAYLOAD, answerWithin);
    } catch (StepFailed e) {
      if (e.kind() != FailureKind.INSTRUMENT_ERROR && e.kind() != FailureKind.CONFIG_ERROR) {
        frozen();
      }
      throw e;
    }
    if (came == 0 && System.nanoTime() >= endNanos) {
      throw new StepFailed(
          FailureKind.INSTRUMENT_ERROR, "the trial's time is too short for this line");
    }
    if (came > 0) {
      tripNanos.add(Math.max(1, System.nanoTime() - begun));
      bytes += came;
      packets++;
      lostInRow = 0;
      return;
    }
    lost++;
    if (++lostInRow == FROZEN) {
      frozen();
      throw new StepFailed(
          FailureKind.DATA_ECHO_FAILED, "frozen", "the session carried data and then no more");
    }
  }

  private void frozen() {
    trial.observe("frozen_after_kb", Long.toString(bytes / 1024));
    trial.observe("frozen_after_packets", Integer.toString(packets));
  }

  private static void sleep(Duration time) throws StepFailed {
    if (time.isPositive()) {
      try {
        Thread.sleep(time);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StepFailed(FailureKind.INTERRUPTED, "the trial was ended");
      }
    }
  }

  private static Exchange exchange(Session session, Trial trial) throws StepFailed {
    Optional<Exchange> own = session.exchange();
    if (own.isPresent()) {
      return own.get();
    }
    return switch (session.tunnel().orElse(null)) {
      case PacketTunnel packets -> new Pings(packets, trial);
      case StreamTunnel proxied when proxied.asked().echoes() ->
          (count, atMost) -> echo(proxied.stream(), trial, count, atMost);
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

  /** Echo requests with a payload, answered by the tunnel's target. */
  private static final class Pings implements Exchange {
    private final PacketTunnel tunnel;
    private final Trial trial;
    private final int id;
    private int sequence;

    Pings(PacketTunnel tunnel, Trial trial) {
      this.tunnel = tunnel;
      this.trial = trial;
      this.id = trial.random().nextInt(1 << 16);
    }

    @Override
    public int once(int count, Duration atMost) throws StepFailed {
      byte[] payload = new byte[count];
      trial.random().nextBytes(payload);
      sequence = sequence % 0xffff + 1;
      Icmp.Echo request =
          new Icmp.Echo(tunnel.source(), tunnel.target(), true, id, sequence, payload);
      tunnel.send(Icmp.packet(request));
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
