package org.vpnprobe.protocol;

import java.time.Duration;
import java.util.List;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;

/**
 * A TCP connect and nothing else. Its ceiling is {@code port}: middleboxes and anti-flood services
 * accept connections for servers that do not exist.
 */
public final class Tcp implements Protocol<Tcp.TcpSettings> {
  /** There is nothing to set. */
  public record TcpSettings() implements Settings {}

  /** Four sends of a SYN. */
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /** RFC 6298 section 2: one second at first, doubled each time; the kernel sends. */
  static final List<Duration> REPEATS =
      List.of(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(7));

  @Override
  public String name() {
    return "tcp";
  }

  @Override
  public String summary() {
    return "TCP connect: proves that a port opens, not what answers there";
  }

  @Override
  public About about() {
    return new About(
        "port",
        "-",
        "a TCP handshake and a close: 4 packets",
        "a connection without data in the log of some servers",
        "RFC 9293 section 3.5",
        """
        - {name: gateway-ssh, protocol: tcp, address: "vpn.example.net:22"}
        """);
  }

  @Override
  public Class<TcpSettings> settings() {
    return TcpSettings.class;
  }

  @Override
  public int defaultPort() {
    return 0;
  }

  @Override
  public Facts facts(TcpSettings settings) {
    return Facts.answering(Transport.TCP, Depth.PORT, DEADLINE, REPEATS);
  }

  @Override
  public Session open(TcpSettings settings, Trial trial) throws StepFailed {
    ByteStream stream = trial.path().tcp(trial.server());
    trial.reached(Depth.PORT, "TCP connection opened");
    return stream::close;
  }
}
