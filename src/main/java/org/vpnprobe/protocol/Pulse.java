package org.vpnprobe.protocol;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.HttpConversation;
import org.vpnprobe.layer.TlsClient;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * Pulse Connect Secure (Ivanti) before the login: the upgrade to IF-T/TLS and the negotiation of
 * its version. What each depth takes:
 *
 * <ul>
 *   <li>{@code handshake}: the server chose a version of IF-T/TLS;
 *   <li>{@code authenticated}: that it did so over TLS whose certificate is trusted.
 * </ul>
 */
public final class Pulse implements Protocol<Pulse.PulseSettings> {
  /**
   * @param sni see {@code tls}, as all that follow
   */
  public record PulseSettings(
      @Nullable String sni,
      @Nullable String ca,
      @Nullable String pin,
      @Nullable String verifyName,
      @Nullable String cert,
      @Nullable Secret key)
      implements Settings {

    public PulseSettings {
      HttpsGateway.offer(sni, ca, pin, verifyName, cert, key, "localhost");
    }

    TlsClient.Offer offer(String host) {
      return HttpsGateway.offer(sni, ca, pin, verifyName, cert, key, host);
    }
  }

  /** What HTTP is upgraded to. */
  public static final String UPGRADE = "IF-T/TLS 1.0";

  /** TCG IF-T Binding to TLS 2.0 section 3.2; RFC 6876 has the same layout. */
  public static final int HEADER = 16;

  /** The Trusted Computing Group's number, and its messages. */
  public static final int VENDOR = 0x5597;

  public static final int VERSION_REQUEST = 1;
  public static final int VERSION_RESPONSE = 2;

  private static final int LEAST_VERSION = 1;
  private static final int BEST_VERSION = 2;
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  @Override
  public String name() {
    return "pulse";
  }

  @Override
  public String summary() {
    return "Pulse Connect Secure (Ivanti): upgrade to IF-T/TLS and its version";
  }

  @Override
  public About about() {
    return new About(
        "authenticated",
        "-",
        "TCP, one TLS handshake, one GET, one message: about 23 packets",
        "a line in the log",
        "TCG IF-T Binding to TLS 2.0; RFC 6876; exchanges described by openconnect",
        """
        - name: office-pulse
          protocol: pulse
          address: vpn.example.net:443
          ca: ${file:ca.pem}
        """);
  }

  @Override
  public Class<PulseSettings> settings() {
    return PulseSettings.class;
  }

  @Override
  public int defaultPort() {
    return 443;
  }

  @Override
  public Facts facts(PulseSettings settings) {
    return Facts.answering(Transport.TCP, Depth.AUTHENTICATED, DEADLINE, Tcp.REPEATS);
  }

  @Override
  public Session open(PulseSettings settings, Trial trial) throws StepFailed {
    return HttpsGateway.open(
        settings.offer(trial.host()), trial, gateway -> converse(trial, gateway));
  }

  private static Session converse(Trial trial, HttpsGateway gateway) throws StepFailed {
    int version = trial.step(StepName.HANDSHAKE, () -> version(gateway));
    trial.observe("pulse_ift_version", Integer.toString(version));
    trial.reached(Depth.HANDSHAKE, "the server chose a version of IF-T/TLS");
    trial.reached(Depth.AUTHENTICATED, "a version of IF-T/TLS, certificate trusted");
    return gateway;
  }

  private static int version(HttpsGateway gateway) throws StepFailed {
    HttpConversation.Answer answer =
        gateway
            .http()
            .upgrade(
                "GET",
                "/",
                List.of(
                    "Host: " + gateway.host(),
                    "User-Agent: Pulse-Secure/22.2.1.1295",
                    "Content-Type: EAP",
                    "Upgrade: " + UPGRADE,
                    "Content-Length: 0"));
    if (answer.status() != 101) {
      throw new StepFailed(
          FailureKind.HTTP_UNEXPECTED,
          Integer.toString(answer.status()),
          "the server answered " + answer.status() + " to a client of Pulse");
    }
    byte[] versions =
        new ByteWriter().u8(0).u8(LEAST_VERSION).u8(BEST_VERSION).u8(BEST_VERSION).toByteArray();
    gateway.stream().write(message(VERSION_REQUEST, versions));
    return chosen(gateway.stream());
  }

  /** A message of the Trusted Computing Group, the first of its side. */
  public static byte[] message(int type, byte[] payload) {
    return new ByteWriter()
        .u32(VENDOR)
        .u32(type)
        .u32(HEADER + payload.length)
        .u32(0)
        .bytes(payload)
        .toByteArray();
  }

  /**
   * Reads a Version Response.
   *
   * @return the version that was chosen
   * @throws StepFailed {@code proto_unexpected_reply} when it is another message
   */
  static int chosen(ByteStream stream) throws StepFailed {
    ByteReader header = new ByteReader(stream.readFully(HEADER));
    long vendor = header.u32();
    long type = header.u32();
    long length = header.u32();
    if (vendor != VENDOR || type != VERSION_RESPONSE || length != HEADER + 4) {
      throw new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY, "the answer is no version of IF-T/TLS");
    }
    ByteReader payload = new ByteReader(stream.readFully(4));
    payload.skip(3);
    int version = payload.u8();
    if (version < LEAST_VERSION || version > BEST_VERSION) {
      throw payload.malformed("a version that was not offered");
    }
    return version;
  }
}
