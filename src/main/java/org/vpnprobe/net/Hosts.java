package org.vpnprobe.net;

import java.net.IDN;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;

/** What a user writes for a server: an IP literal, which needs no query, or a name. */
final class Hosts {
  private Hosts() {}

  /** The address that the text spells, null when it is a name. */
  static @Nullable InetAddress parse(String host) {
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  static boolean is(InetAddress address, Family family) {
    return (address instanceof Inet6Address) == (family == Family.IP6);
  }

  /** The literal itself, or what the name service answers. */
  static List<InetAddress> orQuery(String host, Family family, NameService names, Sockets sockets)
      throws StepFailed {
    InetAddress literal = parse(host);
    if (literal == null) {
      return names.resolve(sockets, host, family);
    }
    if (!is(literal, family)) {
      throw new StepFailed(
          FailureKind.DNS_NO_ANSWER, "the address is not of the family " + family.id());
    }
    return List.of(literal);
  }

  /**
   * A name as DNS and SOCKS carry it (RFC 5891).
   *
   * @throws StepFailed {@code config_error} for what cannot be a host name
   */
  static String ascii(String host) throws StepFailed {
    try {
      return IDN.toASCII(host, IDN.ALLOW_UNASSIGNED);
    } catch (IllegalArgumentException e) {
      throw new StepFailed(FailureKind.CONFIG_ERROR, "the address is no host name");
    }
  }
}
