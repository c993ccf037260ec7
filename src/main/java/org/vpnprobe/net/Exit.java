package org.vpnprobe.net;

import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import org.vpnprobe.model.Family;

/**
 * How a fresh, unconnected socket comes to be: all that tells one place on this host from another.
 */
interface Exit {
  /** {@code direct source interface netns}. */
  String kind();

  SocketChannel stream(Family family) throws StepFailed;

  DatagramChannel datagrams(Family family) throws StepFailed;

  /** See {@link Vantage#preflight}. */
  Optional<String> preflight();
}
