package org.vpnprobe.layer.quic;

import java.util.List;
import java.util.OptionalLong;

/** What a server says to a client's first packet. */
sealed interface Answer {
  /** It speaks QUIC, but not the version that was asked for. */
  record Versions(List<Long> versions) implements Answer {
    public Versions {
      versions = List.copyOf(versions);
    }
  }

  /** It wants the token back from the address that asked. */
  record Retry(RetryPacket packet) implements Answer {}

  /**
   * An Initial packet that opened with the keys of this connection.
   *
   * @param source the server's connection id
   * @param number its packet number
   * @param acknowledges it acknowledges a packet of ours
   * @param hello it begins a ServerHello
   * @param otherGroup that is a HelloRetryRequest
   * @param closed the error with which the server ends the connection
   */
  record Opened(
      byte[] source,
      long number,
      boolean acknowledges,
      boolean hello,
      boolean otherGroup,
      OptionalLong closed)
      implements Answer {}
}
