package org.vpnprobe.lab;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;

/** A UDP flow to a lab server that a middlebox watches. */
final class LabDatagrams implements Datagrams {
  /** A middlebox gives up recognising after this many datagrams. */
  private static final int WATCHED = 16;

  private final @Nullable Datagrams inner;
  private final InetSocketAddress server;
  private final LabPath path;
  private final Middlebox middlebox;
  private final List<Duration> repeats;
  private volatile Middlebox.Fate fate;
  private volatile Duration lastSend;
  private int sent;
  private volatile boolean answered;
  private volatile boolean unreachable;

  /**
   * @param inner the flow on loopback, null when nothing of it will pass
   * @param repeats when the protocol's client sends again
   */
  LabDatagrams(
      @Nullable Datagrams inner,
      InetSocketAddress server,
      LabPath path,
      Middlebox middlebox,
      Middlebox.Fate fate,
      List<Duration> repeats) {
    this.inner = inner;
    this.server = server;
    this.path = path;
    this.middlebox = middlebox;
    this.fate = fate;
    this.repeats = repeats;
    this.lastSend = path.trace().elapsed();
  }

  @Override
  public void send(byte[] payload) throws StepFailed {
    if (unreachable) {
      throw refused();
    }
    lastSend = path.trace().elapsed();
    path.trace().sent(payload.length);
    if (fate == Middlebox.Fate.PASS && sent++ < WATCHED) {
      fate = middlebox.flow(FirstFlight.datagram(payload));
    }
    if (fate == Middlebox.Fate.RESET) {
      unreachable = true;
    } else if (fate == Middlebox.Fate.PASS && inner != null && survives()) {
      inner.send(payload);
    }
  }

  /** Chance is for first flights: later ones stand for what a tunnel repairs by itself. */
  private boolean survives() throws StepFailed {
    if (answered) {
      return true;
    }
    if (path.realTime()) {
      return !path.loses();
    }
    // The client's timer is too slow for compressed time: its repeats happen here.
    Duration delay = path.lost(repeats);
    if (delay != null) {
      path.pause(delay);
    }
    return delay != null;
  }

  @Override
  public byte @Nullable [] receive(Duration atMost) throws StepFailed {
    if (unreachable) {
      path.pause(path.latency().minus(path.since(lastSend)));
      throw refused();
    }
    byte[] payload =
        fate == Middlebox.Fate.PASS && inner != null ? inner.receive(atMost) : nothing(atMost);
    if (payload != null) {
      answered = true;
      path.pause(path.latency().minus(path.since(lastSend)));
      path.trace().received(payload.length);
    }
    return payload;
  }

  private byte @Nullable [] nothing(Duration atMost) throws StepFailed {
    if (path.await(atMost)) {
      throw path.failed(FailureKind.GENERIC_TIMEOUT_ERROR, "the trial's time is over", lastSend);
    }
    return null;
  }

  private StepFailed refused() {
    return path.failed(
        FailureKind.CONNECTION_REFUSED, "receive met ICMP port unreachable", lastSend);
  }

  @Override
  public InetSocketAddress local() {
    return inner == null
        ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 9)
        : inner.local();
  }

  @Override
  public InetSocketAddress remote() {
    return server;
  }

  @Override
  public void close() {
    if (inner != null) {
      inner.close();
    }
  }
}
