package org.vpnprobe.lab;

import java.net.InetAddress;
import java.util.Optional;
import org.vpnprobe.layer.Icmp;

/** A host inside a tunnel that answers echo requests (RFC 792, RFC 4443) and nothing else. */
final class InnerHost {
  private static final int MAX_PACKET = 1500;

  private InnerHost() {}

  /** The echo reply of {@code host} to this IP packet, empty when it is no echo request to it. */
  static Optional<byte[]> reply(byte[] packet, InetAddress host) {
    if (packet.length > MAX_PACKET) {
      return Optional.empty();
    }
    return Icmp.parse(packet)
        .filter(echo -> echo.request() && echo.to().equals(host))
        .map(echo -> Icmp.packet(echo.reply()));
  }
}
