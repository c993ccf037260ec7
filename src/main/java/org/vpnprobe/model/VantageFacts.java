package org.vpnprobe.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A carrier or a control and the way we stand in it.
 *
 * @param name the carrier's id in the file
 * @param kind {@code direct source interface netns proxy lab remote}
 * @param resolver {@code host}, or the resolver that the vantage names
 * @param icmpVisible ICMP errors reach the probe
 * @param rttIsTarget connect time is the round trip to the target (false behind a SOCKS proxy)
 * @param localName the display name in the carrier's own language, null when not known
 * @param country the carrier's, ISO 3166-1 alpha-2, null when not known
 * @param network what kind of network the carrier is, null when not known or of several kinds
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
    boolean udp,
    @Nullable String localName,
    @Nullable String country,
    @Nullable CarrierKind network) {

  public VantageFacts {
    asns = List.copyOf(asns);
  }

  /** A vantage of whose carrier nothing more is known. */
  public VantageFacts(
      String name,
      String displayName,
      List<Long> asns,
      Role role,
      String kind,
      String resolver,
      boolean icmpVisible,
      boolean rttIsTarget,
      boolean udp) {
    this(
        name,
        displayName,
        asns,
        role,
        kind,
        resolver,
        icmpVisible,
        rttIsTarget,
        udp,
        null,
        null,
        null);
  }
}
