package org.vpnprobe.protocol.sstp;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.HttpConversation;
import org.vpnprobe.layer.TlsClient;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.About;
import org.vpnprobe.protocol.Facts;
import org.vpnprobe.protocol.HttpsGateway;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Settings;
import org.vpnprobe.protocol.Trial;

/**
 * Microsoft's SSTP, without a login. What each depth takes:
 *
 * <ul>
 *   <li>{@code handshake}: the server acknowledged our call;
 *   <li>{@code authenticated}: it also answered our LCP request, over TLS whose certificate is
 *       trusted.
 * </ul>
 */
public final class Sstp implements Protocol<Sstp.SstpSettings> {
  /**
   * @param sni see {@code tls}, as all that follow
   */
  public record SstpSettings(
      @Nullable String sni,
      @Nullable String ca,
      @Nullable String pin,
      @Nullable String verifyName,
      @Nullable String cert,
      @Nullable Secret key)
      implements Settings {

    public SstpSettings {
      HttpsGateway.offer(sni, ca, pin, verifyName, cert, key, "localhost");
    }

    TlsClient.Offer offer(String host) {
      return HttpsGateway.offer(sni, ca, pin, verifyName, cert, key, host);
    }
  }

  /** RFC 1661 sections 5.1 to 5.4; RFC 1662 section 3.1. */
  private static final int PPP = 0xff03;

  private static final int LCP = 0xc021;
  private static final int CONFIGURE_REQUEST = 1;
  private static final int CONFIGURE_ACK = 2;
  private static final int CONFIGURE_NAK = 3;
  private static final int CONFIGURE_REJECT = 4;

  /** RFC 1661 section 6.4. */
  private static final int MAGIC_NUMBER = 5;

  /** A server's own request, echoes and the like may come before the answer to ours. */
  private static final int MOST_PACKETS = 20;

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /** RFC 6298 section 2: the kernel sends again. */
  private static final List<Duration> REPEATS =
      List.of(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(7));

  @Override
  public String name() {
    return "sstp";
  }

  @Override
  public String summary() {
    return "Microsoft SSTP over TLS: call request and the first exchange of PPP";
  }

  @Override
  public About about() {
    return new About(
        "authenticated",
        "-",
        "TCP, one TLS handshake, one request, two packets of SSTP: about 23 packets",
        "a call that never logged in, in the log",
        "[MS-SSTP]; RFC 1661",
        """
        - name: office-sstp
          protocol: sstp
          address: vpn.example.net:443
          ca: ${file:ca.pem}
        """);
  }

  @Override
  public Class<SstpSettings> settings() {
    return SstpSettings.class;
  }

  @Override
  public int defaultPort() {
    return 443;
  }

  @Override
  public Facts facts(SstpSettings settings) {
    return Facts.answering(Transport.TCP, Depth.AUTHENTICATED, DEADLINE, REPEATS);
  }

  @Override
  public Session open(SstpSettings settings, Trial trial) throws StepFailed {
    return HttpsGateway.open(
        settings.offer(trial.host()), trial, gateway -> converse(trial, gateway));
  }

  private static Session converse(Trial trial, HttpsGateway gateway) throws StepFailed {
    trial.step(StepName.HANDSHAKE, () -> call(gateway, trial));
    if (trial.goal().atLeast(Depth.AUTHENTICATED)) {
      trial.observe("sstp_lcp", trial.step(StepName.AUTH, () -> negotiate(gateway, trial)));
      trial.reached(Depth.AUTHENTICATED, "an LCP answer in SSTP, certificate trusted");
    }
    return () -> leave(gateway);
  }

