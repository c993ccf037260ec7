package org.vpnprobe.protocol;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.Trust;
import org.vpnprobe.layer.quic.InitialExchange;
import org.vpnprobe.layer.quic.QuicConnection;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;

/**
 * A QUIC version 1 handshake. What each depth takes:
 *
 * <ul>
 *   <li>{@code handshake}: an Initial packet that opens with the keys of this connection and
 *       acknowledges ours, or an answer to a version that nobody speaks;
 *   <li>{@code authenticated}: a certificate that is trusted, and the proof that the server holds
 *       its key.
 * </ul>
 */
public final class Quic implements Protocol<Quic.QuicSettings> {
  /**
   * @param sni the server name to send; the address's host when left out
   * @param alpn the application protocol to offer; {@code h3} when left out
   * @param ca see {@code tls}, as {@code pin} and {@code verifyName}
   * @param versionNegotiation true to ask only in a version that nobody speaks, without TLS: {@code
   *     handshake} at most
   */
  public record QuicSettings(
      @Nullable String sni,
      @Nullable String alpn,
      @Nullable String ca,
      @Nullable String pin,
      @Nullable String verifyName,
      @Nullable Boolean versionNegotiation)
      implements Settings {

    public QuicSettings {
      if (alpn != null && !alpn.matches("[!-~]{1,255}")) {
        throw new InvalidSetting("alpn", "expected a protocol name such as h3");
      }
      offer(sni, "h3", ca, pin, verifyName, "localhost");
    }

    @Override
    public Optional<String> serverName(String host) {
      return Boolean.TRUE.equals(versionNegotiation)
          ? Optional.empty()
          : ServerNames.shown(sni == null ? host : sni);
    }

    @Override
    public Optional<Settings> withServerName(String name) {
      return Boolean.TRUE.equals(versionNegotiation)
          ? Optional.empty()
          : Optional.of(new QuicSettings(name, alpn, ca, null, ServerNames.NOBODY, null));
    }

    /** The application protocol to offer. */
    public String offered() {
      return Objects.requireNonNullElse(alpn, "h3");
    }

    QuicConnection.Offer offer(String host) {
      return offer(sni, offered(), ca, pin, verifyName, host);
    }

    /** What settings with these keys make a client say to {@code host}. */
    static QuicConnection.Offer offer(
        @Nullable String sni,
        String alpn,
        @Nullable String ca,
        @Nullable String pin,
        @Nullable String verifyName,
        String host) {
      if (sni != null && !sni.matches("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*")) {
        throw new InvalidSetting("sni", "expected a host name in ASCII");
      }
      String name = sni == null ? host : sni;
      return new QuicConnection.Offer(
          name, alpn, Trust.of(pin, ca), verifyName == null ? name : verifyName);
    }
  }

  /** Sends at 0, 1, 3 and 7 s, and time for the last answer. */
  static final Duration DEADLINE = Duration.ofSeconds(10);

  @Override
  public String name() {
    return "quic";
  }

  @Override
  public String summary() {
    return "QUIC handshake: SNI and ALPN chosen, certificate pinned or verified";
  }

  @Override
  public About about() {
    return new About(
        "authenticated",
        "-",
        "one QUIC handshake, then CONNECTION_CLOSE: about 7 datagrams",
        "a connection without a request in the server's log",
        "RFC 9000; RFC 9001",
        """
        - name: gateway-quic
          protocol: quic
          address: vpn.example.net:443
          alpn: h3
          ca: ${file:ca.pem}
        """);
  }

  @Override
  public Class<QuicSettings> settings() {
    return QuicSettings.class;
  }

  @Override
  public int defaultPort() {
    return 443;
  }

  @Override
  public Facts facts(QuicSettings settings) {
    boolean first = Boolean.TRUE.equals(settings.versionNegotiation());
    return facts(first ? Depth.HANDSHAKE : Depth.AUTHENTICATED);
  }

  /** Facts of what runs over QUIC and answers anyone. */
  static Facts facts(Depth ceiling) {
    return new Facts(
        Transport.UDP,
        ceiling,
        false,
        false,
        false,
        true,
        DEADLINE,
        InitialExchange.REPEATS,
        Set.of());
  }

  @Override
  public Session open(QuicSettings settings, Trial trial) throws StepFailed {
    return trial.step(StepName.HANDSHAKE, () -> handshake(settings, trial));
  }

  private static Session handshake(QuicSettings settings, Trial trial) throws StepFailed {
    Datagrams socket = trial.path().udp(trial.server());
    QuicConnection.Offer offer = settings.offer(trial.host());
    if (Boolean.TRUE.equals(settings.versionNegotiation())) {
      try (socket) {
        trial.observe("quic_versions", InitialExchange.versions(socket, trial.random()));
        trial.reached(Depth.HANDSHAKE, "Version Negotiation with both of our connection ids");
      }
      return () -> {};
    }
    if (!trial.goal().atLeast(Depth.AUTHENTICATED)) {
      try (socket) {
        InitialExchange.handshake(socket, offer.sni(), List.of(offer.alpn()), trial.random());
        answered(trial);
      }
      return () -> {};
    }
    QuicConnection connection = connect(socket, offer, trial, Depth.HANDSHAKE);
    trial.reached(Depth.AUTHENTICATED, "server proved the key of a trusted certificate");
    return connection::close;
  }

  /**
   * The handshake with its observations.
   *
   * @param answer what the server's first answer proves, null when it proves nothing of the
   *     protocol
   */
  static QuicConnection connect(
      Datagrams socket, QuicConnection.Offer offer, Trial trial, @Nullable Depth answer)
      throws StepFailed {
    QuicConnection.Listener listener =
        new QuicConnection.Listener() {
          @Override
          public void answered() {
            if (answer != null) {
              Quic.answered(trial);
            }
          }

          @Override
          public void observe(String key, String value) {
            trial.observe(key, value);
          }
        };
    return QuicConnection.connect(socket, offer, listener, trial.clock());
  }

  private static void answered(Trial trial) {
    trial.reached(Depth.HANDSHAKE, "an Initial packet opened and acknowledges ours");
  }
}
