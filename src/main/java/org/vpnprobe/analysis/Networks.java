package org.vpnprobe.analysis;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;

/**
 * Which addresses may stand behind one firewall of their owner: hosters give out a /24 of IPv4 at
 * least to be announced by itself, and a site has a /48 of IPv6 (RFC 6177).
 */
final class Networks {
  private static final int V4_BYTES = 3;
  private static final int V6_BYTES = 6;

  private Networks() {}

  /** True when what filters before the one may filter before the other, or nobody knows. */
  static boolean same(String host, String other) {
    Optional<String> network = of(host);
    Optional<String> beside = of(other);
    return network.isEmpty() || beside.isEmpty() || network.equals(beside);
  }

  /** In how many networks these addresses stand; names do not count. */
  static int of(Collection<String> hosts) {
    return (int) hosts.stream().flatMap(host -> of(host).stream()).distinct().count();
  }

  private static Optional<String> of(String host) {
    try {
      InetAddress address = InetAddress.ofLiteral(host);
      int bytes = address instanceof Inet4Address ? V4_BYTES : V6_BYTES;
      return Optional.of(Arrays.toString(Arrays.copyOf(address.getAddress(), bytes)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
