package org.vpnprobe.net;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Resolver;
import org.vpnprobe.model.StepName;

/**
 * A path whose sockets are this host's own. Reads and connects wait no longer than the trial's
 * time; a timer closes the streams when it is over, for writes to a peer that never reads.
 */
final class LocalPath implements Path, Sockets {
  private final PathFacts facts;
  private final Exit exit;
  private final NameService names;
  private final Trace trace;
  private final ScheduledExecutorService timer;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<Runnable> endLooks = new ArrayList<>();
  private @Nullable Future<?> deadline;
  private boolean closed;
  private volatile boolean expired;

  LocalPath(
      PathFacts facts, Exit exit, NameService names, Trace trace, ScheduledExecutorService timer) {
    this.facts = facts;
    this.exit = exit;
    this.names = names;
    this.trace = trace;
    this.timer = timer;
  }

  @Override
  public PathFacts facts() {
    return facts;
  }

  @Override
  public Trace trace() {
    return trace;
  }

  @Override
  public List<InetAddress> resolve(String host, Family family) throws StepFailed {
    return trace.step(StepName.RESOLVE, () -> Hosts.orQuery(host, family, names, this));
  }

  @Override
  public ByteStream tcp(InetSocketAddress server) throws StepFailed {
    return tcp(server, ConnectionChoice.NONE);
  }

  @Override
  public ByteStream tcp(InetSocketAddress server, int localPort) throws StepFailed {
    return tcp(server, new ConnectionChoice(localPort, 0));
  }

  @Override
  public ByteStream tcpInSegments(InetSocketAddress server, int most) throws StepFailed {
    return tcp(server, new ConnectionChoice(0, most));
  }

  private ByteStream tcp(InetSocketAddress server, ConnectionChoice choice) throws StepFailed {
    return trace.step(
        StepName.CONNECT,
        () -> {
          TcpStream stream = stream(server, choice);
          trace.observe("rtt_ms", millis(stream.connectTime()));
          return stream;
        });
  }

  @Override
  public List<InetAddress> lookup(String host, Family family, Resolver resolver, boolean overTcp)
      throws StepFailed {
    NameService chosen = Vantages.named(resolver, names, overTcp || !facts.udp());
    trace.observe("dns_resolver", chosen.label());
    return trace.step(StepName.RESOLVE, () -> chosen.resolve(this, host, family));
  }

  @Override
  public Datagrams udp(InetSocketAddress server) throws StepFailed {
    return datagrams(server);
  }

  @Override
  public TcpStream stream(InetSocketAddress server) throws StepFailed {
    return stream(server, ConnectionChoice.NONE);
  }

  private TcpStream stream(InetSocketAddress server, ConnectionChoice choice) throws StepFailed {
    Family family = family(server);
    SocketChannel channel = exit.stream(family);
    try {
      choice.applyTo(channel);
    } catch (StepFailed e) {
      closeQuietly(channel);
      throw e;
    }
    register(channel);
    limitWrites();
    ErrorQueue errors = ErrorQueue.of(channel, family);
    Duration start = trace.elapsed();
    try {
      Duration took = connect(channel, server, errors, start);
      return new TcpStream(channel, this, start, took);
    } finally {
      if (errors != null) {
        errors.close();
      }
    }
  }

  /** Returns how long it took. */
  private Duration connect(
      SocketChannel channel, InetSocketAddress server, @Nullable ErrorQueue errors, Duration start)
      throws StepFailed {
    try {
      channel.socket().connect(server, waitMillis(trace.deadline()));
      Duration took = trace.elapsed().minus(start);
      if (errors != null) {
        // Past the connect a router's error must not end what a real client would keep.
        errors.listen(false);
        noted(errors.drain(), null, server.getAddress());
      }
      return took;
    } catch (IOException e) {
      // Taken at once: compared with the round trip it tells who answered.
      Duration after = trace.elapsed().minus(start);
      List<IcmpError> icmp = errors == null ? List.of() : errors.drain();
      noted(icmp, icmp.isEmpty() ? null : ownAddress(server), server.getAddress());
      StepFailed failed = failure(e, "connect", icmp, after);
      boolean nothingLeft = errors != null && icmp.isEmpty();
      throw nothingLeft && SocketFailure.isOfRoute(e) ? noRoute(e) : failed;
    }
  }

