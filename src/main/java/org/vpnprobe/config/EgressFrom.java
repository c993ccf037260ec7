package org.vpnprobe.config;

import java.net.InetAddress;
import java.net.URI;
import org.vpnprobe.model.HostPort;

/** Who tells the address of a vantage to the Internet ({@code egress:}). */
public sealed interface EgressFrom {
  /** A STUN server (RFC 8489), asked through the vantage; port 0 for its own. */
  record Stun(HostPort server) implements EgressFrom {}

  /** A web page that shows the asker's address, asked through the vantage. */
  record Https(String url) implements EgressFrom {
    /** What may be shown of it: the rest may hold a token. */
    public String host() {
      return URI.create(url).getHost();
    }

    @Override
    public String toString() {
      return host();
    }
  }

  /** The user. */
  record Given(InetAddress address) implements EgressFrom {}
}
