package org.vpnprobe.protocol.wireguard;

import java.net.InetAddress;
import org.vpnprobe.model.InvalidSetting;

/**
 * Our address inside the tunnel, as in {@code Address =}: a prefix length is allowed, and ignored.
 */
public record InnerAddress(InetAddress address) {
  /** Parses {@code 10.8.0.2}, {@code 10.8.0.2/32} or {@code fd00::2/128}. */
  public static InnerAddress of(String text) {
    String literal = text.strip().replaceFirst("/\\d{1,3}$", "");
    try {
      return new InnerAddress(InetAddress.ofLiteral(literal));
    } catch (IllegalArgumentException e) {
      throw new InvalidSetting("", "expected an address inside the tunnel, such as 10.8.0.2/32");
    }
  }
}
