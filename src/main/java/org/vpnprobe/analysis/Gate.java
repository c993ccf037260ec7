package org.vpnprobe.analysis;

/**
 * What makes a whole vantage, or a part of it, unfit to judge by (science.md §7, step 0): looked
 * for before any endpoint is judged.
 */
enum Gate {
  /** Nothing works from here, the user's anchors neither. */
  OFFLINE("offline", "was offline: nothing is said of its cells"),
  /** Different servers showed one and the same certificate, which none of them has. */
  CAPTIVE_PORTAL(
      "captive_portal",
      "stands behind a captive portal, which answers for every server: log in there first;"
          + " nothing is said of its cells"),
  /** Another VPN of this host carries the packets. */
  OWN_TUNNEL(
      "own_tunnel",
      "is reached through another VPN of this host, so that it is not that carrier: switch it off,"
          + " or name the interface; nothing is said of its cells"),
  /** No packet of this family came back, and some did at the control. */
  NO_IP6("no_ip6", "has no working IPv6: its cells of that family are not judged"),
  /** No datagram came back from anybody, and some did at the control. */
  NO_UDP(
      "udp_unusable",
      "carries no datagrams at all, be it the line or the carrier: its cells over UDP are not judged;"
          + " an anchor over UDP inside this network would tell"),
  /** Anchors answered and nobody else. */
  CUT(
      "cut_or_allowlist",
      "lets its anchors through and nothing else: the ways abroad are cut, or only listed"
          + " destinations pass"),
  /** Its resolver said nothing more of any name. */
  RESOLVER(
      "resolver_silent",
      "has no resolver that answers: cells whose names could not be looked up are not judged"),
  /** The network was another one at the end. */
  EGRESS_CHANGED(
      "egress_changed",
      "changed its network while it was measured: what failed is not held against either"),
  /** Certificates cannot be judged by a wrong clock, and some servers answer none. */
  CLOCK(
      "clock",
      "measures with a clock that is wrong, or was set meanwhile: what that can make fail is not"
          + " judged");

  private final String id;
  private final String sentence;

  Gate(String id, String sentence) {
    this.id = id;
    this.sentence = sentence;
  }

  /** The word in reports. */
  String id() {
    return id;
  }

  /** What it means, after the vantage's name. */
  String sentence() {
    return sentence;
  }

  /** The whole vantage is unfit. */
  boolean all() {
    return this == OFFLINE || this == CAPTIVE_PORTAL || this == OWN_TUNNEL;
  }
}
