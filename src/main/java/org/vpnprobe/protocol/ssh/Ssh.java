package org.vpnprobe.protocol.ssh;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.About;
import org.vpnprobe.protocol.Facts;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Target;
import org.vpnprobe.protocol.Trial;

/**
 * SSH as a way to a target (RFC 4251 to 4254). What each depth takes:
 *
 * <ul>
 *   <li>{@code handshake}: the server's signature over our key exchange;
 *   <li>{@code authenticated}: the signing key is the pinned one; without a pin, our login was
 *       accepted;
 *   <li>{@code tunnel}: a direct-tcpip channel reached the target.
 * </ul>
 */
public final class Ssh implements Protocol<SshSettings> {
  /** A server that refuses a password may take some seconds over it. */
  private static final Duration DEADLINE = Duration.ofSeconds(15);

  /** RFC 6298 section 2: the kernel sends again; SSH has no timer of its own. */
  private static final List<Duration> REPEATS =
      List.of(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(7));

  @Override
  public String name() {
    return "ssh";
  }

  @Override
  public String summary() {
    return "SSH key exchange with the host key pinned, login, direct-tcpip to a target";
  }

  @Override
  public About about() {
    return new About(
        "handshake, authenticated with host_key",
        "tunnel",
        "TCP, identification, one key exchange and a disconnect: about 12 packets; a login adds 6",
        "a log line; a refused login counts for MaxAuthTries and for bans",
        "RFC 4253; RFC 4252; RFC 4254 section 7.2; RFC 8731",
        """
        - name: bastion
          protocol: ssh
          address: bastion.example.net:22
          host_key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGB4fdzKE24KOlVhEoD1lPfkahp3N+hTT6zYrlRrSdWp"
          username: probe
          private_key: ${file:probe_ed25519}
          target: tcp://10.0.0.5:22
          depth: tunnel
        """);
  }

  @Override
  public Class<SshSettings> settings() {
    return SshSettings.class;
  }

  @Override
  public int defaultPort() {
    return 22;
  }

  @Override
  public Facts facts(SshSettings settings) {
    return Facts.answering(Transport.TCP, settings.ceiling(), DEADLINE, REPEATS);
  }

  @Override
  public Session open(SshSettings settings, Trial trial) throws StepFailed {
    ByteStream stream = trial.path().tcp(trial.server());
    trial.reached(Depth.PORT, "TCP connection opened");
    if (trial.goal() == Depth.PORT) {
      return stream::close;
    }
    boolean done = false;
    try {
      SshConnection connection = new SshConnection(settings, trial, stream);
      trial.step(StepName.HANDSHAKE, connection::open);
      SshChannel channel = channel(settings, trial, connection);
      done = true;
      return new SshSession(connection, channel);
    } finally {
      if (!done) {
        stream.close();
      }
    }
  }

  private static @Nullable SshChannel channel(
      SshSettings settings, Trial trial, SshConnection connection) throws StepFailed {
    Target target = settings.target();
    return target == null || trial.goal() != Depth.TUNNEL
        ? null
        : trial.step(StepName.TUNNEL, () -> connection.channel(target));
  }
}
