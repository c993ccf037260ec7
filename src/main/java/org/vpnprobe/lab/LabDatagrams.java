package org.vpnprobe.lab;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.PriorityBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;

/** A UDP flow to a lab server that a middlebox watches. What comes, comes in its time. */
final class LabDatagrams implements Datagrams {
  /** A policer lets this much wait, in real time; the rest it drops. */
  private static final Duration LONGEST_QUEUE = Duration.ofSeconds(1);

  /** Opens the flow on loopback. */
  @FunctionalInterface
  interface Opener {
    Datagrams open() throws StepFailed;
  }

  /**
   * @param payload null for an ICMP error
   */
  private record Arrival(Duration due, byte @Nullable [] payload, Effect.Fate icmp) {}

  private final @Nullable Opener opener;
  private final InetSocketAddress server;
  private final LabPath path;
  private final Carrier carrier;
  private final FlowWatch watch;
  private final List<Duration> repeats;
  private final Shaper up;
  private final Shaper down;
  private final PriorityBlockingQueue<Arrival> arrivals =
      new PriorityBlockingQueue<>(11, Comparator.comparing(Arrival::due));
  private volatile @Nullable Datagrams inner;
  private volatile Duration lastSend;
  private volatile boolean answered;
  private volatile boolean deaf;
  private volatile long delivered;

  /**
   * @param opener of the flow on loopback, null when the port is closed
   * @param repeats when the protocol's client sends again
   */
  LabDatagrams(
      @Nullable Opener opener,
      InetSocketAddress server,
      LabPath path,
      Carrier carrier,
      List<Duration> repeats) {
    this.opener = opener;
    this.server = server;
    this.path = path;
    this.carrier = carrier;
    this.watch = carrier.middlebox().watch(Transport.UDP, server, path.freshPort());
    this.repeats = repeats;
    this.up = new Shaper(path.line().pace());
    this.down = new Shaper(path.line().pace());
    this.lastSend = path.trace().elapsed();
  }

  @Override
  public void send(byte[] payload) throws StepFailed {
    Arrival next = arrivals.peek();
    if (next != null && next.payload() == null && isDue(next)) {
      throw icmp(next, "send");
    }
    lastSend = path.trace().elapsed();
    path.trace().sentDatagram(payload.length);
    Effect effect = carrier.middlebox().address(Transport.UDP, server);
    if (effect.passes()) {
      effect = watch.client(payload);
    }
    switch (effect.fate()) {
      case DROP -> {}
      case RESET, PROHIBIT -> {
        boolean near = effect.near() || effect.fate() == Effect.Fate.PROHIBIT;
        Duration after = near ? path.line().near() : path.line().latency();
        arrivals.add(new Arrival(lastSend.plus(after), null, effect.fate()));
      }
      case DROP_REPLIES -> {
        deaf = true;
        forward(payload);
      }
      case PASS -> {
        if (server.getPort() != LabNetwork.OWN_RESOLVER.getPort() || queryPasses(payload)) {
          forward(payload);
        }
      }
    }
  }

  /** What the carrier does to a DNS query; true when it goes on. */
  private boolean queryPasses(byte[] payload) {
    LabDns.Outcome outcome = carrier.dns().query(payload, server, false);
    byte[] forged = outcome.forged();
    if (forged != null) {
      Duration after = outcome.race() ? path.line().near() : path.line().latency();
      arrivals.add(new Arrival(lastSend.plus(after), forged, Effect.Fate.PASS));
    }
    return outcome.passes();
  }

  private void forward(byte[] payload) throws StepFailed {
    if (opener == null) {
      // Closed.
      arrivals.add(new Arrival(lastSend.plus(path.line().latency()), null, Effect.Fate.RESET));
      return;
    }
    Integer rate = watch.rate();
    boolean policed =
        rate != null
            && up.pass(payload.length, rate).compareTo(path.line().compressed(LONGEST_QUEUE)) > 0;
    if (!policed && survives()) {
      Datagrams open = inner;
      if (open == null) {
        open = opener.open();
        inner = open;
      }
      open.send(payload);
      delivered = delivered + payload.length; // By the one sender alone.
    }
  }

  /** Bytes that reached the server. */
  long delivered() {
    return delivered;
  }

  /** Chance is for first flights: later ones stand for what a tunnel repairs by itself. */
  private boolean survives() throws StepFailed {
    if (answered || carrier.network().isOwnResolver(server)) {
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
    Duration end = path.trace().elapsed().plus(atMost);
    while (true) {
      Arrival next = arrivals.peek();
      if (next != null && isDue(next)) {
        if (next.payload() == null) {
          throw icmp(next, "receive");
        }
        arrivals.remove(next); // The sender may have added an earlier one meanwhile.
        path.trace().receivedDatagram(next.payload().length);
        return next.payload();
      }
      Duration until = next != null && next.due().compareTo(end) < 0 ? next.due() : end;
      Duration wait = until.minus(path.trace().elapsed());
      byte[] came = listen(wait.isNegative() ? Duration.ZERO : wait);
      if (came != null) {
        arrive(came);
      } else if (path.trace().elapsed().compareTo(end) >= 0) {
        return null;
      }
    }
  }

  private byte @Nullable [] listen(Duration atMost) throws StepFailed {
    Datagrams open = inner;
    if (open != null) {
      return open.receive(atMost);
    }
    if (path.await(atMost)) {
      throw path.timeIsOver(lastSend);
    }
    return null;
  }

  private void arrive(byte[] payload) {
    if (deaf || !watch.effect().passes() || !watch.server(payload).passes()) {
      return;
    }
    answered = true;
    Duration now = path.trace().elapsed();
    Duration due = lastSend.plus(path.line().latency());
    Integer rate = watch.rate();
    Duration queued = rate == null ? now : now.plus(down.pass(payload.length, rate));
    Duration later = due.compareTo(queued) > 0 ? due : queued;
    arrivals.add(new Arrival(later, payload, Effect.Fate.PASS));
  }

  private boolean isDue(Arrival arrival) {
    return arrival.due().compareTo(path.trace().elapsed()) <= 0;
  }

  private StepFailed icmp(Arrival arrival, String doing) {
    return arrival.icmp() == Effect.Fate.PROHIBIT
        ? path.prohibited(doing, server, lastSend)
        : path.failed(
            FailureKind.CONNECTION_REFUSED, doing + " met ICMP port unreachable", lastSend);
  }

  @Override
  public InetSocketAddress local() {
    Datagrams open = inner;
    return open == null ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 9) : open.local();
  }

  @Override
  public InetSocketAddress remote() {
    return server;
  }

  @Override
  public void close() {
    Datagrams open = inner;
    if (open != null) {
      open.close();
    }
  }
}
