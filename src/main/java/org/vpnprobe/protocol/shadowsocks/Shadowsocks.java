package org.vpnprobe.protocol.shadowsocks;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.SocksAddress;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.About;
import org.vpnprobe.protocol.Facts;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Target;
import org.vpnprobe.protocol.Trial;
import org.vpnprobe.protocol.Tunnel;
import org.vpnprobe.protocol.TunnelCheck;

/**
 * Shadowsocks. The server says nothing of its own: it relays, so that what proves it is a target's
 * answer, sealed with the password's key. What each depth takes:
 *
 * <ul>
 *   <li>{@code authenticated}: a reply that opens with the password's key;
 *   <li>{@code tunnel}: the target's answer in it.
 * </ul>
 */
public final class Shadowsocks implements Protocol<ShadowsocksSettings> {
  /** Four sends of a SYN; three datagrams that are not answered. */
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /** When the question to the target is sent again. */
  private static final List<Duration> REPEATS =
      List.of(Duration.ofSeconds(3), Duration.ofSeconds(6));

  @Override
  public String name() {
    return "shadowsocks";
  }

  @Override
  public String summary() {
    return "Shadowsocks, AEAD and 2022 edition, TCP or UDP: a target's answer through the server";
  }

  @Override
  public About about() {
    return new About(
        "nothing",
        "tunnel",
        "the target's question in one segment or datagram, sealed: about 8 packets over TCP, 2 over UDP",
        "a connection or datagram from the server to the target; a wrong password may be logged",
        "SIP004; SIP022 (Shadowsocks 2022 Edition)",
        """
        - name: tokyo-ss
          protocol: shadowsocks
          address: tyo.example.net:8388
          method: chacha20-ietf-poly1305
          password: ${env:SS_PASSWORD}
          target: http://192.0.2.80/
        """);
  }

  @Override
  public Class<ShadowsocksSettings> settings() {
    return ShadowsocksSettings.class;
  }

  @Override
  public int defaultPort() {
    return 8388;
  }

  @Override
  public Facts facts(ShadowsocksSettings settings) {
    return new Facts(
        settings.carrier(),
        Depth.TUNNEL,
        true,
        settings.password() == null,
        true,
        false,
        DEADLINE,
        settings.carrier() == Transport.UDP ? REPEATS : List.of(),
        Set.of());
  }

  @Override
  public Session open(ShadowsocksSettings settings, Trial trial) throws StepFailed {
    Secret password = settings.password();
    if (password == null) {
      throw new StepFailed(
          FailureKind.PROTO_NO_REPLY_UNAUTHENTICATED,
          "the server answers nobody without a password");
    }
    byte[] key = settings.cipher().key(password);
    SocksAddress address = SocksAddress.of(settings.target().server());
    if (settings.carrier() == Transport.UDP) {
      return trial.step(StepName.HANDSHAKE, () -> relay(settings, key, address, trial));
    }
    ByteStream wire = trial.path().tcp(trial.server());
    trial.reached(Depth.PORT, "TCP connection opened");
    if (trial.goal() == Depth.PORT) {
      return wire::close;
    }
    SealedStream sealed = new SealedStream(wire, settings, key, address, trial);
    Session session = new Through(sealed, settings.target());
    try {
      TunnelCheck.run(session, trial);
    } catch (StepFailed e) {
      if (!sealed.opened() || trial.goal() == Depth.TUNNEL) {
        throw e;
      }
    }
    return session;
  }

  private static Session relay(
      ShadowsocksSettings settings, byte[] key, SocksAddress address, Trial trial)
      throws StepFailed {
    SealedDatagrams relayed =
        new SealedDatagrams(trial.path().udp(trial.server()), settings, key, address, trial);
    try {
      TunnelCheck.run(relayed, trial);
    } catch (StepFailed e) {
      if (!relayed.opened()) {
        throw e.kind() == FailureKind.DATA_ECHO_FAILED ? unanswered(relayed) : e;
      }
      if (trial.goal() == Depth.TUNNEL) {
        throw e;
      }
    }
    return relayed;
  }

  /** The tunnel was never seen open. */
  private static StepFailed unanswered(SealedDatagrams relayed) {
    return relayed.foreign()
        ? new StepFailed(
            FailureKind.AUTH_WRONG_SERVER_KEY, "what came does not open with this password")
        : new StepFailed(FailureKind.GENERIC_TIMEOUT_ERROR, "no answer to the datagrams");
  }

  private record Through(ByteStream stream, Target asked) implements Session, Tunnel.StreamTunnel {
    @Override
    public Optional<Tunnel> tunnel() {
      return Optional.of(this);
    }

    @Override
    public void close() {
      stream.close();
    }
  }
}
