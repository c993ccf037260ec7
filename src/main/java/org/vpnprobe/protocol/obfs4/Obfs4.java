package org.vpnprobe.protocol.obfs4;

import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.vpnprobe.layer.TlsStream;
import org.vpnprobe.layer.tor.RelayIdentity;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.About;
import org.vpnprobe.protocol.Facts;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.TorRelay;
import org.vpnprobe.protocol.Trial;

/**
 * An obfs4 bridge. What each depth takes:
 *
 * <ul>
 *   <li>{@code authenticated}: an answer whose AUTH only the holder of the bridge's secret can
 *       make, for our key of this connection;
 *   <li>{@code tunnel}: through the bridge, the Tor relay that was named proves its identity in a
 *       link handshake.
 * </ul>
 */
public final class Obfs4 implements Protocol<Obfs4Settings> {
  /** TCP, the handshake, and TLS and cells inside: as much again as a TLS server is given. */
  private static final Duration DEADLINE = Duration.ofSeconds(15);

  /** RFC 6298 section 2: one second at first, doubled each time; the kernel sends. */
  private static final List<Duration> REPEATS =
      List.of(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(7));

  @Override
  public String name() {
    return "obfs4";
  }

  @Override
  public String summary() {
    return "obfs4 bridge: ntor handshake, and the Tor relay behind it";
  }

  @Override
  public About about() {
    return new About(
        "nothing",
        "tunnel",
        "TCP, one hello of 149 to 8192 random bytes; for tunnel a Tor link handshake inside",
        "a connection without a circuit",
        "obfs4-spec (obfs4proxy, doc/obfs4-spec.txt); tor-spec",
        """
        - name: bridge
          protocol: obfs4
          address: 192.0.2.10:8443
          cert: ${file:keys/bridge.cert}
          fingerprint: 0123456789ABCDEF0123456789ABCDEF01234567
        """);
  }

  @Override
  public Class<Obfs4Settings> settings() {
    return Obfs4Settings.class;
  }

  @Override
  public int defaultPort() {
    return 0;
  }

  @Override
  public Facts facts(Obfs4Settings settings) {
    return new Facts(
        Transport.TCP,
        settings.relay().isKnown() ? Depth.TUNNEL : Depth.AUTHENTICATED,
        true,
        settings.cert() == null,
        true,
        false,
        DEADLINE,
        REPEATS,
        Set.of());
  }

  @Override
  public Session open(Obfs4Settings settings, Trial trial) throws StepFailed {
    Secret cert = settings.cert();
    if (cert == null) {
      throw new StepFailed(
          FailureKind.PROTO_NO_REPLY_UNAUTHENTICATED, "the bridge answers nobody without its cert");
    }
    ByteStream wire = trial.path().tcp(trial.server());
    trial.reached(Depth.PORT, "TCP connection opened");
    boolean done = false;
    try {
      Session session =
          trial.goal() == Depth.PORT
              ? wire::close
              : through(settings, BridgeKey.of(cert.text()), wire, trial);
      done = true;
      return session;
    } finally {
      if (!done) {
        wire.close();
      }
    }
  }

  private static Session through(
      Obfs4Settings settings, BridgeKey bridge, ByteStream wire, Trial trial) throws StepFailed {
    Obfs4Stream stream =
        trial.step(StepName.HANDSHAKE, () -> handshake(bridge, settings.pacing(), wire, trial));
    if (trial.goal() != Depth.TUNNEL || !settings.relay().isKnown()) {
      return stream::close;
    }
    TlsStream tls = trial.step(StepName.TUNNEL, () -> relay(settings.relay(), stream, trial));
    return tls::close;
  }

  private static Obfs4Stream handshake(
      BridgeKey bridge, Pacing pacing, ByteStream wire, Trial trial) throws StepFailed {
    Elligator2.KeyPair ours = Elligator2.generate(trial.random());
    trial.needsRightClock(Duration.ofHours(1)); // The server tries the hours beside its own, too.
    long hour = Hello.hour(trial.clock().instant());
    wire.write(Hello.client(ours.representative(), bridge, hour, trial.random()));
    byte[] came = new byte[0];
    Optional<Hello.Answer> found = Optional.empty();
    while (found.isEmpty()) {
      came = more(wire, came);
      found = Hello.answer(came, bridge, hour);
    }
    Hello.Answer answer = found.get();
    Ntor.Result ntor = Ntor.client(ours, answer.serverKey(), bridge);
    if (!MessageDigest.isEqual(ntor.auth(), answer.auth())) {
      throw new StepFailed(
          FailureKind.AUTH_WRONG_SERVER_KEY,
          "who answers knows the bridge's cert, but not its secret");
    }
    trial.reached(Depth.AUTHENTICATED, "AUTH made with the bridge's secret for our key");
    byte[] keys = Ntor.expand(ntor.keySeed(), 2 * Frames.KEY_LENGTH);
    return new Obfs4Stream(
        wire,
        Arrays.copyOfRange(came, answer.length(), came.length),
        new Frames(Arrays.copyOf(keys, Frames.KEY_LENGTH)),
        new Frames(Arrays.copyOfRange(keys, Frames.KEY_LENGTH, keys.length)),
        pacing,
        trial.random());
  }

  /**
   * Whoever ends the connection after some bytes is another server: a bridge says all or nothing.
   */
  private static byte[] more(ByteStream wire, byte[] came) throws StepFailed {
    byte[] chunk = new byte[Hello.LONGEST];
    int count = wire.read(chunk, 0, chunk.length);
    if (count < 0) {
      throw came.length == 0
          ? new StepFailed(FailureKind.EOF_ERROR, "the server closed the connection in silence")
          : new StepFailed(
              FailureKind.PROTO_UNEXPECTED_REPLY,
              "what the server sent is no answer of this bridge");
    }
    return new ByteWriter().bytes(came).bytes(Arrays.copyOf(chunk, count)).toByteArray();
  }

  private static TlsStream relay(TorRelay named, Obfs4Stream stream, Trial trial)
      throws StepFailed {
    TlsStream tls = TorRelay.tlsInside(stream, trial);
    boolean done = false;
    try {
      RelayIdentity relay = TorRelay.handshake(tls, trial, null);
      relay.matches(named.fingerprint(), named.ed25519Id());
      trial.reached(Depth.TUNNEL, "the named Tor relay answered through the bridge");
      done = true;
      return tls;
    } finally {
      if (!done) {
        tls.close();
      }
    }
  }
}
