package org.vpnprobe.net;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;

/**
 * Datagrams to one target through a SOCKS5 relay (RFC 1928 section 7), which lives as long as the
 * connection it was asked for on.
 */
final class ProxyDatagrams implements Datagrams {
  /** How long a look at the control connection may take. */
  private static final Duration LOOK = Duration.ofMillis(1);

  private final ByteStream control;
  private final Datagrams relay;
  private final InetSocketAddress target;
  private final SocksAddress address;

  ProxyDatagrams(ByteStream control, Datagrams relay, InetSocketAddress target) throws StepFailed {
    this.control = control;
    this.relay = relay;
    this.target = target;
    this.address = SocksAddress.of(target);
  }

  @Override
  public void send(byte[] payload) throws StepFailed {
    try {
      relay.send(SocksMessages.datagram(address, payload));
    } catch (StepFailed e) {
      throw Socks5.proxyFailed(e);
    }
  }

  @Override
  public byte @Nullable [] receive(Duration atMost) throws StepFailed {
    long end = System.nanoTime() + atMost.toNanos();
    while (true) {
      long left = Math.max(0, end - System.nanoTime());
      byte[] datagram;
      try {
        datagram = relay.receive(Duration.ofNanos(left));
      } catch (StepFailed e) {
        throw e.kind() == FailureKind.GENERIC_TIMEOUT_ERROR ? e : Socks5.proxyFailed(e);
      }
      if (datagram == null) {
        lookAtControl();
        return null;
      }
      byte[] payload = payload(datagram);
      if (payload != null) {
        return payload;
      }
    }
  }

  /** What the target sent; null for fragments, rubbish and what another host sent. */
  private byte @Nullable [] payload(byte[] datagram) {
    SocksMessages.Relayed relayed = SocksMessages.relayed(datagram);
    return relayed != null && Socks5.isFrom(target, relayed.source()) ? relayed.payload() : null;
  }

  /** A relay whose control connection has ended is gone: the proxy's fault. */
  private void lookAtControl() throws StepFailed {
    control.readTimeout(LOOK);
    try {
      if (control.read(new byte[1], 0, 1) < 0) {
        throw Socks5.error("relay_ended", "the proxy ended the relay of datagrams");
      }
    } catch (StepFailed e) {
      if (e.kind() != FailureKind.GENERIC_TIMEOUT_ERROR) {
        throw Socks5.proxyFailed(e);
      }
    }
  }

  @Override
  public InetSocketAddress local() {
    return relay.local();
  }

  @Override
  public InetSocketAddress remote() {
    return target;
  }

  @Override
  public void close() {
    relay.close();
    control.close();
  }
}
