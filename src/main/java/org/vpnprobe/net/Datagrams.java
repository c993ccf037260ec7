package org.vpnprobe.net;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connected UDP socket under the trial's deadline. Blocking; one sender and one receiver thread
 * at most.
 */
public interface Datagrams extends AutoCloseable {
  /**
   * Sends one datagram.
   *
   * @throws StepFailed {@code connection_refused} when an earlier datagram met an ICMP port
   *     unreachable, …
   */
  void send(byte[] payload) throws StepFailed;

  /**
   * Waits for one datagram from the connected peer.
   *
   * @param atMost how long to wait; the trial's deadline may end the wait earlier
   * @return the payload, or null when none came within {@code atMost}
   * @throws StepFailed {@code generic_timeout_error} when the trial's deadline is over, {@code
   *     connection_refused}, …
   */
  byte @Nullable [] receive(Duration atMost) throws StepFailed;

  InetSocketAddress local();

  InetSocketAddress remote();

  /** Closes without failing; idempotent. */
  @Override
  void close();
}
