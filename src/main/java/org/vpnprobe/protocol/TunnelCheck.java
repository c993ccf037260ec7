package org.vpnprobe.protocol;

import java.time.Duration;
import java.util.Optional;
import org.vpnprobe.layer.Icmp;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.StepName;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Tunnel.DatagramTunnel;
import org.vpnprobe.protocol.Tunnel.PacketTunnel;
import org.vpnprobe.protocol.Tunnel.StreamTunnel;

/** Whether an open session carries: our bytes go through it and come back. */
public final class TunnelCheck {
  /** As {@code ping} does. */
  private static final Duration PACE = Duration.ofSeconds(1);

  private static final int SENDS = 3;

  /** As much as {@code ping} sends. */
  private static final int PAYLOAD = 56;

  private TunnelCheck() {}

  /**
   * Sends echo requests to the tunnel's target until one is answered, or asks a proxy's target what
   * it is asked; records the step {@code tunnel} and, on success, the depth.
   *
   * @throws StepFailed {@code data_echo_failed} when no answer, or another one, comes
   */
  public static void run(Session session, Trial trial) throws StepFailed {
    Tunnel tunnel =
        session
            .tunnel()
            .orElseThrow(() ->
                new StepFailed(FailureKind.DATA_ECHO_FAILED, "the session gives no way through"));
    trial.step(
        StepName.TUNNEL,
        () -> {
          switch (tunnel) {
            case PacketTunnel packets -> ping(packets, trial);
            case StreamTunnel proxied ->
                TargetCheck.stream(proxied.stream(), proxied.asked(), trial);
            case DatagramTunnel relayed -> TargetCheck.datagrams(relayed, relayed.asked(), trial);
          }
          return Boolean.TRUE;
        });
  }

  private static void ping(PacketTunnel tunnel, Trial trial) throws StepFailed {
    byte[] payload = new byte[PAYLOAD];
    trial.random().nextBytes(payload);
    int id = trial.random().nextInt(1 << 16);
    for (int sequence = 1; sequence <= SENDS; sequence++) {
      Icmp.Echo request =
          new Icmp.Echo(tunnel.source(), tunnel.target(), true, id, sequence, payload);
      tunnel.send(Icmp.packet(request));
      if (answered(tunnel, request)) {
        trial.reached(Depth.TUNNEL, "an echo came back through the tunnel");
        return;
      }
    }
    throw new StepFailed(
        FailureKind.DATA_ECHO_FAILED, "no answer to " + SENDS + " echo requests in the tunnel");
  }

  /** Other packets may come meanwhile; an answer to an earlier request will do. */
  private static boolean answered(PacketTunnel tunnel, Icmp.Echo request) throws StepFailed {
    long end = System.nanoTime() + PACE.toNanos();
    for (long left = PACE.toNanos(); left > 0; left = end - System.nanoTime()) {
      byte[] packet = tunnel.receive(Duration.ofNanos(left));
      if (packet == null) {
        return false;
      }
      Optional<Icmp.Echo> echo = Icmp.parse(packet);
      if (echo.isPresent() && isAnswer(request, echo.get())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAnswer(Icmp.Echo request, Icmp.Echo echo) {
    for (int sequence = 1; sequence <= request.sequence(); sequence++) {
      Icmp.Echo sent =
          new Icmp.Echo(
              request.from(), request.to(), true, request.id(), sequence, request.payload());
      if (sent.isAnsweredBy(echo)) {
        return true;
      }
    }
    return false;
  }
}
