package org.vpnprobe.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Resolver;
import org.vpnprobe.model.Via;

/** Opens vantages. */
public final class Vantages {
  private static final NameService HOST = new HostNames();

  /** RFC 1035 section 4.2. */
  private static final int DNS_PORT = 53;

  private Vantages() {}

  /** The host's own routing and its own resolver. */
  public static Vantage direct() {
    return open(new Via.Direct(), null, "direct");
  }

  /**
   * Opens the place that {@code via} names. Nothing is sent and nothing is checked: that is {@link
   * Vantage#preflight}.
   *
   * @param resolver who is asked for names, null for the place's own: the host's resolver, the
   *     proxy, or that of the namespace's {@code /etc/netns/NAME/resolv.conf}
   * @param name the carrier's, for threads and messages
   * @throws IllegalArgumentException for {@link Via.Lab}, which lives on another floor
   */
  public static Vantage open(Via via, @Nullable Resolver resolver, String name) {
    return switch (via) {
      case Via.Direct direct -> local(new DirectExit(), names(resolver, HOST), name);
      case Via.Source source ->
          local(BoundExit.source(source.address()), names(resolver, HOST), name);
      case Via.Interface device ->
          local(BoundExit.device(device.name()), names(resolver, HOST), name);
      case Via.Netns netns ->
          local(
              new NamespaceExit(netns.name()), names(resolver, namespaceNames(netns.name())), name);
      case Via.Proxy proxy ->
          new ProxyVantage(proxy, proxyNames(resolver), local(new DirectExit(), HOST, name));
      case Via.Lab lab -> throw new IllegalArgumentException("the lab opens its own vantages");
    };
  }

  private static LocalVantage local(Exit exit, NameService names, String name) {
    return new LocalVantage(exit, names, name);
  }

  private static NameService names(@Nullable Resolver resolver, NameService own) {
    return resolver == null ? own : named(resolver, own, false);
  }

  /** A proxy may not carry datagrams. */
  private static NameService proxyNames(@Nullable Resolver resolver) {
    NameService own = new ProxyNames();
    return resolver == null ? own : named(resolver, own, true);
  }

  private static NameService namespaceNames(String namespace) {
    return ResolvConf.of(namespace)
        .<NameService>map(address -> plain(address, DNS_PORT, false))
        .orElse(HOST);
  }

  /**
   * @param own finds a resolver that is named by a URL
   */
  static NameService named(Resolver resolver, NameService own, boolean tcpOnly) {
    HostPort address = resolver.address();
    if (address != null) {
      return plain(InetAddress.ofLiteral(address.host()), address.port(), tcpOnly);
    }
    String url = Objects.requireNonNull(resolver.url());
    return new DohNames(HttpUrl.get(url), own, new SecureRandom());
  }

  /**
   * Plain DNS for a path that is made on another floor, over that path's own sockets.
   *
   * @param tcpOnly over TCP alone
   * @param random for message ids
   * @param innocent addresses that are no bogons there, whatever the registries say
   */
  public static NameService plainDns(
      InetSocketAddress resolver,
      boolean tcpOnly,
      RandomGenerator random,
      Predicate<InetAddress> innocent) {
    return new PlainDns(resolver, tcpOnly, random, innocent);
  }

  private static NameService plain(InetAddress address, int port, boolean tcpOnly) {
    return new PlainDns(
        new InetSocketAddress(address, port), tcpOnly, new SecureRandom(), bogon -> false);
  }
}
