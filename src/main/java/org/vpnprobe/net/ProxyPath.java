package org.vpnprobe.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Via;

/** One trial through a SOCKS5 proxy. A target's name may stand in for its address. */
final class ProxyPath implements Path, Sockets {
  private static final NameService HOST = new HostNames();

  private final PathFacts facts;
  private final Via.Proxy proxy;
  private final NameService names;
  private final LocalPath direct;

  /**
   * @param direct the way to the proxy
   */
  ProxyPath(PathFacts facts, Via.Proxy proxy, NameService names, LocalPath direct) {
    this.facts = facts;
    this.proxy = proxy;
    this.names = names;
    this.direct = direct;
  }

  @Override
  public PathFacts facts() {
    return facts;
  }

  @Override
  public Trace trace() {
    return direct.trace();
  }

  @Override
  public List<InetAddress> resolve(String host, Family family) throws StepFailed {
    return trace().step(StepName.RESOLVE, () -> Hosts.orQuery(host, family, names, this));
  }

  @Override
  public ByteStream tcp(InetSocketAddress server) throws StepFailed {
    return trace().step(StepName.PROXY, () -> stream(server));
  }

  @Override
  public Datagrams udp(InetSocketAddress server) throws StepFailed {
    return trace().step(StepName.PROXY, () -> datagrams(server));
  }

  @Override
  public ByteStream stream(InetSocketAddress server) throws StepFailed {
    ByteStream stream = greeted();
    new Socks5(stream).request(SocksMessages.CONNECT, SocksAddress.of(server));
    return new ProxyStream(stream, server);
  }

  @Override
  public Datagrams datagrams(InetSocketAddress server) throws StepFailed {
    ByteStream control = greeted();
    // Our own port is not known yet, and may be another behind an address translator.
    SocksAddress any = SocksAddress.unspecified(control.local().getAddress());
    SocksAddress bound = new Socks5(control).request(SocksMessages.UDP_ASSOCIATE, any);
    InetSocketAddress relay = relay(bound, control.remote().getAddress());
    try {
      return new ProxyDatagrams(control, direct.datagrams(relay), server);
    } catch (StepFailed e) {
      throw Socks5.proxyFailed(e);
    }
  }

  @Override
  public void atEnd(Runnable look) {
    direct.atEnd(look);
  }

  @Override
  public void close() {
    direct.close();
  }

  private ByteStream greeted() throws StepFailed {
    ByteStream stream;
    try {
      stream = direct.stream(new InetSocketAddress(address(), proxy.server().port()));
    } catch (StepFailed e) {
      throw Socks5.proxyFailed(e);
    }
    new Socks5(stream).greet(proxy.user(), proxy.password());
    return stream;
  }

  /** The proxy's own address: by the host's resolver, IPv4 first. */
  private InetAddress address() throws StepFailed {
    String host = proxy.server().host();
    InetAddress literal = Hosts.parse(host);
    if (literal != null) {
      return literal;
    }
    try {
      return HOST.resolve(direct, host, Family.IP4).getFirst();
    } catch (StepFailed e) {
      if (e.kind() != FailureKind.DNS_NO_ANSWER) {
        throw e;
      }
      return HOST.resolve(direct, host, Family.IP6).getFirst();
    }
  }

  /** Nothing is sent to an address that the proxy names, unless it is the proxy's own. */
  private static InetSocketAddress relay(SocksAddress bound, InetAddress proxy) throws StepFailed {
    InetAddress address = bound.address();
    if (address == null || !(address.isAnyLocalAddress() || address.equals(proxy))) {
      throw Socks5.error("relay_elsewhere", "the proxy relays datagrams at another address");
    }
    return new InetSocketAddress(proxy, bound.port());
  }
}
