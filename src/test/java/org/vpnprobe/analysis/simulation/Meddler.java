package org.vpnprobe.analysis.simulation;

/**
 * One rule of one carrier's middlebox, or of a server's own filter.
 *
 * @param vantage whose packets meet it
 * @param server that it is about
 * @param near it sits close to the client, so that what it forges comes too soon
 * @param reads how torn a ClientHello it still reads: 0 whole, 1 two segments, 2 two records
 * @param penaltySeconds for how long it then stops everything to that address and port, from there
 */
record Meddler(
    Meddling kind, String vantage, Server server, boolean near, int reads, int penaltySeconds) {

  /** What a packet is to somebody who looks at it. */
  enum Type {
    SYN,
    /** A ClientHello, with a name. */
    HELLO,
    /** The first packet of another protocol's handshake. */
    FIRST,
    /** What follows in a handshake. */
    LATER,
    /** Meaningless bytes. */
    BYTES,
    /** Meaningless bytes that look random, at the start of a flow. */
    RANDOM
  }

  /**
   * A packet.
   *
   * @param word the protocol's, or the server name of a ClientHello
   * @param torn as {@link Meddler#reads}
   * @param begins the flow begins with it
   */
  record Sight(Type type, boolean tcp, String word, int torn, boolean begins) {}

  /** True when it stops this packet. */
  boolean stops(Sight sight, String ip, int port) {
    boolean host = ip.equals(server.ip());
    boolean here = host && port == server.port() && sight.tcp() == server.kind().tcp();
    boolean data = sight.type() != Type.SYN;
    return switch (kind) {
      case NAME_RESET, NAME_DROPPED -> isName(sight) && sight.torn() <= reads;
      case OWN_NAME -> here && isName(sight);
      case OWN_NAME_FILTER -> here && isName(sight) && sight.torn() == 0;
      case HELLO_RESET -> here && sight.type() == Type.HELLO;
      case DATA_RESET -> here && data;
      case SYN_REFUSED -> here && !data;
      case TCP_PORT, UDP_PORT, OWN_PORT -> here;
      case ADDRESS, OWN_ADDRESS -> host;
      case OWN_RESET_AT_ONCE -> here && data;
      case FIRST_PACKETS ->
          isProtocol(sight) && sight.begins() && sight.tcp() == server.kind().tcp();
      case FIRST_PACKET, OWN_FIRST_PACKET -> here && isProtocol(sight) && sight.begins();
      case PROTOCOL -> isProtocol(sight) && sight.tcp() == server.kind().tcp();
      case STREAM_RESET, STREAM_DROPPED -> here && isProtocol(sight);
      case RANDOM_DROPPED -> sight.tcp() && sight.type() == Type.RANDOM;
      case NAME_FORGED,
          NAME_BOGON,
          NAME_DENIED,
          FREEZE,
          AFTER_HANDSHAKE,
          SLOWED,
          POLICED,
          OWN_DEAD_ADDRESS ->
          false;
    };
  }

  private boolean isName(Sight sight) {
    return sight.type() == Type.HELLO && sight.word().equals(server.sni());
  }

  private boolean isProtocol(Sight sight) {
    return sight.type() == Type.FIRST && sight.word().equals(server.kind().protocol());
  }
}
