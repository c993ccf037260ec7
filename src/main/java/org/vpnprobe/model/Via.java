package org.vpnprobe.model;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** How a vantage leaves this host (design §5, {@code via:}). */
public sealed interface Via {
  /** The word in YAML, JSON and reports. */
  String kind();

  /** The host's own routing. */
  record Direct() implements Via {
    @Override
    public String kind() {
      return "direct";
    }
  }

  /** This source address; also binds the device that owns it. */
  record Source(InetAddress address) implements Via {
    @Override
    public String kind() {
      return "source";
    }
  }

  /** This network interface (SO_BINDTODEVICE). */
  record Interface(String name) implements Via {
    @Override
    public String kind() {
      return "interface";
    }
  }

  /** This named network namespace ({@code ip netns}). */
  record Netns(String name) implements Via {
    @Override
    public String kind() {
      return "netns";
    }
  }

  /** A SOCKS5 proxy. */
  record Proxy(HostPort server, @Nullable String user, @Nullable Secret password) implements Via {
    private static final String EXPECTED = "expected socks5://[user:password@]host:port";

    /**
     * Parses {@code socks5://[user:password@]host:port}. User and password are taken as written,
     * without percent-decoding; the password may hold {@code @} and {@code :}.
     *
     * @throws InvalidSetting that never quotes the text, since it holds a password
     */
    public static Proxy of(String text) {
      String scheme = "socks5://";
      if (!text.startsWith(scheme)) {
        throw new InvalidSetting("proxy", EXPECTED);
      }
      String rest = text.substring(scheme.length());
      int at = rest.lastIndexOf('@');
      String login = at < 0 ? "" : rest.substring(0, at);
      int colon = login.indexOf(':');
      // RFC 1929 section 2: user name and password have 1 to 255 bytes each.
      if (at >= 0 && (colon < 1 || colon == login.length() - 1 || login.length() > 511)) {
        throw new InvalidSetting("proxy", EXPECTED);
      }
      return new Proxy(
          server(rest.substring(at + 1)),
          at < 0 ? null : login.substring(0, colon),
          at < 0 ? null : Secret.of(login.substring(colon + 1)));
    }

    private static HostPort server(String text) {
      try {
        HostPort server = HostPort.of(text);
        if (server.port() != 0) {
          return server;
        }
      } catch (InvalidSetting e) {
        // Its message may quote what is a password in the wrong place.
      }
      throw new InvalidSetting("proxy", EXPECTED);
    }

    @Override
    public String kind() {
      return "proxy";
    }
  }

  /** A rehearsal carrier of the embedded lab. */
  record Lab(Interference interference) implements Via {
    @Override
    public String kind() {
      return "lab";
    }
  }
}
