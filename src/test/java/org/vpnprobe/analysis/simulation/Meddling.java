package org.vpnprobe.analysis.simulation;

import java.util.EnumSet;
import java.util.Set;
import org.vpnprobe.analysis.simulation.Server.Kind;

/** Who stops what, and what a report has to call it. */
enum Meddling {
  NAME_RESET("reset by server name", "tls.reset.sni", Kind.TLS),
  NAME_DROPPED("drop by server name", "tls.timeout.sni", Kind.TLS),
  HELLO_RESET("reset of any ClientHello", "tls.reset.any_clienthello", Kind.TLS),
  DATA_RESET("reset of any data", "tcp.reset.any_data", Kind.TLS, Kind.OPENVPN_TCP),
  SYN_REFUSED("refusal of SYNs", "tcp.refused", Kind.TLS, Kind.OPENVPN_TCP),
  TCP_PORT("TCP port dropped", "tcp.port_blocked", Kind.TLS, Kind.OPENVPN_TCP),
  UDP_PORT("UDP port dropped", "udp.port_blocked", Kind.WIREGUARD, Kind.OPENVPN),
  ADDRESS("address black hole", "ip.blackhole", Kind.TLS, Kind.WIREGUARD, Kind.OPENVPN),
  FIRST_PACKET(
      "protocol by its first packet",
      "vpn.<protocol>.drop.handshake",
      Kind.WIREGUARD,
      Kind.OPENVPN),
  FIRST_PACKETS(
      "protocol by its first packet, all hosts", "vpn.<protocol>.drop.handshake", Kind.OPENVPN),
  PROTOCOL("protocol at all hosts", "vpn.<protocol>.drop.handshake", Kind.IKEV2),
  STREAM_RESET("protocol over TCP reset", "vpn.<protocol>.reset", Kind.OPENVPN_TCP),
  STREAM_DROPPED("protocol over TCP dropped", "vpn.<protocol>.drop.handshake", Kind.OPENVPN_TCP),
  RANDOM_DROPPED("what looks random dropped", "flow.drop.fully_encrypted", Kind.SHADOWSOCKS),
  NAME_FORGED("forged DNS answer", "dns.injection.other", Kind.NAMED),
  NAME_BOGON("forged DNS answer, a bogon", "dns.injection.bogon", Kind.NAMED),
  NAME_DENIED("denied by the carrier's resolver", "dns.nxdomain", Kind.NAMED),
  FREEZE("frozen after 16 to 40 KB", "flow.freeze", Kind.TUNNEL),
  AFTER_HANDSHAKE("dropped after the handshake", "vpn.<protocol>.drop.post_handshake", Kind.TUNNEL),
  POLICED("policed to 128 kbit/s", "flow.throttle", Kind.TUNNEL),
  SLOWED("throttled to 11 kbit/s", "flow.throttle", Kind.TUNNEL),

  /** The server's own firewall, for one carrier's addresses: nobody on the way is to blame. */
  OWN_PORT("", "", Kind.TLS, Kind.OPENVPN_TCP, Kind.WIREGUARD, Kind.OPENVPN),
  OWN_ADDRESS("", "", Kind.TLS, Kind.OPENVPN_TCP, Kind.WIREGUARD, Kind.OPENVPN),
  /** The server itself, having read one name that it does not give to one carrier. */
  OWN_NAME("", "", Kind.TLS),
  /** The same by a filter before the server, which reads single packets. */
  OWN_NAME_FILTER("", "", Kind.TLS),
  /** A filter before the server that knows a protocol by the first packet of a flow. */
  OWN_FIRST_PACKET("", "", Kind.WIREGUARD, Kind.OPENVPN),
  /** A filter before the server that resets each connection at once, behind its SYN-ACK. */
  OWN_RESET_AT_ONCE("", "", Kind.TLS, Kind.OPENVPN_TCP),
  /**
   * The name has an address for this line alone, where nothing is; and the router at home sends
   * every question to its own resolver, which says so.
   */
  OWN_DEAD_ADDRESS("", "", Kind.NAMED);

  private final String words;
  private final String cause;
  private final Set<Kind> at;

  Meddling(String words, String cause, Kind first, Kind... others) {
    this.words = words;
    this.cause = cause;
    this.at = EnumSet.of(first, others);
  }

  String words() {
    return words;
  }

  boolean fits(Kind kind) {
    return at.contains(kind);
  }

  /** The server does it, not the carrier. */
  boolean own() {
    return words.isEmpty();
  }

  /** It meets all servers of the kind on the carrier's line. */
  boolean everywhere() {
    return this == PROTOCOL || this == FIRST_PACKETS || this == RANDOM_DROPPED;
  }

  boolean resets() {
    return switch (this) {
      case NAME_RESET,
          HELLO_RESET,
          DATA_RESET,
          SYN_REFUSED,
          STREAM_RESET,
          OWN_NAME,
          OWN_NAME_FILTER,
          OWN_RESET_AT_ONCE ->
          true;
      default -> false;
    };
  }

  String cause(String protocol) {
    return cause.replace("<protocol>", protocol);
  }
}
