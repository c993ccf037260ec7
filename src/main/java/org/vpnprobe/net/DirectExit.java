package org.vpnprobe.net;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import org.vpnprobe.model.Family;

/** The host's own routing. */
final class DirectExit implements Exit {
  @Override
  public String kind() {
    return "direct";
  }

  @Override
  public SocketChannel stream(Family family) throws StepFailed {
    try {
      return SocketChannel.open(protocol(family));
    } catch (IOException e) {
      throw SocketFailure.of(e, "socket", List.of(), null);
    }
  }

  @Override
  public DatagramChannel datagrams(Family family) throws StepFailed {
    try {
      return DatagramChannel.open(protocol(family));
    } catch (IOException e) {
      throw SocketFailure.of(e, "socket", List.of(), null);
    }
  }

  /** A missing route is told for each server, since some may be near. */
  @Override
  public Optional<String> preflight() {
    return Optional.empty();
  }

  private static StandardProtocolFamily protocol(Family family) {
    return family == Family.IP6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
  }
}
