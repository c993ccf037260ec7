package org.vpnprobe.engine.exercise;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Resolver;
import org.vpnprobe.model.Variation;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Trial;

/** The endpoint's name asked otherwise; what came stands in the observations. */
final class Lookups {
  /** RFC 1035 section 4.2. */
  private static final int DNS_PORT = 53;

  private Lookups() {}

  static void run(
      Variation.Lookup lookup,
      Trial trial,
      Family family,
      List<Resolver> resolvers,
      Duration patience)
      throws StepFailed {
    List<InetAddress> found = ask(lookup, trial, family, resolvers);
    trial.observe(
        "lookup_addresses",
        found.stream().map(InetAddress::getHostAddress).sorted().collect(Collectors.joining(" ")));
    trial.reached(Depth.PORT, "the name was answered");
    linger(patience);
  }

  private static List<InetAddress> ask(
      Variation.Lookup lookup, Trial trial, Family family, List<Resolver> resolvers)
      throws StepFailed {
    String name = lookup.name() == null ? trial.host() : lookup.name();
    if (lookup.server() != null) {
      HostPort server = new HostPort(lookup.server(), DNS_PORT);
      Resolver none = new Resolver("server", server, null);
      return trial.path().lookup(name, family, none, lookup.way() == Variation.Way.TCP);
    }
    if (lookup.resolver() == null) {
      return trial.path().resolve(name, family);
    }
    Resolver resolver =
        resolvers.stream()
            .filter(each -> each.name().equals(lookup.resolver()))
            .findFirst()
            .orElseThrow(
                () -> new StepFailed(FailureKind.CONFIG_ERROR, "the file names no such resolver"));
    return trial.path().lookup(name, family, resolver, lookup.way() == Variation.Way.TCP);
  }

  /** An injected answer comes first; the true one comes while nobody waits any more. */
  private static void linger(Duration patience) throws StepFailed {
    try {
      Thread.sleep(patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailed(FailureKind.INTERRUPTED, "the trial was ended");
    }
  }
}
