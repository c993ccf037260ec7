package org.vpnprobe.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.BoundVantage;
import org.vpnprobe.config.CarrierCatalog;
import org.vpnprobe.config.EgressFrom;
import org.vpnprobe.config.Identity;
import org.vpnprobe.config.asn.AsnEntry;
import org.vpnprobe.config.asn.AsnTable;
import org.vpnprobe.model.Egress;
import org.vpnprobe.model.Egress.How;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Resolver;
import org.vpnprobe.model.VantageFacts;
import org.vpnprobe.model.Via;
import org.vpnprobe.net.OwnAddress;
import org.vpnprobe.net.OwnTunnel;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Stun;
import org.vpnprobe.net.Trace;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;

/**
 * Finds out where vantages leave for the Internet. Asks those alone whom the user named by {@code
 * egress:}, through the vantage; without one the interface's own address has to do.
 */
public final class Whereabouts {
  /** What one vantage's answer may take: three sends of RFC 8489 and TLS over a slow line. */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private final @Nullable AsnTable table;
  private final CarrierCatalog catalog;
  private final Clock clock;
  private final boolean silent;
  private final RandomGenerator random = new SecureRandom();

  /**
   * @param table null when the user has none
   * @param silent send nothing: whoever would have to be asked is not
   */
  public Whereabouts(
      @Nullable AsnTable table, CarrierCatalog catalog, Clock clock, boolean silent) {
    this.table = table;
    this.catalog = catalog;
    this.clock = clock;
    this.silent = silent;
  }

  /** An address, or why there is none. */
  private record Found(How how, @Nullable InetAddress address, @Nullable String why) {}

  /**
   * Looks at every vantage at once.
   *
   * @param facts what is claimed of them, by name
   */
  public List<Egress> of(
      List<BoundVantage> vantages, Map<String, VantageFacts> facts, Egress.Moment moment)
      throws IOException {
    List<BoundVantage> real = vantages.stream().filter(v -> !(v.via() instanceof Via.Lab)).toList();
    List<Found> found = all(real);
    Map<InetAddress, AsnEntry> entries = entries(real, found);
    List<Egress> egresses = new ArrayList<>();
    for (int i = 0; i < real.size(); i++) {
      BoundVantage vantage = real.get(i);
      egresses.add(egress(vantage, found.get(i), entries, facts.get(vantage.name()), moment));
    }
    return egresses;
  }

