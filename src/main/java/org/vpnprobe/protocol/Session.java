package org.vpnprobe.protocol;

import java.time.Duration;
import java.util.Optional;
import org.vpnprobe.net.StepFailed;

/** An open session. {@link #close()} says goodbye as the protocol does, and never fails. */
public interface Session extends AutoCloseable {
  /** The way through, when the protocol and the settings give one. */
  default Optional<Tunnel> tunnel() {
    return Optional.empty();
  }

  /** A question that the open session can ask again and again, where there is no tunnel. */
  default Optional<Exchange> exchange() {
    return Optional.empty();
  }

  /** Data both ways through an open session. */
  @FunctionalInterface
  interface Exchange {
    /**
     * Sends about so many bytes and waits for their answer.
     *
     * @return how many bytes came back, 0 when none did within {@code atMost}
     * @throws StepFailed when the session ends
     */
    int once(int bytes, Duration atMost) throws StepFailed;
  }

  @Override
  void close();
}
