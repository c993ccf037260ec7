package org.vpnprobe.net;

import java.net.InetSocketAddress;

/** A stream to a target through a proxy that has connected it. */
final class ProxyStream extends ThroughStream {
  private final InetSocketAddress target;

  ProxyStream(ByteStream proxy, InetSocketAddress target) {
    super(proxy);
    this.target = target;
  }

  @Override
  public InetSocketAddress remote() {
    return target;
  }
}
