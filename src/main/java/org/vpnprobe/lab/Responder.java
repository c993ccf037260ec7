package org.vpnprobe.lab;

import java.net.InetSocketAddress;

/** A running embedded server on loopback. Closing it frees its port and ends its threads. */
public interface Responder extends AutoCloseable {
  /** Where it listens: loopback, a port of the system's choice. */
  InetSocketAddress address();

  @Override
  void close();
}
