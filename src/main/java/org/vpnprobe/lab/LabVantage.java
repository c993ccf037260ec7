package org.vpnprobe.lab;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Interference;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Resolver;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.PathFacts;
import org.vpnprobe.net.Trace;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;

/** A carrier of the lab: loopback behind a middlebox. */
final class LabVantage implements Vantage {
  private final Carrier carrier;
  private final InetSocketAddress resolver;
  private final PathFacts facts;
  private final long seed;
  private final Vantage loopback = Vantages.direct();
  private final AtomicLong paths = new AtomicLong();

  /**
   * @param resolver who is asked for names, null for the carrier's own
   */
  LabVantage(
      LabNetwork network,
      Interference interference,
      @Nullable Resolver resolver,
      String name,
      long seed,
      double pace) {
    if (!(pace >= 1)) {
      throw new IllegalArgumentException("the pace of a lab is at least 1");
    }
    this.seed = seed * 31 + name.hashCode();
    this.carrier = new Carrier(network, interference, this.seed, pace);
    this.resolver = resolver == null ? LabNetwork.OWN_RESOLVER : at(resolver);
    if (resolver != null) {
      network.addResolver(this.resolver);
    }
    String label = resolver == null ? "lab" : resolver.toString();
    this.facts = new PathFacts("lab", true, true, true, label);
  }

  /** Where a resolver of the plan stands. */
  static InetSocketAddress at(Resolver resolver) {
    HostPort address = resolver.address();
    if (address == null) {
      throw new InvalidSetting("resolver", "the lab's resolvers speak plain DNS, not HTTPS");
    }
    return new InetSocketAddress(InetAddress.ofLiteral(address.host()), address.port());
  }

  @Override
  public PathFacts facts() {
    return facts;
  }

  @Override
  public Path path(Trace trace) {
    SplittableRandom random = new SplittableRandom(seed + paths.incrementAndGet());
    return new LabPath(carrier, resolver, trace, random, facts, loopback::path);
  }

  @Override
  public Optional<String> preflight() {
    return Optional.empty();
  }

  @Override
  public void close() {
    carrier.close();
    loopback.close();
  }
}
