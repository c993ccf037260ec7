package org.vpnprobe.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Interference;

/**
 * One carrier of the lab: its line, its middlebox, its DNS, and its captive portal if it has one.
 */
final class Carrier implements AutoCloseable {
  private final LabNetwork network;
  private final Line line;
  private final Middlebox middlebox;
  private final LabDns dns;
  private final Interference interference;
  private @Nullable Portal portal;
  private boolean closed;

  Carrier(LabNetwork network, Interference interference, long seed, double pace) {
    this.network = network;
    this.interference = interference;
    this.line = new Line(interference, seed, pace);
    this.middlebox = new Middlebox(interference, network, line);
    this.dns = new LabDns(interference, network);
  }

  LabNetwork network() {
    return network;
  }

  Line line() {
    return line;
  }

  Middlebox middlebox() {
    return middlebox;
  }

  LabDns dns() {
    return dns;
  }

  /** Where the portal listens on loopback; it starts when it is first met. */
  synchronized InetSocketAddress portal() throws IOException {
    Integer status = interference.portal();
    if (closed || status == null) {
      throw new IOException("there is no portal");
    }
    if (portal == null) {
      portal = new Portal(status);
    }
    return portal.address();
  }

  @Override
  public synchronized void close() {
    closed = true;
    dns.close();
    if (portal != null) {
      portal.close();
    }
  }
}
