package org.vpnprobe.model;

import java.net.InetAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A DNS resolver that the user named: plain DNS at an address, or DNS over HTTPS at a URL (RFC
 * 8484). Exactly one of the two is given.
 *
 * @param name as in {@code resolvers:} of the file
 * @param address an IP literal and port (53 when none was written)
 * @param url {@code https://…}
 */
public record Resolver(String name, @Nullable HostPort address, @Nullable String url) {
  /** RFC 1035 section 4.2. */
  private static final int DNS_PORT = 53;

  private static final String EXPECTED =
      "expected the address of a resolver (1.1.1.1, [2606:4700::1111]:53) or https://…";

  public Resolver {
    if ((address == null) == (url == null)) {
      throw new InvalidSetting("", EXPECTED);
    }
  }

  /**
   * Parses an address with or without a port, or a URL.
   *
   * @throws InvalidSetting for a host name (it would need a resolver itself) or another scheme
   */
  public static Resolver of(String name, String text) {
    if (text.startsWith("https://")) {
      return new Resolver(name, null, url(text));
    }
    HostPort address = HostPort.of(text);
    try {
      InetAddress.ofLiteral(address.host());
    } catch (IllegalArgumentException e) {
      throw new InvalidSetting("", EXPECTED);
    }
    int port = address.port() == 0 ? DNS_PORT : address.port();
    return new Resolver(name, new HostPort(address.host(), port), null);
  }

  private static String url(String text) {
    try {
      if (URI.create(text).getHost() != null) {
        return text;
      }
    } catch (IllegalArgumentException e) {
      // Said below in our own words.
    }
    throw new InvalidSetting("", EXPECTED);
  }

  /** What reports show: the address or the URL. */
  @Override
  public String toString() {
    return String.valueOf(address == null ? url : address);
  }
}
