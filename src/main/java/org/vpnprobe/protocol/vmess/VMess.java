package org.vpnprobe.protocol.vmess;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.About;
import org.vpnprobe.protocol.Facts;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Trial;
import org.vpnprobe.protocol.UserId;
import org.vpnprobe.protocol.V2RaySession;
import org.vpnprobe.protocol.V2RayTransport;

/**
 * VMess with the AEAD header. The server is silent until its target speaks; then its response opens
 * with keys that only who could open our request has: {@code authenticated}. The target's own bytes
 * are {@code tunnel}.
 */
public final class VMess implements Protocol<VMessSettings> {
  /** Repeats of TCP and TLS, and as long again for the server's own way to the target. */
  private static final Duration DEADLINE = Duration.ofSeconds(15);

  /** RFC 6298 section 2: one second at first, doubled each time; the kernel sends. */
  private static final List<Duration> REPEATS =
      List.of(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(7));

  @Override
  public String name() {
    return "vmess";
  }

  @Override
  public String summary() {
    return "VMess (AEAD) over TCP, WebSocket, HTTPUpgrade or gRPC, in TLS or not, to a target";
  }

  @Override
  public About about() {
    return new About(
        "port",
        "tunnel",
        "TCP, TLS, the transport's request, one VMess request with the target's: 10 to 25 packets",
        "a connection to the target from the server; a line in its access log",
        "v2fly/v2ray-core proxy/vmess and transport/internet; RFC 6455",
        """
        - name: tokyo-vmess
          protocol: vmess
          address: tyo.example.net:443
          uuid: ${env:VMESS_UUID}
          security: auto
          tls: true
          network: ws
          path: /ray
          target: http://www.example.com/
        """);
  }

  @Override
  public Class<VMessSettings> settings() {
    return VMessSettings.class;
  }

  @Override
  public int defaultPort() {
    return 443;
  }

  /** Obfuscated where nothing surrounds it: its bytes look like noise. */
  @Override
  public Facts facts(VMessSettings settings) {
    V2RayTransport transport = settings.transport();
    return new Facts(
        Transport.TCP,
        Depth.TUNNEL,
        true,
        settings.uuid() == null,
        transport.network() == V2RayTransport.Network.TCP && !transport.tls(),
        false,
        DEADLINE,
        REPEATS,
        Set.of());
  }

  @Override
  public Session open(VMessSettings settings, Trial trial) throws StepFailed {
    V2RayTransport.Opened opened = settings.transport().open(trial);
    if (trial.goal() == Depth.PORT) {
      return opened.stream()::close;
    }
    Secret uuid = settings.uuid();
    if (uuid == null) {
      opened.stream().close();
      throw new StepFailed(
          FailureKind.PROTO_NO_REPLY_UNAUTHENTICATED, "the server answers nobody without a uuid");
    }
    byte[] key = new byte[16];
    byte[] iv = new byte[16];
    trial.random().nextBytes(key);
    trial.random().nextBytes(iv);
    RequestHeader header =
        new RequestHeader(
            new Keys(key, iv, trial.random().nextInt(256)),
            settings.bodySecurity(),
            settings.target().server());
    trial.needsRightClock(RequestHeader.MAX_SKEW);
    byte[] request =
        header.seal(
            RequestHeader.commandKey(UserId.of(uuid)), trial.clock().instant(), trial.random());
    VMessStream stream = new VMessStream(opened, header, request, trial);
    try {
      return new V2RaySession(stream, settings.target()).proved(trial);
    } catch (StepFailed e) {
      if (stream.answered()) {
        return stream::close; // The goal is reached, whatever the target does.
      }
      throw e;
    }
  }
}
