package org.vpnprobe.model;

import java.util.List;

/**
 * A carrier or a control and the way we stand in it.
 *
 * @param name the carrier's id in the file
 * @param kind {@code direct source interface netns proxy lab remote}
 * @param resolver {@code host}, or the resolver that the vantage names
 * @param icmpVisible ICMP errors reach the probe
 * @param rttIsTarget connect time is the round trip to the target (false behind a SOCKS proxy)
 */
public record VantageFacts(
    String name,
    String displayName,
    List<Long> asns,
    Role role,
    String kind,
    String resolver,
    boolean icmpVisible,
    boolean rttIsTarget,
    boolean udp) {

  public VantageFacts {
    asns = List.copyOf(asns);
  }
}
