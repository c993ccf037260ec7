package org.vpnprobe.lab;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.Facts;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Protocols;
import org.vpnprobe.protocol.Settings;

/** The lab's map: names to made-up addresses, addresses and ports to servers on loopback. */
final class LabNetwork implements AutoCloseable {
  /** RFC 2544: 198.18.0.0/15, for tests of network devices. */
  private static final int FIRST_V4 = 0xC6120001;

  /** As many /24 as there are, without the one of the carriers' own resolver. */
  private static final int NETWORKS = 511;

  /** RFC 3849: below 2001:db8::/32, for documentation. */
  private static final long V6_PREFIX = 0x20010DB8_1AB00000L;

  /** The resolver that each carrier runs for itself, near its clients; RFC 2544 too. */
  static final InetSocketAddress OWN_RESOLVER = new InetSocketAddress("198.19.255.53", 53);

  /** One server of the lab. */
  static final class Site {
    private final LabServer server;
    private final Facts facts;
    private @Nullable Responder running;
    private boolean closed;

    private Site(LabServer server, Facts facts) {
      this.server = server;
      this.facts = facts;
    }

    /** When a client of this server's protocol sends its first flight again. */
    List<Duration> retransmits() {
      return facts.retransmits();
    }

    /** Where it listens on loopback. */
    synchronized InetSocketAddress address() throws StepFailed {
      if (closed) {
        throw new StepFailed(FailureKind.INTERRUPTED, "the lab was closed");
      }
      try {
        if (running == null) {
          running = Responders.start(server.protocol(), server.settings());
        }
        return running.address();
      } catch (IOException e) {
        throw new StepFailed(
            FailureKind.INSTRUMENT_ERROR, null, "a server of the lab cannot start", null, e);
      }
    }

    /** Whether it relays datagrams on this UDP port, which its clients learn from it. */
    private synchronized boolean relaysOn(int port) {
      return running != null && running.relays() && running.address().getPort() == port;
    }

    private synchronized void close() {
      closed = true;
      if (running != null) {
        running.close();
      }
    }
  }

  /** So many servers start at once, the others of a large plan when they are reached. */
  private static final int AT_ONCE = 100;

  private record Door(Transport transport, InetAddress address, int port) {}

  private final Map<String, List<InetAddress>> names = new HashMap<>();
  private final Set<InetAddress> addresses = new HashSet<>();
  private final Map<Door, Site> sites = new HashMap<>();
  private final Set<InetSocketAddress> resolvers = ConcurrentHashMap.newKeySet();

  LabNetwork(List<LabServer> servers) {
    for (LabServer server : servers) {
      Site site = new Site(server, facts(server));
      for (InetAddress address : settle(server.address().host())) {
        // The first of several on one door stands for them all.
        sites.putIfAbsent(new Door(site.facts.transport(), address, server.address().port()), site);
      }
    }
  }

  /**
   * Starts the servers, so that what it takes does not come off a trial's compressed time. One that
   * cannot start says so to those who reach it.
   */
  void open() {
    for (Site site : sites.values().stream().limit(AT_ONCE).toList()) {
      try {
        site.address();
      } catch (StepFailed e) {
        continue;
      }
    }
  }

  private static Facts facts(LabServer server) {
    if (!Responders.knows(server.protocol())) {
      throw new IllegalArgumentException("the lab has no server for " + server.protocol());
    }
    return facts(Protocols.named(server.protocol()).orElseThrow(), server.settings());
  }

  private static <S extends Settings> Facts facts(Protocol<S> protocol, Settings settings) {
    return protocol.facts(protocol.settings().cast(settings));
  }

  private List<InetAddress> settle(String host) {
    List<InetAddress> found = literal(host).map(List::of).orElse(null);
    if (found == null) {
      found = names.computeIfAbsent(host.toLowerCase(Locale.ROOT), name -> madeUp(names.size()));
    }
    addresses.addAll(found);
    return found;
  }

  /** Each in a network of its own as far as they go: hosts of one network have one owner. */
  private static List<InetAddress> madeUp(int index) {
    int network = index % NETWORKS;
    int place = network * 256 + index / NETWORKS;
    try {
      return List.of(
          InetAddress.getByAddress(
              new ByteWriter().u32(Integer.toUnsignedLong(FIRST_V4 + place)).toByteArray()),
          InetAddress.getByAddress(
              new ByteWriter()
                  .u64(V6_PREFIX + ((long) network << 16))
                  .u64(1L + place)
                  .toByteArray()));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("addresses have 4 or 16 bytes", e);
    }
  }

  private static Optional<InetAddress> literal(String host) {
    try {
      return Optional.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** All addresses of a name in one family, empty when the name is unknown. */
  List<InetAddress> resolve(String name, Family family) {
    return names.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream()
        .filter(address -> (family == Family.IP4) == (address instanceof Inet4Address))
        .toList();
  }

  /** True when some server has this address. */
  boolean knows(InetAddress address) {
    return addresses.contains(address)
        || resolvers.stream().anyMatch(resolver -> resolver.getAddress().equals(address));
  }

  /** A DNS server that tells the truth stands here from now on. */
  void addResolver(InetSocketAddress resolver) {
    resolvers.add(resolver);
  }

  /** True when a DNS server stands here. */
  boolean isResolver(InetSocketAddress server) {
    return isOwnResolver(server) || resolvers.contains(server);
  }

  /** True for the resolver that each carrier runs for itself. */
  boolean isOwnResolver(InetSocketAddress server) {
    return server.equals(OWN_RESOLVER);
  }

  /** The server behind an address and port, null when the port is closed. */
  @Nullable Site site(Transport transport, InetSocketAddress at) {
    Site site = sites.get(new Door(transport, at.getAddress(), at.getPort()));
    return site == null && transport == Transport.UDP ? relay(at) : site;
  }

  private @Nullable Site relay(InetSocketAddress at) {
    for (Map.Entry<Door, Site> entry : sites.entrySet()) {
      boolean here = entry.getKey().address().equals(at.getAddress());
      if (here && entry.getValue().relaysOn(at.getPort())) {
        return entry.getValue();
      }
    }
    return null;
  }

  /** True when {@code at} is what a user's {@code host} or {@code host:port} names. */
  boolean names(HostPort wanted, InetSocketAddress at) {
    if (wanted.port() != 0 && wanted.port() != at.getPort()) {
      return false;
    }
    return literal(wanted.host())
        .map(at.getAddress()::equals)
        .orElseGet(() ->
            names
                .getOrDefault(wanted.host().toLowerCase(Locale.ROOT), List.of())
                .contains(at.getAddress()));
  }

  @Override
  public void close() {
    sites.values().forEach(Site::close);
  }
}
