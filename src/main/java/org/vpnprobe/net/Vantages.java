package org.vpnprobe.net;

import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Resolver;
import org.vpnprobe.model.Via;

/** Opens vantages. */
public final class Vantages {
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
      case Via.Direct direct -> local(new DirectExit(), resolver, name);
      case Via.Source source -> local(BoundExit.source(source.address()), resolver, name);
      case Via.Interface device -> local(BoundExit.device(device.name()), resolver, name);
      case Via.Netns netns -> local(new NamespaceExit(netns.name()), resolver, name);
      case Via.Proxy proxy -> throw new IllegalArgumentException("proxy");
      case Via.Lab lab -> throw new IllegalArgumentException("the lab opens its own vantages");
    };
  }

  private static Vantage local(Exit exit, @Nullable Resolver resolver, String name) {
    return new LocalVantage(exit, new HostNames(), name);
  }
}
