package org.vpnprobe.protocol.ikev2;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
import org.vpnprobe.protocol.Tunnel;

/**
 * IKEv2 (RFC 7296). What each depth takes:
 *
 * <ul>
 *   <li>{@code handshake}: a reply to our IKE_SA_INIT with our SPI: the server's choice and key, or
 *       an error of IKE (a server that likes none of our proposals is up);
 *   <li>{@code authenticated}: the server's AUTH verifies with the shared secret or with its
 *       certificate; with credentials of our own, it has accepted those, too;
 *   <li>{@code tunnel}: the caller's business, through {@link Session#tunnel()}; needs {@code
 *       target} and an inner address from the server.
 * </ul>
 */
public final class Ikev2 implements Protocol<Ikev2Settings> {
  /** IKE's own port; others have the non-ESP marker. */
  static final int PORT = 500;

  /** Where IKE goes on when there is a NAT (RFC 3947). */
  private static final int NAT_PORT = 4500;

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
  public About about() {
    return new About(
        "handshake; authenticated where the server shows a certificate",
        "tunnel",
        "IKE_SA_INIT and IKE_AUTH: 4 to 10 datagrams, a DELETE at the end",
        "a log line; a short-lived SA and inner address when logged in; wrong secrets may count towards a lockout",
        "RFC 7296; RFC 7383; RFC 3948",
        """
        - name: office
          protocol: ikev2
          address: vpn.example.net
          psk: ${env:OFFICE_PSK}
          local_id: probe@example.net
          remote_id: vpn.example.net
        """);
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
    return switch (settings.mode()) {
      case NONE -> Depth.HANDSHAKE;
      case SERVER_ONLY -> Depth.AUTHENTICATED;
      default -> settings.innerTarget().isPresent() ? Depth.TUNNEL : Depth.AUTHENTICATED;
    };
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
    Depth goal = trial.goal().min(ceiling(settings));
    Datagrams socket = trial.path().udp(trial.server());
    IkeLink link = new IkeLink(socket, settings.marked(trial.server().getPort()), trial.clock());
    SaInit.Outcome outcome =
        trial.step(
            StepName.HANDSHAKE,
            () -> new SaInit(trial, link, settings.offers(), goal == Depth.TUNNEL).run());
    SaInit.Done done = outcome.done();
    if (done == null) {
      return refused(outcome.error(), goal, trial, socket);
    }
    trial.observe("ike_group", done.chosen().group().keyword());
    trial.observe("ike_nat", String.valueOf(done.nat()));
    trial.reached(Depth.HANDSHAKE, "IKE_SA_INIT reply with our SPI, keys agreed");
    return goal.atLeast(Depth.AUTHENTICATED)
        ? trial.step(StepName.AUTH, () -> authenticate(settings, trial, done, link))
        : socket::close;
  }

  private static Session authenticate(
      Ikev2Settings settings, Trial trial, SaInit.Done done, IkeLink first) throws StepFailed {
    boolean floats = done.nat() && !first.marked() && settings.natT() == null;
    IkeLink link = floats ? floated(trial, first) : first;
    IkeSa sa = new IkeSa(link, done, trial.random());
    Optional<ChildSa> child;
    try {
      child = new IkeAuth(settings, trial, sa, done, link).run();
    } catch (StepFailed e) {
      link.socket().close();
      throw e;
    }
    boolean established = settings.mode() != Ikev2Settings.Mode.SERVER_ONLY;
    return new Ikev2Session(sa, link, established, tunnel(settings, trial, child, link));
  }

  /** Behind a NAT, IKE moves to port 4500 after IKE_SA_INIT (RFC 7296 section 2.23). */
  private static IkeLink floated(Trial trial, IkeLink first) throws StepFailed {
    first.socket().close();
    trial.observe("ike_port", String.valueOf(NAT_PORT));
    InetSocketAddress server = new InetSocketAddress(trial.server().getAddress(), NAT_PORT);
    return new IkeLink(trial.path().udp(server), true, trial.clock());
  }

  private static Optional<Tunnel> tunnel(
      Ikev2Settings settings, Trial trial, Optional<ChildSa> child, IkeLink link) {
    Optional<InetAddress> target = settings.innerTarget();
    Optional<InetAddress> source = target.flatMap(to -> child.flatMap(sa -> sa.innerLike(to)));
    if (target.isEmpty() || source.isEmpty() || !link.marked()) {
      return Optional.empty();
    }
    trial.observe("ike_inner_address", source.get().getHostAddress());
    return Optional.of(
        new EspTunnel(child.get().esp(), link.socket(), trial.clock(), source.get(), target.get()));
  }

  /** The server speaks IKEv2, but not on the terms we offer. */
  private static Session refused(int error, Depth goal, Trial trial, Datagrams socket)
      throws StepFailed {
    trial.observe("ike_notify", Ike.errorName(error));
    trial.reached(Depth.HANDSHAKE, "IKE_SA_INIT reply with our SPI: " + Ike.errorName(error));
    if (goal.atLeast(Depth.AUTHENTICATED)) {
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
