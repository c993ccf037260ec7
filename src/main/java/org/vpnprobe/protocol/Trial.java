package org.vpnprobe.protocol;

import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.StepName;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Trace;

/** What a protocol is given for one try. Used by one thread. */
public interface Trial {
  Path path();

  /** The server's resolved address and port. */
  InetSocketAddress server();

  /** The server as the user named it: what SNI and certificate checks default to. */
  String host();

  Clock clock();

  /** Cryptographically strong outside tests. */
  RandomGenerator random();

  /** The depth this trial has to reach; going deeper is not needed. */
  Depth goal();

  /** Runs a part of the handshake as a timed step. */
  <T> T step(StepName name, Trace.Body<T> body) throws StepFailed;

  /**
   * Records that a depth is proved. It survives a later failure.
   *
   * @param proof what proved it, a stable phrase such as {@code "response opened with our ephemeral
   *     key"}
   */
  void reached(Depth depth, String proof);

  /**
   * Notes that the server answers only what bears the right time.
   *
   * @param window how far off it may be
   */
  default void needsRightClock(Duration window) {
    observe("clock_window_s", Long.toString(window.toSeconds()));
  }

  /** Notes something that may become evidence (server version, certificate hash, clock offset). */
  void observe(String key, String value);
}
