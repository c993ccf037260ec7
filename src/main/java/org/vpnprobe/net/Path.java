package org.vpnprobe.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Resolver;

/**
 * The way out of this host through one vantage, for the length of one trial. Everything opened here
 * is traced, held to the trial's deadline and closed with the path. Several streams and sockets may
 * be opened in one trial. Not shared between threads.
 */
public interface Path extends AutoCloseable {
  PathFacts facts();

  /**
   * All addresses of a name in one family, in the resolver's order, through the vantage's resolver.
   * An IP literal is returned without a query. Records rcode, every answer, duplicates and their
   * times as observations.
   *
   * <p>Where names are left to a proxy ({@link PathFacts#resolver} is {@code proxy}) the address is
   * unspecified ({@code 0.0.0.0} or {@code ::}) and carries the name; an {@link InetSocketAddress}
   * made of it leads to the name when it is opened by this path. Everywhere else an unspecified
   * address is {@code dns_bogon_error}.
   *
   * @throws StepFailed with a {@code dns_*} failure, never with an empty list
   */
  List<InetAddress> resolve(String host, Family family) throws StepFailed;

  /** Opens a TCP connection; records the step {@code connect} (and {@code proxy}). */
  ByteStream tcp(InetSocketAddress server) throws StepFailed;

  /**
   * The same from a local port of choice: tells whether a penalty is on one flow or on an address.
   *
   * @throws StepFailed {@code config_error} where this path cannot choose
   */
  default ByteStream tcp(InetSocketAddress server, int localPort) throws StepFailed {
    throw new StepFailed(FailureKind.CONFIG_ERROR, "this vantage cannot choose a local port");
  }

  /**
   * The same, with segments of no more than so many bytes of payload either way (RFC 9293 section
   * 3.7.1): tells whether large packets get lost.
   *
   * @throws StepFailed {@code config_error} where this path cannot choose
   */
  default ByteStream tcpInSegments(InetSocketAddress server, int most) throws StepFailed {
    throw new StepFailed(FailureKind.CONFIG_ERROR, "this vantage cannot choose a segment's size");
  }

  /**
   * The addresses of a name by a resolver of choice in place of the vantage's, with the same
   * observations as {@link #resolve}. Late second answers are looked for when the path is closed.
   *
   * @throws StepFailed as {@link #resolve}; {@code config_error} where this path cannot choose
   */
  default List<InetAddress> lookup(String host, Family family, Resolver resolver, boolean overTcp)
      throws StepFailed {
    throw new StepFailed(FailureKind.CONFIG_ERROR, "this vantage cannot choose a resolver");
  }

  /** Opens a connected UDP socket, so that ICMP errors are seen. Sends nothing by itself. */
  Datagrams udp(InetSocketAddress server) throws StepFailed;

  @Override
  void close();
}
