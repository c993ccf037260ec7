package org.vpnprobe.lab;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.PathFacts;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Trace;

/** A trial's way through a lab carrier, over a path on loopback that the trace does not see. */
final class LabPath implements Path {
  /** RFC 6298 section 2: when a SYN is sent again. */
  private static final List<Duration> SYN_REPEATS =
      List.of(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(7));

  private final LabNetwork network;
  private final Middlebox middlebox;
  private final Trace trace;
  private final RandomGenerator random;
  private final double pace;
  private final PathFacts facts;
  private final Path loopback;
  private final CountDownLatch ended = new CountDownLatch(1);

  /**
   * @param opener makes the path on loopback
   */
  LabPath(
      LabNetwork network,
      Middlebox middlebox,
      Trace trace,
      RandomGenerator random,
      double pace,
      PathFacts facts,
      Function<Trace, Path> opener) {
    this.network = network;
    this.middlebox = middlebox;
    this.trace = trace;
    this.random = random;
    this.pace = pace;
    this.facts = facts;
    this.loopback = opener.apply(new Trace(Clock.systemUTC(), System::nanoTime, trace.remaining()));
  }

  @Override
  public PathFacts facts() {
    return facts;
  }

  @Override
  public List<InetAddress> resolve(String host, Family family) throws StepFailed {
    return trace.step(StepName.RESOLVE, () -> answer(host, family));
  }

  private List<InetAddress> answer(String host, Family family) throws StepFailed {
    try {
      return List.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException e) {
      // A name.
    }
    if (middlebox.offline()) {
      throw silence(Duration.ZERO);
    }
    pause(latency());
    List<InetAddress> found = middlebox.hides(host) ? List.of() : network.resolve(host, family);
    if (found.isEmpty()) {
      trace.observe("dns_answer", "lab NXDOMAIN");
      throw new StepFailed(FailureKind.DNS_NXDOMAIN_ERROR, "the name does not exist");
    }
    trace.observe("dns_answer", "lab NOERROR, " + found.size() + " addresses");
    return found;
  }

  @Override
  public ByteStream tcp(InetSocketAddress server) throws StepFailed {
    return trace.step(StepName.CONNECT, () -> connect(server));
  }

  private ByteStream connect(InetSocketAddress server) throws StepFailed {
    Duration start = trace.elapsed();
    Middlebox.Fate fate = middlebox.address(server);
    Duration delay = fate == Middlebox.Fate.DROP ? null : lost(SYN_REPEATS);
    if (delay == null) {
      throw silence(start);
    }
    pause(delay.plus(latency()));
    if (!network.knows(server.getAddress())) {
      throw failed(FailureKind.HOST_UNREACHABLE, "no lab server has this address", start);
    }
    LabNetwork.Site site = network.site(Transport.TCP, server);
    if (site == null || fate == Middlebox.Fate.RESET) {
      throw failed(FailureKind.CONNECTION_REFUSED, "connect failed: connection_refused", start);
    }
    LabStream stream = new LabStream(loopback.tcp(site.address()), server, this, middlebox);
    trace.observe("rtt_ms", String.format(Locale.ROOT, "%.3f", since(start).toNanos() / 1e6));
    return stream;
  }

  @Override
  public Datagrams udp(InetSocketAddress server) throws StepFailed {
    Middlebox.Fate fate = middlebox.address(server);
    if (fate == Middlebox.Fate.PASS && !network.knows(server.getAddress())) {
      throw failed(FailureKind.HOST_UNREACHABLE, "no lab server has this address", trace.elapsed());
    }
    LabNetwork.Site site = network.site(Transport.UDP, server);
    if (site == null && fate == Middlebox.Fate.PASS) {
      fate = Middlebox.Fate.RESET;
    }
    Datagrams inner =
        site == null || fate != Middlebox.Fate.PASS ? null : loopback.udp(site.address());
    List<Duration> repeats = site == null ? List.of() : site.retransmits();
    return new LabDatagrams(inner, server, this, middlebox, fate, repeats);
  }

  Trace trace() {
    return trace;
  }

  /** The round trip that the carrier adds, at the lab's pace. */
  Duration latency() {
    return compressed(middlebox.latency());
  }

  /** True when time runs as it does outside, so that real timers do the repeating. */
  boolean realTime() {
    return pace == 1;
  }

  /** True when a packet gets lost by chance. */
  boolean loses() {
    return middlebox.loss() > 0 && random.nextDouble() < middlebox.loss();
  }

  /**
   * Sends a first flight as often as a client does.
   *
   * @param repeats when it is sent again, in real time
   * @return the delay until one gets through, null when all get lost
   */
  @Nullable Duration lost(List<Duration> repeats) {
    if (!loses()) {
      return Duration.ZERO;
    }
    for (Duration repeat : repeats) {
      if (!loses()) {
        return compressed(repeat);
      }
    }
    return null;
  }

  private Duration compressed(Duration real) {
    return Duration.ofNanos((long) (real.toNanos() / pace));
  }

  Duration since(Duration start) {
    return trace.elapsed().minus(start);
  }

  StepFailed failed(FailureKind kind, String detail, Duration since) {
    return new StepFailed(kind, null, detail, since(since), null);
  }

  /**
   * Waits.
   *
   * @throws StepFailed when the trial's time is over before, or the trial was ended
   */
  void pause(Duration time) throws StepFailed {
    if (!time.isPositive()) {
      return;
    }
    Duration start = trace.elapsed();
    if (await(time)) {
      throw timeIsOver(start);
    }
  }

  /** Waits until the trial's time is over, and says so. */
  StepFailed silence(Duration lastWrite) throws StepFailed {
    await(trace.remaining());
    return timeIsOver(lastWrite);
  }

  private StepFailed timeIsOver(Duration since) {
    return failed(FailureKind.GENERIC_TIMEOUT_ERROR, "the trial's time is over", since);
  }

  /**
   * Waits, but not beyond the trial's time.
   *
   * @return true when the trial's time is over
   */
  boolean await(Duration time) throws StepFailed {
    Duration left = trace.remaining();
    Duration wait = left.compareTo(time) < 0 ? left : time;
    try {
      if (ended.await(Math.max(0, wait.toNanos()), TimeUnit.NANOSECONDS)) {
        throw new StepFailed(FailureKind.INTERRUPTED, "the trial was ended");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailed(FailureKind.INTERRUPTED, "the wait was interrupted");
    }
    return !trace.remaining().isPositive();
  }

  @Override
  public void close() {
    ended.countDown();
    loopback.close();
  }
}
