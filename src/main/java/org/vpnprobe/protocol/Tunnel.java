package org.vpnprobe.protocol;

import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;

/** The way through an open session. */
public sealed interface Tunnel {
  /** A proxy's stream to a target. */
  non-sealed interface StreamTunnel extends Tunnel {
    ByteStream stream();

    /** What answers at its end. */
    Target asked();
  }

  /** A proxy's datagrams to a target. */
  non-sealed interface DatagramTunnel extends Tunnel {
    void send(byte[] payload) throws StepFailed;

    /** The next payload, null when none came within {@code atMost}. */
    byte @Nullable [] receive(Duration atMost) throws StepFailed;

    /** What answers at its end. */
    Target asked();
  }

  /** Whole IP packets. Crafted ICMP echoes are enough; there is no IP stack. */
  non-sealed interface PacketTunnel extends Tunnel {
    void send(byte[] packet) throws StepFailed;

    /** The next packet out of the tunnel, null when none came within {@code atMost}. */
    byte @Nullable [] receive(Duration atMost) throws StepFailed;

    /** Our address inside. */
    InetAddress source();

    /**
     * What to reach through the tunnel: the user's {@code target}, else the server's inner address.
     */
    InetAddress target();
  }
}
