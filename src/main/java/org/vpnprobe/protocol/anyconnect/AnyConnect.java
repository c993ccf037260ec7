package org.vpnprobe.protocol.anyconnect;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.vpnprobe.layer.HttpConversation;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.About;
import org.vpnprobe.protocol.Facts;
import org.vpnprobe.protocol.HttpsGateway;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Trial;

/**
 * Cisco AnyConnect and OpenConnect. What each depth takes:
 *
 * <ul>
 *   <li>{@code handshake}: a form of a login, over verified TLS;
 *   <li>{@code authenticated}: the same, and with a password that the login was accepted;
 *   <li>{@code tunnel}: an echo through CSTP.
 * </ul>
 */
public final class AnyConnect implements Protocol<AnyConnectSettings> {
  /** A login may wait for another server behind this one. */
  private static final Duration DEADLINE = Duration.ofSeconds(15);

  /** RFC 6298 section 2: the kernel sends again. */
  private static final List<Duration> REPEATS =
      List.of(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(7));

  @Override
  public String name() {
    return "anyconnect";
  }

  @Override
  public String summary() {
    return "Cisco AnyConnect and OpenConnect: login form, session, echo through CSTP in TLS";
  }

  @Override
  public About about() {
    return new About(
        "authenticated",
        "tunnel",
        "TCP, one TLS handshake, one POST: about 20 packets; a login and a tunnel add 12",
        "a line in the log; a refused login, and at ocserv every connection, counts towards a ban",
        "draft-mavrogiannopoulos-openconnect-04",
        """
        - name: office-anyconnect
          protocol: anyconnect
          address: vpn.example.net:443
          ca: ${file:ca.pem}
          username: probe
          password: ${env:OFFICE_PASSWORD}
          target: 10.20.0.1
          depth: tunnel
        """);
  }

  @Override
  public Class<AnyConnectSettings> settings() {
    return AnyConnectSettings.class;
  }

  @Override
  public int defaultPort() {
    return 443;
  }

  @Override
  public Facts facts(AnyConnectSettings settings) {
    Depth ceiling = settings.username() == null ? Depth.AUTHENTICATED : Depth.TUNNEL;
    return Facts.answering(Transport.TCP, ceiling, DEADLINE, REPEATS);
  }

  @Override
  public Session open(AnyConnectSettings settings, Trial trial) throws StepFailed {
    return HttpsGateway.open(
        settings.offer(trial.host()), trial, gateway -> converse(settings, trial, gateway));
  }

  private static Session converse(AnyConnectSettings settings, Trial trial, HttpsGateway gateway)
      throws StepFailed {
    Login login = new Login(gateway, settings);
    ConfigAuth form = trial.step(StepName.HANDSHAKE, login::init);
    trial.reached(Depth.HANDSHAKE, "a config-auth answer over verified TLS");
    if (settings.username() == null) {
      trial.reached(Depth.AUTHENTICATED, "a config-auth answer, certificate trusted");
      return gateway;
    }
    if (!trial.goal().atLeast(Depth.AUTHENTICATED)) {
      return gateway;
    }
    String cookie = trial.step(StepName.AUTH, () -> login.run(form));
    trial.reached(Depth.AUTHENTICATED, "the server accepted our login");
    return trial.goal() == Depth.TUNNEL
        ? trial.step(StepName.TUNNEL, () -> connect(settings, gateway, cookie))
        : gateway;
  }

  /** Ends HTTP on this connection: what follows are packets. */
  private static Session connect(AnyConnectSettings settings, HttpsGateway gateway, String cookie)
      throws StepFailed {
    HttpConversation.Answer answer =
        gateway
            .http()
            .upgrade(
                "CONNECT",
                "/CSCOSSLC/tunnel",
                List.of(
                    "Host: " + gateway.host(),
                    "User-Agent: " + Login.AGENT,
                    "Cookie: webvpn=" + cookie,
                    "X-CSTP-Version: 1",
                    "X-CSTP-Hostname: vpnprobe",
                    "X-CSTP-Base-MTU: 1400",
                    "X-CSTP-MTU: 1280",
                    "X-CSTP-Address-Type: IPv6,IPv4",
                    "X-CSTP-Full-IPv6-Capability: true"));
    if (answer.status() != 200) {
      throw new StepFailed(
          FailureKind.HTTP_UNEXPECTED,
          Integer.toString(answer.status()),
          "the server opened no tunnel for its session");
    }
    Inner inner = Inner.of(answer, Optional.ofNullable(settings.target()));
    return new AnyConnectSession(gateway, inner.source(), inner.target());
  }

  /** The two ends of the tunnel. */
  record Inner(InetAddress source, InetAddress target) {
    static Inner of(HttpConversation.Answer answer, Optional<InetAddress> wanted)
        throws StepFailed {
      Optional<InetAddress> four = answer.header("X-CSTP-Address").flatMap(Inner::literal);
      Optional<InetAddress> six =
          answer
              .header("X-CSTP-Address-IP6")
              .or(() ->
                  answer.headers("X-CSTP-Address").stream()
                      .filter(a -> a.contains(":"))
                      .findFirst())
              .flatMap(text -> literal(text.split("/", 2)[0]));
      Optional<InetAddress> target =
          wanted.or(() -> four.flatMap(own -> first(own, answer.header("X-CSTP-Netmask"))));
      Optional<InetAddress> source =
          target
              .flatMap(to -> to instanceof Inet4Address ? four : six)
              .filter(own -> own instanceof Inet4Address == target.get() instanceof Inet4Address);
      if (source.isEmpty()) {
        throw new StepFailed(
            FailureKind.CONFIG_ERROR, "the server gave us no address for the target's family");
      }
      return new Inner(source.get(), target.get());
    }

    private static Optional<InetAddress> literal(String text) {
      try {
        return Optional.of(InetAddress.ofLiteral(text));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }

    /** The first address of our network inside, where ocserv has its own. */
    private static Optional<InetAddress> first(InetAddress own, Optional<String> netmask) {
      Optional<InetAddress> mask = netmask.flatMap(Inner::literal);
      if (mask.isEmpty()
          || !(own instanceof Inet4Address)
          || !(mask.get() instanceof Inet4Address)) {
        return Optional.empty();
      }
      byte[] network = own.getAddress();
      for (int i = 0; i < network.length; i++) {
        network[i] &= mask.get().getAddress()[i];
      }
      network[3] |= 1;
      try {
        return Optional.of(InetAddress.getByAddress(network));
      } catch (UnknownHostException e) {
        return Optional.empty();
      }
    }
  }
}
