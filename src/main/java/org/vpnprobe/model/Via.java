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
