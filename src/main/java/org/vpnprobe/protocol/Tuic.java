package org.vpnprobe.protocol;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.quic.QuicConnection;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.StepName;
import org.vpnprobe.net.StepFailed;

/**
 * TUIC version 5, as far as QUIC carries it: {@code handshake} is a server of the offered
 * application protocol with a trusted certificate. A login needs keying material that the QUIC
 * library does not export, and is never answered.
 */
public final class Tuic implements Protocol<Tuic.TuicSettings> {
  /**
   * @param sni see {@code quic}, as all that follow
   */
  public record TuicSettings(
      @Nullable String sni,
      @Nullable String alpn,
      @Nullable String ca,
      @Nullable String pin,
      @Nullable String verifyName)
      implements Settings {

    public TuicSettings {
      new Quic.QuicSettings(sni, alpn, ca, pin, verifyName, null);
    }

    @Override
    public Optional<String> serverName(String host) {
      return quic().serverName(host);
    }

    @Override
    public Optional<Settings> withServerName(String name) {
      return Optional.of(new TuicSettings(name, alpn, ca, null, ServerNames.NOBODY));
    }

    /** The application protocol to offer. */
    public String offered() {
      return quic().offered();
    }

    Quic.QuicSettings quic() {
      return new Quic.QuicSettings(sni, alpn, ca, pin, verifyName, null);
    }
  }

  @Override
  public String name() {
    return "tuic";
  }

  @Override
  public String summary() {
    return "TUIC v5 as far as QUIC goes: ALPN and certificate, no login";
  }

  @Override
  public About about() {
    return new About(
        "handshake",
        "-",
        "one QUIC handshake, then CONNECTION_CLOSE: about 7 datagrams",
        "a connection without a login in the server's log",
        "TUIC protocol version 0x05; RFC 9000; RFC 9001",
        """
        - name: tuic-osaka
          protocol: tuic
          address: osaka.example.net:8443
          alpn: h3
          pin: ${file:server.pin}
        """);
  }

  @Override
  public Class<TuicSettings> settings() {
    return TuicSettings.class;
  }

  @Override
  public int defaultPort() {
    return 443;
  }

  @Override
  public Facts facts(TuicSettings settings) {
    return Quic.facts(Depth.HANDSHAKE);
  }

  @Override
  public Session open(TuicSettings settings, Trial trial) throws StepFailed {
    QuicConnection connection =
        trial.step(
            StepName.HANDSHAKE,
            () ->
                Quic.connect(
                    trial.path().udp(trial.server()),
                    settings.quic().offer(trial.host()),
                    trial,
                    null));
    trial.reached(Depth.HANDSHAKE, "server proved the key of a trusted certificate over QUIC");
    return connection::close;
  }
}
