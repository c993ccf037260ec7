package org.vpnprobe.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Via;

/** Behind a SOCKS5 proxy, which is reached by the host's own routing. */
final class ProxyVantage implements Vantage {
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final Via.Proxy proxy;
  private final NameService names;
  private final LocalVantage direct;
  private final PathFacts facts;

  ProxyVantage(Via.Proxy proxy, NameService names, LocalVantage direct) {
    this.proxy = proxy;
    this.names = names;
    this.direct = direct;
    this.facts = new PathFacts(proxy.kind(), false, false, true, names.label());
  }

  @Override
  public PathFacts facts() {
    return facts;
  }

  @Override
  public Path path(Trace trace) {
    return new ProxyPath(facts, proxy, names, direct.path(trace));
  }

  /** Whether there is a route to the proxy; whether it answers is seen with the first trial. */
  @Override
  public Optional<String> preflight() {
    InetAddress address = Hosts.parse(proxy.server().host());
    if (address == null) {
      return Optional.empty();
    }
    Trace trace = new Trace(Clock.systemUTC(), System::nanoTime, LOOK);
    try (LocalPath path = direct.path(trace)) {
      // Connecting a datagram socket asks the routing table and sends nothing.
      path.datagrams(new InetSocketAddress(address, proxy.server().port()));
      return Optional.empty();
    } catch (StepFailed e) {
      return Optional.of(
          e.kind() == FailureKind.NETWORK_DOWN
              ? "this host has no route to the proxy"
              : "the proxy cannot be reached: " + e.detail());
    }
  }

  @Override
  public void close() {
    direct.close();
  }
}