  @Override
  public Datagrams datagrams(InetSocketAddress server) throws StepFailed {
    Family family = family(server);
    DatagramChannel channel = exit.datagrams(family);
    ErrorQueue errors = ErrorQueue.of(channel, family);
    try {
      channel.connect(server);
    } catch (IOException e) {
      closeQuietly(channel);
      if (errors != null) {
        errors.close();
      }
      throw SocketFailure.isOfRoute(e) ? noRoute(e) : failure(e, "connect", List.of(), null);
    }
    UdpSocket socket = new UdpSocket(channel, errors, this);
    register(socket);
    return socket;
  }

  @Override
  public void atEnd(Runnable look) {
    synchronized (open) {
      endLooks.add(look);
    }
  }

  @Override
  public void close() {
    endLooks().forEach(Runnable::run);
    List<AutoCloseable> toClose;
    synchronized (open) {
      closed = true;
      toClose = List.copyOf(open);
      open.clear();
      if (deadline != null) {
        deadline.cancel(false);
      }
    }
    toClose.forEach(LocalPath::closeQuietly);
  }

  private List<Runnable> endLooks() {
    synchronized (open) {
      List<Runnable> looks = List.copyOf(endLooks);
      endLooks.clear();
      return looks;
    }
  }

  /**
   * How long a call may wait.
   *
   * @throws StepFailed when the trial's time is over
   */
  int waitMillis(Duration atMost) throws StepFailed {
    Duration left = trace.remaining();
    if (left.isNegative() || left.isZero()) {
      throw timeIsOver(null);
    }
    Duration wait = left.compareTo(atMost) < 0 ? left : atMost;
    // Rounded up: zero would mean for ever.
    return (int) Math.clamp((wait.toNanos() + 999_999) / 1_000_000, 1, Integer.MAX_VALUE);
  }

  static StepFailed timeIsOver(@Nullable Duration after) {
    return new StepFailed(
        FailureKind.GENERIC_TIMEOUT_ERROR, null, "the trial's time is over", after, null);
  }

  /** An exception of a socket of this path in the vocabulary. */
  StepFailed failure(IOException e, String doing, List<IcmpError> icmp, @Nullable Duration after) {
    if (expired) {
      return timeIsOver(after);
    }
    return SocketFailure.of(e, doing, icmp, after);
  }

  void noted(List<IcmpError> errors, @Nullable InetAddress own, InetAddress target) {
    for (IcmpError error : errors) {
      trace.observe("icmp", error.describe(own, target));
    }
  }

  /** The address from which this vantage speaks to the server; sends nothing. */
  private @Nullable InetAddress ownAddress(InetSocketAddress server) throws StepFailed {
    try (DatagramChannel channel = exit.datagrams(family(server))) {
      channel.connect(server);
      return channel.getLocalAddress() instanceof InetSocketAddress own ? own.getAddress() : null;
    } catch (IOException e) {
      return null;
    }
  }

  void forget(AutoCloseable socket) {
    synchronized (open) {
      open.remove(socket);
    }
  }

  static String millis(Duration time) {
    return String.format(Locale.ROOT, "%.3f", time.toNanos() / 1e6);
  }

  static StepFailed noRoute(IOException cause) {
    return new StepFailed(
        FailureKind.NETWORK_DOWN, null, "this host has no route to the server", null, cause);
  }

  private static Family family(InetSocketAddress server) {
    if (server.getAddress() == null) {
      throw new IllegalArgumentException("a local path needs an address, not a name");
    }
    return server.getAddress() instanceof Inet6Address ? Family.IP6 : Family.IP4;
  }

  private void register(AutoCloseable socket) throws StepFailed {
    synchronized (open) {
      if (!closed) {
        open.add(socket);
        return;
      }
    }
    closeQuietly(socket);
    throw new StepFailed(FailureKind.INTERRUPTED, "the trial was ended");
  }

  /** Closes the streams when the trial's time is over; datagrams may still say goodbye. */
  private void limitWrites() {
    synchronized (open) {
      if (deadline == null) {
        deadline =
            timer.schedule(
                this::expire, Math.max(0, trace.remaining().toNanos()), TimeUnit.NANOSECONDS);
      }
    }
  }

  private void expire() {
    expired = true;
    List<AutoCloseable> streams;
    synchronized (open) {
      streams = open.stream().filter(s -> s instanceof SocketChannel).toList();
    }
    streams.forEach(LocalPath::closeQuietly);
  }

  private static void closeQuietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      // Nothing depends on how a socket of a finished trial was closed.
    }
  }
}
