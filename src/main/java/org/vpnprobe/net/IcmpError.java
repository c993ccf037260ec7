package org.vpnprobe.net;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;

/**
 * An ICMP error that met one of our packets (RFC 792, RFC 4443 section 3).
 *
 * @param six ICMPv6
 * @param offender who sent it, null when the system does not say
 */
record IcmpError(boolean six, int type, int code, @Nullable InetAddress offender) {

  /** What it says of the path. */
  FailureKind kind() {
    return six ? kind6() : kind4();
  }

  /**
   * Whether a connected UDP socket should give up. The others may pass by the next packet, and real
   * clients do not see them (Linux does not tell without IP_RECVERR).
   */
  boolean isFinal() {
    FailureKind kind = kind();
    return kind == FailureKind.CONNECTION_REFUSED || kind == FailureKind.ADMIN_PROHIBITED;
  }

  /**
   * For the journal: {@code 3/13 from=router}. No address, since those may not be shared. {@code
   * self} is our own system, which got no answer from the next hop.
   *
   * @param own our address towards the target, null when unknown
   * @param target the address our packet went to
   */
  String describe(@Nullable InetAddress own, InetAddress target) {
    String from = "unknown";
    if (offender != null) {
      // On loopback both are the same, and the target it is.
      from = offender.equals(target) ? "target" : offender.equals(own) ? "self" : "router";
    }
    return (six ? "v6:" : "") + type + "/" + code + " from=" + from;
  }

  /** RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1. */
  private FailureKind kind4() {
    if (type != 3) {
      return FailureKind.HOST_UNREACHABLE;
    }
    return switch (code) {
      case 0, 6, 11 -> FailureKind.NETWORK_UNREACHABLE;
      case 2, 3 -> FailureKind.CONNECTION_REFUSED;
      case 4 -> FailureKind.MESSAGE_SIZE;
      case 9, 10, 13 -> FailureKind.ADMIN_PROHIBITED;
      default -> FailureKind.HOST_UNREACHABLE;
    };
  }

  /** RFC 4443 section 3. */
  private FailureKind kind6() {
    if (type == 2) {
      return FailureKind.MESSAGE_SIZE;
    }
    if (type != 1) {
      return FailureKind.HOST_UNREACHABLE;
    }
    return switch (code) {
      case 0, 2 -> FailureKind.NETWORK_UNREACHABLE;
      case 1, 5, 6 -> FailureKind.ADMIN_PROHIBITED;
      case 4 -> FailureKind.CONNECTION_REFUSED;
      default -> FailureKind.HOST_UNREACHABLE;
    };
  }
}
