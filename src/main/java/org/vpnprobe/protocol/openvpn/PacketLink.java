package org.vpnprobe.protocol.openvpn;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.StepFailed;

/** Carries whole OpenVPN packets, over UDP as datagrams or over TCP with a length before each. */
public interface PacketLink {
  /** Larger packets are none of a control session or of an ICMP echo. */
  int MAX_PACKET = 4096;

  void send(byte[] packet) throws StepFailed;

  /**
   * The next packet.
   *
   * @return never empty; null when none came within {@code atMost}
   * @throws StepFailed {@code generic_timeout_error} at the trial's deadline, and what the
   *     transport fails with
   */
  byte @Nullable [] receive(Duration atMost) throws StepFailed;

  /** True when the transport neither loses nor repeats packets (TCP). */
  boolean reliable();
}
