package org.vpnprobe.protocol.softether;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.HttpConversation;
import org.vpnprobe.layer.TlsClient;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.About;
import org.vpnprobe.protocol.Facts;
import org.vpnprobe.protocol.HttpsGateway;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Settings;
import org.vpnprobe.protocol.Trial;

/**
 * SoftEther VPN over TLS, without a login. What each depth takes:
 *
 * <ul>
 *   <li>{@code handshake}: the server's hello, a pack with a challenge, answers the signature;
 *   <li>{@code authenticated}: that it came over TLS whose certificate is trusted.
 * </ul>
 */
public final class SoftEther implements Protocol<SoftEther.SoftEtherSettings> {
  /**
   * @param sni see {@code tls}, as all that follow
   */
  public record SoftEtherSettings(
      @Nullable String sni,
      @Nullable String ca,
      @Nullable String pin,
      @Nullable String verifyName,
      @Nullable String cert,
      @Nullable Secret key)
      implements Settings {

    public SoftEtherSettings {
      HttpsGateway.offer(sni, ca, pin, verifyName, cert, key, "localhost");
    }

    TlsClient.Offer offer(String host) {
      return HttpsGateway.offer(sni, ca, pin, verifyName, cert, key, host);
    }
  }

  /** {@code Cedar/Protocol.h}: where the signature goes, as what, and what it is. */
  public static final String TARGET = "/vpnsvc/connect.cgi";

  private static final String CONTENT_TYPE = "image/jpeg";

  /** The signature that every version takes; newer clients send a picture instead. */
  public static final String SIGNATURE = "VPNCONNECT";

  /** {@code SHA1_SIZE}: what a client hashes its password with. */
  public static final int CHALLENGE = 20;

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /** RFC 6298 section 2: the kernel sends again. */
  private static final List<Duration> REPEATS =
      List.of(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(7));

  @Override
  public String name() {
    return "softether";
  }

  @Override
  public String summary() {
    return "SoftEther VPN over TLS: signature and the server's hello, certificate pinned";
  }

  @Override
  public About about() {
    return new About(
        "authenticated",
        "-",
        "TCP, one TLS handshake, one POST: about 20 packets",
        "two lines in the server's log",
        "SoftEther VPN, Cedar/Protocol.c and Mayaqua/Pack.c",
        """
        - name: office-softether
          protocol: softether
          address: vpn.example.net:443
          pin: 6c1f3d2a9b1e4d0c8a77f3c5d9e2b1a06c1f3d2a9b1e4d0c8a77f3c5d9e2b1a0
        """);
  }

  @Override
  public Class<SoftEtherSettings> settings() {
    return SoftEtherSettings.class;
  }

  @Override
  public int defaultPort() {
    return 443;
  }

  @Override
  public Facts facts(SoftEtherSettings settings) {
    return Facts.answering(Transport.TCP, Depth.AUTHENTICATED, DEADLINE, REPEATS);
  }

  @Override
  public Session open(SoftEtherSettings settings, Trial trial) throws StepFailed {
    return HttpsGateway.open(
        settings.offer(trial.host()), trial, gateway -> converse(trial, gateway));
  }

  private static Session converse(Trial trial, HttpsGateway gateway) throws StepFailed {
    Pack hello = trial.step(StepName.HANDSHAKE, () -> hello(gateway));
    trial.reached(Depth.HANDSHAKE, "the server's hello answered our signature");
    trial.reached(Depth.AUTHENTICATED, "the server's hello, certificate trusted");
    observe(hello, trial);
    return gateway;
  }

  private static Pack hello(HttpsGateway gateway) throws StepFailed {
    HttpConversation.Answer answer =
        gateway
            .http()
            .ask(
                "POST",
                TARGET,
                List.of(
                    "Host: " + gateway.host(),
                    "Content-Type: " + CONTENT_TYPE,
                    "Connection: Keep-Alive"),
                SIGNATURE.getBytes(StandardCharsets.US_ASCII));
    if (answer.status() != 200) {
      throw new StepFailed(
          FailureKind.HTTP_UNEXPECTED,
          Integer.toString(answer.status()),
          "the server answered " + answer.status() + " to a client of SoftEther");
    }
    String type = answer.header("Content-Type").orElse("");
    if (!type.startsWith("application/octet-stream")) {
      throw new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY, "the answer is no pack of SoftEther");
    }
    Pack hello = Pack.decode(answer.body());
    Optional<byte[]> challenge = hello.first("random", byte[].class);
    boolean complete =
        hello.first("hello", String.class).isPresent()
            && hello.first("version", Long.class).isPresent()
            && hello.first("build", Long.class).isPresent()
            && challenge.filter(bytes -> bytes.length == CHALLENGE).isPresent();
    if (!complete) {
      throw new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY, "the answer is no hello of SoftEther");
    }
    return hello;
  }

  private static void observe(Pack hello, Trial trial) {
    String text = hello.first("hello", String.class).orElse("").replaceAll("[^ -~]", "?");
    trial.observe("softether_server", text.substring(0, Math.min(text.length(), 128)));
    trial.observe(
        "softether_build",
        hello.first("version", Long.class).orElse(0L)
            + "."
            + hello.first("build", Long.class).orElse(0L));
  }
}
