package org.vpnprobe.analysis.simulation;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Transport;

/**
 * A server of a simulated world.
 *
 * @param ip its address
 * @param dnsName by which the file names it, null when the file has the address
 */
record Server(String name, Kind kind, String ip, int port, @Nullable String dnsName) {

  /** What runs there. Timers are those of the real clients (reference: protocols.md). */
  enum Kind {
    TLS("tls", Transport.TCP, 2, 10_000),
    /** The same, named by a name of the DNS. */
    NAMED("tls", Transport.TCP, 2, 10_000),
    OPENVPN_TCP("openvpn", Transport.TCP, 5, 20_000),
    /** Obfuscated: it answers nobody without its key, and no foreign byte may be sent to it. */
    SHADOWSOCKS("shadowsocks", Transport.TCP, 1, 10_000),
    WIREGUARD("wireguard", Transport.UDP, 1, 15_700),
    OPENVPN("openvpn", Transport.UDP, 6, 20_000),
    IKEV2("ikev2", Transport.UDP, 2, 20_000),
    /** WireGuard whose tunnel is used. */
    TUNNEL("wireguard", Transport.UDP, 1, 15_700);

    private final String protocol;
    private final Transport transport;
    private final int roundTrips;
    private final long deadlineMs;

    Kind(String protocol, Transport transport, int roundTrips, long deadlineMs) {
      this.protocol = protocol;
      this.transport = transport;
      this.roundTrips = roundTrips;
      this.deadlineMs = deadlineMs;
    }

    String protocol() {
      return protocol;
    }

    boolean tcp() {
      return transport == Transport.TCP;
    }

    boolean tls() {
      return this == TLS || this == NAMED;
    }

    /** After the connection is open, if there is one. */
    int roundTrips() {
      return roundTrips;
    }

    long deadlineMs() {
      return deadlineMs;
    }

    /** When an unanswered flight is sent again: by TCP (RFC 6298), else by the client. */
    long[] repeatsMs() {
      return switch (this) {
        case WIREGUARD, TUNNEL -> new long[] {0, 5150, 10_300};
        case OPENVPN -> new long[] {0, 2000, 6000, 14_000};
        case IKEV2 -> new long[] {0, 4000, 11_200};
        default -> new long[] {0, 400, 1200, 2800, 6000};
      };
    }
  }

  /** The server name that its handshake shows. */
  @Nullable String sni() {
    return kind.tls() ? "host-" + name + ".example" : null;
  }

  EndpointFacts facts() {
    Depth depth = kind == Kind.TUNNEL ? Depth.TUNNEL : Depth.AUTHENTICATED;
    return new EndpointFacts(
        name,
        kind.protocol,
        kind.transport,
        (dnsName == null ? ip : dnsName) + ":" + port,
        depth,
        depth,
        kind == Kind.SHADOWSOCKS,
        kind == Kind.SHADOWSOCKS,
        false,
        false,
        Duration.ofMillis(kind.deadlineMs),
        null,
        List.of(),
        List.of(),
        null,
        sni(),
        kind == Kind.TUNNEL);
  }
}
