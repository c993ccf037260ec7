package org.vpnprobe.lab;

import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.PathFacts;
import org.vpnprobe.net.Trace;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;

/** A carrier of the lab: loopback behind a middlebox. */
final class LabVantage implements Vantage {
  private static final PathFacts FACTS = new PathFacts("lab", true, true, true, "lab");

  private final LabNetwork network;
  private final Middlebox middlebox;
  private final long seed;
  private final double pace;
  private final Vantage loopback = Vantages.direct();
  private final AtomicLong paths = new AtomicLong();

  LabVantage(LabNetwork network, Middlebox middlebox, String name, long seed, double pace) {
    if (!(pace >= 1)) {
      throw new IllegalArgumentException("the pace of a lab is at least 1");
    }
    this.network = network;
    this.middlebox = middlebox;
    this.seed = seed * 31 + name.hashCode();
    this.pace = pace;
  }

  @Override
  public PathFacts facts() {
    return FACTS;
  }

  @Override
  public Path path(Trace trace) {
    SplittableRandom random = new SplittableRandom(seed + paths.incrementAndGet());
    return new LabPath(network, middlebox, trace, random, pace, FACTS, loopback::path);
  }

  @Override
  public Optional<String> preflight() {
    return Optional.empty();
  }

  @Override
  public void close() {
    loopback.close();
  }
}
