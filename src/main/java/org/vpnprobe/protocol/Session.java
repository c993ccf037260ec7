package org.vpnprobe.protocol;

import java.util.Optional;

/** An open session. {@link #close()} says goodbye as the protocol does, and never fails. */
public interface Session extends AutoCloseable {
  /** The way through, when the protocol and the settings give one. */
  default Optional<Tunnel> tunnel() {
    return Optional.empty();
  }

  @Override
  void close();
}
