package org.vpnprobe.protocol;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Supplier;
import org.vpnprobe.model.Family;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.PathFacts;

/** A path that leads to one server over TCP; a protocol that asks for anything else is wrong. */
record OnlyTcp(Supplier<ByteStream> server) implements Path {
  @Override
  public PathFacts facts() {
    throw new AssertionError("what the path is like is no question here");
  }

  @Override
  public List<InetAddress> resolve(String host, Family family) {
    throw new AssertionError("the address is given, but was asked for: " + host);
  }

  @Override
  public ByteStream tcp(InetSocketAddress to) {
    return server.get();
  }

  @Override
  public Datagrams udp(InetSocketAddress to) {
    throw new AssertionError("there are no datagrams here, but were wanted to " + to);
  }

  @Override
  public void close() {}
}
