package org.vpnprobe.lab;

import java.net.InetSocketAddress;

/** A running embedded server on loopback. Closing it frees its port and ends its threads. */
public interface Responder extends AutoCloseable {
  /** Where it listens: loopback, a port of the system's choice. */
  InetSocketAddress address();

  /** True when a stream server also relays datagrams, on the UDP port of the same number. */
  default boolean relays() {
    return false;
  }

  @Override
  void close();
}
