package org.vpnprobe.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.vpnprobe.model.FailureKind;

/**
 * What an experiment chooses of a TCP connection.
 *
 * @param localPort 0 for any
 * @param segment at most so many bytes of payload in one segment, either way; 0 for as many as fit
 */
record ConnectionChoice(int localPort, int segment) {
  static final ConnectionChoice NONE = new ConnectionChoice(0, 0);

  /** netinet/in.h, and netinet/tcp.h: the largest segment, announced in the SYN and kept to. */
  private static final int IPPROTO_TCP = 6;

  private static final int TCP_MAXSEG = 2;

  /**
   * Chooses, before it is connected.
   *
   * @throws StepFailed {@code config_error} when that cannot be had
   */
  void applyTo(SocketChannel channel) throws StepFailed {
    if (localPort != 0) {
      bind(channel);
    }
    if (segment != 0) {
      limit(channel);
    }
  }

  private void bind(SocketChannel channel) throws StepFailed {
    try {
      if (channel.getLocalAddress() == null) {
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.bind(new InetSocketAddress(localPort));
        return;
      }
    } catch (IOException e) {
      // Still in use, or not to be had.
    }
    throw new StepFailed(FailureKind.CONFIG_ERROR, "the local port cannot be chosen");
  }

  private void limit(SocketChannel channel) throws StepFailed {
    int descriptor = LinuxSocket.available() ? LinuxSocket.descriptor(channel) : -1;
    try {
      if (descriptor >= 0) {
        LinuxSocket.option(descriptor, IPPROTO_TCP, TCP_MAXSEG, segment);
        return;
      }
    } catch (IOException e) {
      // Told below.
    }
    throw new StepFailed(FailureKind.CONFIG_ERROR, "a segment's size cannot be chosen here");
  }
}
