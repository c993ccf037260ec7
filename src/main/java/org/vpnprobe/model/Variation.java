package org.vpnprobe.model;

import org.jspecify.annotations.Nullable;

/**
 * What an experiment does otherwise than the endpoint's own handshake. Data: it stands in the
 * journal, and the engine knows how each is done (reference: science.md §7, D1 to D9).
 */
public sealed interface Variation {
  /** Nothing: the endpoint's own handshake, for comparison. */
  record Same() implements Variation {}

  /**
   * The same handshake with this server name in SNI. The server's certificate is not judged: that
   * it answers is the result.
   */
  record OtherSni(String name) implements Variation {}

  /** A TCP connect to another port of the same address, and nothing else. */
  record OtherPort(int port) implements Variation {}

  /**
   * The endpoint's own handshake at the address that a control found for its name.
   *
   * @param address an IP literal
   */
  record OtherAddress(String address) implements Variation {}

  /** The first flight of another protocol on the same address and port. */
  record OtherProtocol(Flight flight) implements Variation {}

  /**
   * First flights that a server of any protocol answers or ends, and that look like nothing else.
   */
  enum Flight {
    /** A ClientHello for a harmless name. */
    TLS,
    /** A GET for a harmless name. */
    HTTP
  }

  /** The endpoint's own handshake, its first flight sent otherwise. */
  record FirstFlight(Alteration how) implements Variation {}

  /** How a first flight is sent otherwise; the server gets the same handshake. */
  enum Alteration {
    /** The first write in two TCP segments, cut within the server name. */
    SPLIT_SEGMENTS,
    /** The ClientHello in two TLS records, cut within the server name (RFC 8446 section 5.1). */
    SPLIT_RECORDS,
    /** On a connection whose segments are small both ways; the flight is the same. */
    SMALL_SEGMENTS,
    /** Datagrams of random bytes before the first one, which the server does not answer. */
    JUNK_FIRST
  }

  /**
   * A TCP connection on which these bytes are sent in place of a handshake.
   *
   * @param samePort from the local port of the trial before: tells a penalty of one flow from one
   *     of an address
   */
  record RawBytes(Payload payload, boolean samePort) implements Variation {}

  /** Bytes that begin no protocol. */
  enum Payload {
    /** None: the connection is only held open. */
    NONE,
    /** One letter. */
    ONE_BYTE,
    /** As many random bytes as a first flight has. */
    RANDOM,
    /** The same behind a few printable ones. */
    PRINTABLE_FIRST
  }

  /**
   * The endpoint's own handshake, and then data through the session in both directions.
   *
   * @param kilobytes at least so much each way
   * @param packets in at least so many packets each way
   * @param seconds over at least this time, real seconds
   * @param idleSeconds then nothing for so long, and the same once more
   */
  record DataAfter(int kilobytes, int packets, int seconds, int idleSeconds) implements Variation {}

  /**
   * The endpoint's name asked of a resolver.
   *
   * @param resolver as {@code resolvers:} of the file names it; null: the vantage's own
   * @param server asked instead of a resolver: an address of the endpoint, where no DNS runs
   * @param name asked for in place of the endpoint's, null for that
   */
  record Lookup(@Nullable String resolver, @Nullable String server, Way way, @Nullable String name)
      implements Variation {
    /** The endpoint's own name. */
    public Lookup(@Nullable String resolver, @Nullable String server, Way way) {
      this(resolver, server, way, null);
    }
  }

  /** How a resolver is asked. */
  enum Way {
    UDP,
    TCP,
    HTTPS
  }
}