  private static boolean call(HttpsGateway gateway, Trial trial) throws StepFailed {
    UUID id = new UUID(trial.random().nextLong(), trial.random().nextLong());
    HttpConversation.Answer answer =
        gateway
            .http()
            .upgrade(
                "SSTP_DUPLEX_POST",
                SstpPacket.TARGET,
                List.of(
                    "SSTPCORRELATIONID: {" + id.toString().toUpperCase(Locale.ROOT) + "}",
                    SstpPacket.ENDLESS,
                    "Host: " + gateway.host()));
    if (answer.status() != 200) {
      throw new StepFailed(
          FailureKind.HTTP_UNEXPECTED,
          Integer.toString(answer.status()),
          "the server answered " + answer.status() + " to a client of SSTP");
    }
    byte[] ppp = new ByteWriter().u16(1).toByteArray();
    gateway.stream()
        .write(
            SstpPacket.message(
                    SstpPacket.CALL_CONNECT_REQUEST, SstpPacket.ENCAPSULATED_PROTOCOL, ppp)
                .encoded());
    SstpPacket reply = SstpPacket.read(gateway.stream());
    if (!reply.control() || reply.type() != SstpPacket.CALL_CONNECT_ACK) {
      boolean refused =
          reply.control()
              && (reply.type() == SstpPacket.CALL_CONNECT_NAK
                  || reply.type() == SstpPacket.CALL_ABORT);
      throw new StepFailed(
          refused ? FailureKind.AUTH_REJECTED : FailureKind.PROTO_UNEXPECTED_REPLY,
          refused ? "the server refused the call" : "the answer to our call is none of SSTP");
    }
    ByteReader binding = new ByteReader(reply.attribute(SstpPacket.CRYPTO_BINDING_REQUEST));
    binding.skip(3);
    int hashes = binding.u8();
    binding.skip(SstpPacket.NONCE);
    // Section 2.2.7: bit 0 SHA-1, bit 1 SHA-256.
    if ((hashes & 3) == 0) {
      throw binding.malformed("no hash for the crypto binding");
    }
    trial.reached(Depth.HANDSHAKE, "the server acknowledged our call");
    return true;
  }

  /** Sends one Configure-Request; what answers it names our identifier. */
  private static String negotiate(HttpsGateway gateway, Trial trial) throws StepFailed {
    int identifier = trial.random().nextInt(1 << 8);
    byte[] option =
        new ByteWriter()
            .u8(MAGIC_NUMBER)
            .u8(6)
            .u32(trial.random().nextInt() & 0xffffffffL)
            .toByteArray();
    byte[] request =
        new ByteWriter()
            .u16(PPP)
            .u16(LCP)
            .u8(CONFIGURE_REQUEST)
            .u8(identifier)
            .u16(4 + option.length)
            .bytes(option)
            .toByteArray();
    gateway.stream().write(new SstpPacket(false, request).encoded());
    for (int i = 0; i < MOST_PACKETS; i++) {
      SstpPacket packet = SstpPacket.read(gateway.stream());
      if (packet.control()) {
        control(gateway, packet);
      } else {
        String answer = answer(packet, identifier);
        if (!answer.isEmpty()) {
          return answer;
        }
      }
    }
    throw new StepFailed(
        FailureKind.PROTO_UNEXPECTED_REPLY, "the server never answered our LCP request");
  }

  private static void control(HttpsGateway gateway, SstpPacket packet) throws StepFailed {
    switch (packet.type()) {
      case SstpPacket.ECHO_REQUEST ->
          gateway.stream().write(SstpPacket.message(SstpPacket.ECHO_RESPONSE).encoded());
      case SstpPacket.CALL_ABORT, SstpPacket.CALL_DISCONNECT ->
          throw new StepFailed(FailureKind.AUTH_REJECTED, "the server ended the call");
      default -> {} // Nothing else concerns a call that has not begun.
    }
  }

  /** What an LCP packet says to our request, empty when it says something else. */
  private static String answer(SstpPacket packet, int identifier) throws StepFailed {
    ByteReader reader = new ByteReader(packet.content());
    if (reader.remaining() < 8 || reader.u16() != PPP || reader.u16() != LCP) {
      return "";
    }
    int code = reader.u8();
    if (reader.u8() != identifier) {
      return "";
    }
    return switch (code) {
      case CONFIGURE_ACK -> "configure-ack";
      case CONFIGURE_NAK -> "configure-nak";
      case CONFIGURE_REJECT -> "configure-reject";
      default -> "";
    };
  }

  /** [MS-SSTP] section 3.2.5.2: a call that is not connected is aborted. */
  private static void leave(HttpsGateway gateway) {
    try {
      byte[] noError = new byte[8];
      gateway.stream()
          .write(
              SstpPacket.message(SstpPacket.CALL_ABORT, SstpPacket.STATUS_INFO, noError).encoded());
    } catch (StepFailed e) {
      // Nobody to tell any more.
    }
    gateway.close();
  }
}
