package org.vpnprobe.lab;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.openvpn.PacketLink;

/** A server session's link: a listener's thread fills it, the session's thread empties it. */
final class OpenVpnQueueLink implements PacketLink {
  /** Puts a packet on the wire. */
  interface Out {
    void send(byte[] packet) throws IOException;
  }

  private static final byte[] END = new byte[0];

  private final BlockingQueue<byte[]> inbox = new LinkedBlockingQueue<>(256);
  private final Out out;
  private final boolean reliable;

  OpenVpnQueueLink(Out out, boolean reliable) {
    this.out = out;
    this.reliable = reliable;
  }

  /** Hands a packet in; drops it when the session does not keep up. */
  void arrived(byte[] packet) {
    if (packet.length > 0) {
      inbox.offer(packet);
    }
  }

  /** Says that nothing comes any more. */
  void ended() {
    if (!inbox.offer(END)) {
      inbox.clear();
      inbox.offer(END);
    }
  }

  @Override
  public void send(byte[] packet) throws StepFailed {
    try {
      out.send(packet);
    } catch (IOException e) {
      throw new StepFailed(FailureKind.CONNECTION_RESET, "the client is gone");
    }
  }

  @Override
  public byte @Nullable [] receive(Duration atMost) throws StepFailed {
    try {
      byte[] packet = inbox.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
      if (packet != null && packet.length == 0) {
        throw new StepFailed(FailureKind.EOF_ERROR, "the client is gone");
      }
      return packet;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailed(FailureKind.INTERRUPTED, "the responder was closed");
    }
  }

  @Override
  public boolean reliable() {
    return reliable;
  }
}
