package org.vpnprobe.protocol.ikev1;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.vpnprobe.layer.ike.IkeLink;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.About;
import org.vpnprobe.protocol.Facts;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Trial;

/**
 * IKEv1, phase 1 (RFC 2409). What each depth takes:
 *
 * <ul>
 *   <li>{@code handshake}: a reply with our cookie: the server's choice, or a notification (a
 *       server that likes none of our proposals is up);
 *   <li>{@code authenticated}: the server's hash verifies with the shared secret.
 * </ul>
 */
public final class Ikev1 implements Protocol<Ikev1Settings> {
  /** IKE's own port; others have the non-ESP marker. */
  static final int PORT = 500;

  /** Sends at 0, 4 and 11.2 s, and time for the rest. */
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  @Override
  public String name() {
    return "ikev1";
  }

  @Override
  public String summary() {
    return "IKEv1 phase 1 on UDP 500 and 4500, main or aggressive mode: the outer layer of L2TP/IPsec";
  }

  @Override
  public About about() {
    return new About(
        "handshake",
        "authenticated",
        "main mode 6 datagrams, aggressive mode 3, a DELETE at the end; without a secret 2",
        "a log line; a half-open SA that the server repeats its answer for; a short-lived SA with a secret",
        "RFC 2408; RFC 2409; RFC 3947",
        """
        - name: old-gateway
          protocol: ikev1
          address: vpn.example.net
          psk: ${env:L2TP_PSK}
        """);
  }

  @Override
  public Class<Ikev1Settings> settings() {
    return Ikev1Settings.class;
  }

  @Override
  public int defaultPort() {
    return PORT;
  }

  @Override
  public Facts facts(Ikev1Settings settings) {
    return Facts.answering(Transport.UDP, ceiling(settings), DEADLINE, repeats());
  }

  private static Depth ceiling(Ikev1Settings settings) {
    return settings.psk() == null ? Depth.HANDSHAKE : Depth.AUTHENTICATED;
  }

  /** When requests go out again, as far as a trial lasts. */
  private static List<Duration> repeats() {
    List<Duration> repeats = new ArrayList<>();
    Duration at = Duration.ZERO;
    for (Duration wait : IkeLink.WAITS) {
      at = at.plus(wait);
      if (at.compareTo(DEADLINE) < 0) {
        repeats.add(at);
      }
    }
    return repeats;
  }

  @Override
  public Session open(Ikev1Settings settings, Trial trial) throws StepFailed {
    Datagrams socket = trial.path().udp(trial.server());
    boolean done = false;
    try {
      IkeLink link = new IkeLink(socket, settings.marked(trial.server().getPort()), trial.clock());
      PhaseOne phase = new PhaseOne(settings, trial, link);
      int refused = trial.step(StepName.HANDSHAKE, phase::offer);
      boolean deeper = trial.goal().min(ceiling(settings)).atLeast(Depth.AUTHENTICATED);
      if (refused != 0) {
        String name = Isakmp.notificationName(refused);
        trial.observe("ike_notify", name);
        trial.reached(Depth.HANDSHAKE, "a notification with our cookie: " + name);
        if (deeper) {
          trial.step(StepName.HANDSHAKE, () -> refused(name));
        }
      } else {
        trial.reached(Depth.HANDSHAKE, "the server's choice, with our cookie");
      }
      done = true;
      return deeper ? trial.step(StepName.AUTH, phase::authenticate) : socket::close;
    } finally {
      if (!done) {
        socket.close();
      }
    }
  }

  private static int refused(String notification) throws StepFailed {
    throw new StepFailed(
        FailureKind.IKE_NOTIFY, notification, "the server refused the first message");
  }
}
