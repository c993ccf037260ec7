package org.vpnprobe.lab;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Resolver;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.NameService;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.PathFacts;
import org.vpnprobe.net.Sockets;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Trace;
import org.vpnprobe.net.Vantages;

/** A trial's way through a lab carrier, over a path on loopback that the trace does not see. */
final class LabPath implements Path, Sockets {
  /** RFC 6298 section 2: when a SYN is sent again. */
  private static final List<Duration> SYN_REPEATS =
      List.of(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(7));

  /** When a query is sent again: the waits of c-ares, as on a real path. */
  private static final List<Duration> QUERY_REPEATS =
      List.of(Duration.ofSeconds(2), Duration.ofSeconds(6));

  private final Carrier carrier;
  private final Middlebox middlebox;
  private final NameService names;
  private final Trace trace;
  private final RandomGenerator random;
  private final PathFacts facts;
  private final Path loopback;
  private final List<Runnable> endLooks = new ArrayList<>();
  private final CountDownLatch ended = new CountDownLatch(1);

  /**
   * @param resolver who is asked for names
   * @param opener makes the path on loopback
   */
  LabPath(
      Carrier carrier,
      InetSocketAddress resolver,
      Trace trace,
      RandomGenerator random,
      PathFacts facts,
      Function<Trace, Path> opener) {
    this.carrier = carrier;
    this.middlebox = carrier.middlebox();
    this.trace = trace;
    this.random = random;
    this.facts = facts;
    this.names = dns(resolver, false);
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

  @Override
  public List<InetAddress> lookup(String host, Family family, Resolver resolver, boolean overTcp)
      throws StepFailed {
    if (resolver.address() == null) {
      throw new StepFailed(
          FailureKind.CONFIG_ERROR, "the lab's resolvers speak plain DNS, not HTTPS");
    }
    NameService chosen = dns(LabVantage.at(resolver), overTcp);
    trace.observe("dns_resolver", chosen.label());
    return trace.step(StepName.RESOLVE, () -> chosen.resolve(this, host, family));
  }

  /** The lab's addresses are made up: to a real path they would be bogons. */
  private NameService dns(InetSocketAddress resolver, boolean overTcp) {
    return Vantages.plainDns(resolver, overTcp, random, carrier.network()::knows);
  }

  private List<InetAddress> answer(String host, Family family) throws StepFailed {
    try {
      return List.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException e) {
      return names.resolve(this, host, family);
    }
  }

  @Override
  public ByteStream tcp(InetSocketAddress server) throws StepFailed {
    return tcp(server, freshPort());
  }

  @Override
  public ByteStream tcp(InetSocketAddress server, int localPort) throws StepFailed {
    return trace.step(
        StepName.CONNECT,
        () -> {
          Duration start = trace.elapsed();
          ByteStream stream = stream(server, localPort);
          trace.observe("rtt_ms", String.format(Locale.ROOT, "%.3f", since(start).toNanos() / 1e6));
          return stream;
        });
  }

  /** The lab loses packets by chance, not by their size. */
  @Override
  public ByteStream tcpInSegments(InetSocketAddress server, int most) throws StepFailed {
    return tcp(server);
  }

  @Override
  public ByteStream stream(InetSocketAddress server) throws StepFailed {
    return stream(server, freshPort());
  }

  /** RFC 6056: as the system chooses; made up, so that every flow of the lab has its own. */
  int freshPort() {
    return random.nextInt(32_768, 61_000);
  }

  private ByteStream stream(InetSocketAddress server, int localPort) throws StepFailed {
    Duration start = trace.elapsed();
    boolean portal = middlebox.isPortal(server);
    Effect effect = portal ? Effect.PASS : middlebox.address(Transport.TCP, server);
    if (effect.passes()
        && middlebox.penalty(Transport.TCP, server, localPort).fate() == Effect.Fate.DROP) {
      effect = Effect.DROP;
    }
    Duration delay =
        switch (effect.fate()) {
          case DROP, DROP_REPLIES -> null;
          default -> lost(SYN_REPEATS);
        };
    if (delay == null) {
      throw silence(start);
    }
    boolean near = portal || effect.near() || effect.fate() == Effect.Fate.PROHIBIT;
    pause(delay.plus(near ? line().near() : line().latency()));
    if (effect.fate() == Effect.Fate.PROHIBIT) {
      throw prohibited("connect", server, start);
    }
    InetSocketAddress inside = effect.passes() ? inside(server, portal) : null;
    if (inside == null) {
      throw failed(FailureKind.CONNECTION_REFUSED, "connect failed: connection_refused", start);
    }
    FlowWatch watch = middlebox.watch(Transport.TCP, server, localPort);
    Duration roundTrip = portal ? line().near() : line().latency();
    return new LabStream(loopback.tcp(inside), server, localPort, this, watch, roundTrip);
  }

  /** Where on loopback a connection really goes, null when the port is closed. */
  private @Nullable InetSocketAddress inside(InetSocketAddress server, boolean portal)
      throws StepFailed {
    try {
      if (portal) {
        return carrier.portal();
      }
      if (carrier.network().isResolver(server)) {
        return carrier.dns().overTcp(server);
      }
    } catch (IOException e) {
      throw new StepFailed(
          FailureKind.INSTRUMENT_ERROR, null, "a server of the lab cannot start", null, e);
    }
    checkKnown(server);
    LabNetwork.Site site = carrier.network().site(Transport.TCP, server);
    return site == null ? null : site.address();
  }

  private void checkKnown(InetSocketAddress server) throws StepFailed {
    InetAddress address = server.getAddress();
    if (!carrier.network().knows(address) && !address.equals(Portal.ADDRESS)) {
      throw failed(FailureKind.HOST_UNREACHABLE, "no lab server has this address", trace.elapsed());
    }
  }

  @Override
  public Datagrams udp(InetSocketAddress server) throws StepFailed {
    if (carrier.network().isResolver(server)) {
      Datagrams inner = new LabResolverSocket(carrier.dns(), server, this);
      return new LabDatagrams(() -> inner, server, this, carrier, QUERY_REPEATS);
    }
    // On the way to the port of DNS somebody may answer even if nobody is there.
    if (server.getPort() != LabNetwork.OWN_RESOLVER.getPort()
        && middlebox.address(Transport.UDP, server).passes()) {
      checkKnown(server);
    }
    LabNetwork.Site site = carrier.network().site(Transport.UDP, server);
    if (site == null) {
      return new LabDatagrams(null, server, this, carrier, List.of());
    }
    return new LabDatagrams(
        () -> loopback.udp(site.address()), server, this, carrier, site.retransmits());
  }

  @Override
  public Datagrams datagrams(InetSocketAddress server) throws StepFailed {
    return udp(server);
  }

  @Override
  public void atEnd(Runnable look) {
    synchronized (endLooks) {
      endLooks.add(look);
    }
  }

  @Override
  public Trace trace() {
    return trace;
  }

  Line line() {
    return carrier.line();
  }

  /** True when time runs as it does outside, so that real timers do the repeating. */
  boolean realTime() {
    return line().pace() == 1;
  }

  /** True when a packet gets lost by chance. */
  boolean loses() {
    return line().loses(random, Duration.ZERO);
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
      if (!line().loses(random, repeat)) {
        return line().compressed(repeat);
      }
    }
    return null;
  }

  Duration since(Duration start) {
    return trace.elapsed().minus(start);
  }

  StepFailed failed(FailureKind kind, String detail, Duration since) {
    return new StepFailed(kind, null, detail, since(since), null);
  }

  /** RFC 1812 section 5.2.7.1, RFC 4443 section 3.1: a router's filter says so. */
  StepFailed prohibited(String doing, InetSocketAddress server, Duration since) {
    boolean six = server.getAddress() instanceof Inet6Address;
    trace.observe("icmp", six ? "v6:1/1 from=router" : "3/13 from=router");
    return failed(
        FailureKind.ADMIN_PROHIBITED, doing + (six ? " met ICMPv6 1/1" : " met ICMP 3/13"), since);
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

  StepFailed timeIsOver(Duration since) {
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
    List<Runnable> looks;
    synchronized (endLooks) {
      looks = List.copyOf(endLooks);
      endLooks.clear();
    }
    looks.forEach(Runnable::run);
    ended.countDown();
    loopback.close();
  }
}
