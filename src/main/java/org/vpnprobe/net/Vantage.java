package org.vpnprobe.net;

import java.util.Optional;

/** A standing place: how packets leave this host. Thread-safe; opened once a run. */
public interface Vantage extends AutoCloseable {
  PathFacts facts();

  /** A fresh path for one trial, held to the trace's deadline. */
  Path path(Trace trace);

  /**
   * Looks before anything is sent: is the interface there and up, is there a route, does the
   * namespace exist. Sends no packet.
   *
   * @return what is wrong, in one sentence with what to do; empty when nothing is
   */
  Optional<String> preflight();

  @Override
  void close();
}
