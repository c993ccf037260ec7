package org.vpnprobe.protocol.ikev2;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Facts;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Trial;

/**
 * IKEv2 (RFC 7296). What each depth takes:
 *
 * <ul>
 *   <li>{@code handshake}: a reply to our IKE_SA_INIT with our SPI: the server's choice and key, or
 *       an error of IKE (a server that likes none of our proposals is up);
 *   <li>{@code authenticated}: the server's AUTH verifies with the shared secret or with its
 *       certificate; with credentials of our own, it has accepted those, too.
 * </ul>
 */
public final class Ikev2 implements Protocol<Ikev2Settings> {
  /** IKE's own port; others have the non-ESP marker. */
  static final int PORT = 500;

  /** Sends at 0, 4 and 11.2 s, and time for the rest. */
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  @Override
  public String name() {
    return "ikev2";
  }

  @Override
  public String summary() {
    return "IKEv2/IPsec on UDP 500 and 4500: shared secret, certificate, EAP-MSCHAPv2,"
        + " or the server's identity alone";
  }

  @Override
  public Class<Ikev2Settings> settings() {
    return Ikev2Settings.class;
  }

  @Override
  public int defaultPort() {
    return PORT;
  }

  @Override
  public Facts facts(Ikev2Settings settings) {
    return Facts.answering(Transport.UDP, ceiling(settings), DEADLINE, repeats());
  }

  private static Depth ceiling(Ikev2Settings settings) {
    return settings.mode() == Ikev2Settings.Mode.NONE ? Depth.HANDSHAKE : Depth.AUTHENTICATED;
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
  public Session open(Ikev2Settings settings, Trial trial) throws StepFailed {
    Datagrams socket = trial.path().udp(trial.server());
    IkeLink link = new IkeLink(socket, settings.marked(trial.server().getPort()), trial.clock());
    SaInit.Outcome outcome =
        trial.step(
            StepName.HANDSHAKE, () -> new SaInit(trial, link, settings.offers(), false).run());
    SaInit.Done done = outcome.done();
    if (done == null) {
      return refused(outcome.error(), settings, trial, socket);
    }
    trial.observe("ike_group", done.chosen().group().keyword());
    trial.observe("ike_nat", String.valueOf(done.nat()));
    trial.reached(Depth.HANDSHAKE, "IKE_SA_INIT reply with our SPI, keys agreed");
    return socket::close;
  }

  /** The server speaks IKEv2, but not on the terms we offer. */
  private static Session refused(int error, Ikev2Settings settings, Trial trial, Datagrams socket)
      throws StepFailed {
    trial.observe("ike_notify", Ike.errorName(error));
    trial.reached(Depth.HANDSHAKE, "IKE_SA_INIT reply with our SPI: " + Ike.errorName(error));
    if (trial.goal().min(ceiling(settings)).atLeast(Depth.AUTHENTICATED)) {
      return trial.step(
          StepName.HANDSHAKE,
          () -> {
            throw new StepFailed(
                FailureKind.IKE_NOTIFY,
                Ike.errorName(error),
                "the server refused the IKE_SA_INIT request");
          });
    }
    return socket::close;
  }
}
