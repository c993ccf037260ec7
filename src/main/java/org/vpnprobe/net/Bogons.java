package org.vpnprobe.net;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.vpnprobe.model.FailureKind;

/**
 * Addresses that no public name should have (IANA special-purpose registries, RFC 6890). A
 * company's names have private addresses for good reasons, so this is a note and no failure; except
 * for the unspecified address.
 */
final class Bogons {
  private record Prefix(byte[] network, int bits) {
    static Prefix of(String text) {
      int slash = text.indexOf('/');
      return new Prefix(
          InetAddress.ofLiteral(text.substring(0, slash)).getAddress(),
          Integer.parseInt(text.substring(slash + 1)));
    }

    boolean contains(byte[] address) {
      if (address.length != network.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        if (((address[bit / 8] ^ network[bit / 8]) >> (7 - bit % 8) & 1) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  private static final List<Prefix> PREFIXES =
      Arrays.stream(
              ("0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12"
                      + " 192.0.0.0/24 192.0.2.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24"
                      + " 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 ::/96 64:ff9b:1::/48 100::/64"
                      + " 2001::/32 2001:10::/28 2001:db8::/32 2002::/16 3fff::/20 fc00::/7"
                      + " fe80::/10 fec0::/10 ff00::/8")
                  .split(" "))
          .map(Prefix::of)
          .toList();

  private Bogons() {}

  /**
   * Notes answers that no public name should have, and leaves out unspecified ones (0.0.0.0, ::):
   * no server has them, and connecting there would reach this host itself.
   *
   * @param innocent addresses that are no bogons here
   * @throws StepFailed {@code dns_bogon_error} when nothing is left
   */
  static List<InetAddress> judge(
      Trace trace, List<InetAddress> answers, Predicate<InetAddress> innocent) throws StepFailed {
    answers.stream()
        .filter(address -> contains(address) && !innocent.test(address))
        .forEach(address -> trace.observe("dns_bogon", address.getHostAddress()));
    List<InetAddress> usable = answers.stream().filter(a -> !a.isAnyLocalAddress()).toList();
    if (usable.isEmpty()) {
      throw new StepFailed(
          FailureKind.DNS_BOGON_ERROR, "the resolver answered with the unspecified address");
    }
    return usable;
  }

  static List<InetAddress> judge(Trace trace, List<InetAddress> answers) throws StepFailed {
    return judge(trace, answers, address -> false);
  }

  static boolean contains(InetAddress address) {
    return PREFIXES.stream().anyMatch(prefix -> prefix.contains(address.getAddress()));
  }
}
