package org.vpnprobe.net;

/**
 * What evidence this path can give.
 *
 * @param kind {@code direct source interface netns proxy lab remote}
 * @param icmpVisible ICMP errors reach the probe's sockets
 * @param rttIsTarget connect time is the round trip to the target; false behind a proxy
 * @param udp datagrams can be sent
 * @param resolver {@code host}, {@code proxy} or the address of the named resolver
 */
public record PathFacts(
    String kind, boolean icmpVisible, boolean rttIsTarget, boolean udp, String resolver) {}