  private List<Found> all(List<BoundVantage> vantages) {
    Found[] found = new Found[vantages.size()];
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < found.length; i++) {
      int index = i;
      threads.add(Thread.ofVirtual().start(() -> found[index] = address(vantages.get(index))));
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        threads.forEach(Thread::interrupt);
        Thread.currentThread().interrupt();
      }
    }
    List<Found> list = new ArrayList<>();
    for (Found one : found) {
      list.add(one == null ? new Found(How.INTERFACE, null, "the look was broken off") : one);
    }
    return list;
  }

  private Found address(BoundVantage vantage) {
    EgressFrom from = vantage.egress();
    How how =
        switch (from) {
          case EgressFrom.Given given -> How.GIVEN;
          case EgressFrom.Stun stun -> How.STUN;
          case EgressFrom.Https https -> How.HTTPS;
          case null -> How.INTERFACE;
        };
    if (from instanceof EgressFrom.Given given) {
      return new Found(how, given.address(), null);
    }
    if (from == null && vantage.via() instanceof Via.Proxy) {
      return new Found(how, null, "only somebody outside sees a proxy's address; name an egress:");
    }
    if (from != null && silent) {
      return new Found(how, null, "nobody is asked before the run begins");
    }
    if (from == null && vantage.via() instanceof Via.Source source) {
      return new Found(how, source.address(), null);
    }
    Trace trace = new Trace(clock, System::nanoTime, PATIENCE);
    try (Vantage place = Vantages.open(vantage.via(), vantage.resolver(), vantage.name());
        Path path = place.path(trace)) {
      return new Found(how, ask(path, from), null);
    } catch (StepFailed e) {
      return new Found(how, null, e.kind().id() + ": " + e.detail());
    } catch (RuntimeException e) {
      // The class alone: a message may hold what must not leave.
      return new Found(how, null, e.getClass().getName());
    }
  }

  /** IPv4, and IPv6 where there is no IPv4. */
  private InetAddress ask(Path path, @Nullable EgressFrom from) throws StepFailed {
    try {
      return ask(path, from, Family.IP4);
    } catch (StepFailed e) {
      return switch (e.kind()) {
        case NETWORK_DOWN, NETWORK_UNREACHABLE, DNS_NO_ANSWER, ADDRESS_NOT_AVAILABLE ->
            ask(path, from, Family.IP6);
        default -> throw e;
      };
    }
  }

  private InetAddress ask(Path path, @Nullable EgressFrom from, Family family) throws StepFailed {
    return switch (from) {
      case EgressFrom.Stun stun -> Stun.ask(path, stun.server(), family, random);
      case EgressFrom.Https https -> OwnAddress.https(path, https.url(), family);
      case EgressFrom.Given given -> given.address();
      case null -> OwnAddress.local(path, family);
    };
  }

  /** One pass over the table for all of them. */
  private Map<InetAddress, AsnEntry> entries(List<BoundVantage> vantages, List<Found> found)
      throws IOException {
    Set<InetAddress> addresses = new LinkedHashSet<>();
    for (Found one : found) {
      if (one.address() != null && !OwnAddress.isSpecial(one.address())) {
        addresses.add(one.address());
      }
    }
    for (BoundVantage vantage : vantages) {
      InetAddress resolver = resolver(vantage);
      if (resolver != null && !OwnAddress.isSpecial(resolver)) {
        addresses.add(resolver);
      }
    }
    return table == null || addresses.isEmpty() ? Map.of() : table.find(addresses);
  }

  private Egress egress(
      BoundVantage vantage,
      Found found,
      Map<InetAddress, AsnEntry> entries,
      @Nullable VantageFacts claimed,
      Egress.Moment moment) {
    InetAddress address = found.address();
    InetAddress resolver = resolver(vantage);
    Identity identity =
        Identity.of(
            new Identity.Seen(
                vantage.via() instanceof Via.Proxy,
                address,
                address == null ? null : entries.get(address),
                resolver == null ? null : entries.get(resolver),
                found.why()),
            table != null,
            catalog,
            claimed);
    AsnEntry entry = identity.entry();
    AsnEntry known = entry == null || entry.asn() == 0 ? null : entry;
    return new Egress(
        vantage.name(),
        clock.instant(),
        moment,
        found.how(),
        address == null ? null : address.getHostAddress(),
        known == null ? null : known.asn(),
        known == null ? null : known.name(),
        known == null || known.country().isEmpty() ? null : known.country(),
        identity.network(),
        findings(vantage, address, identity));
  }

  /** Where the user chose the interface, a tunnel is what was wanted. */
  private static List<Egress.Finding> findings(
      BoundVantage vantage, @Nullable InetAddress address, Identity identity) {
    boolean chosen = !(vantage.via() instanceof Via.Direct);
    Optional<String> tunnel = chosen || address == null ? Optional.empty() : OwnTunnel.of(address);
    if (tunnel.isEmpty()) {
      return identity.findings();
    }
    List<Egress.Finding> findings = new ArrayList<>(identity.findings());
    findings.add(
        new Egress.Finding(
            "own_tunnel", "its packets leave through the tunnel interface " + tunnel.get()));
    return findings;
  }

  /** Who is asked for names, when that is an address. */
  private static @Nullable InetAddress resolver(BoundVantage vantage) {
    Resolver named = vantage.resolver();
    if (named == null) {
      boolean hosts = vantage.via() instanceof Via.Direct;
      return hosts ? OwnAddress.resolver() : null;
    }
    HostPort address = named.address();
    return address == null ? null : InetAddress.ofLiteral(address.host());
  }
}
