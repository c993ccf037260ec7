package org.vpnprobe.protocol.openvpn;

import java.time.Clock;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.layer.TlsAlerts;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Trial;
import org.vpnprobe.protocol.openvpn.ControlPacket.Message;

/** One opening handshake, from the reset to the pushed options. */
final class Handshake {
  /** TLV of the server's reset: type 1 (early negotiation flags), its bit 1 (ssl_pkt.h). */
  private static final int EARLY_NEGOTIATION_FLAGS = 1;

  private static final int RESEND_WRAPPED_KEY = 1;

  private final OpenVpnSettings settings;
  private final Trial trial;
  private final boolean modern;
  private final Clock clock;

  Handshake(OpenVpnSettings settings, Trial trial, boolean modern) {
    this.settings = settings;
    this.trial = trial;
    this.modern = modern;
    this.clock = trial.clock();
  }

  Session run() throws StepFailed {
    PacketLink link = connect();
    if (trial.goal() == Depth.PORT && link.reliable()) {
      return () -> {};
    }
    ControlChannel channel =
        new ControlChannel(
            ControlChannel.Side.CLIENT,
            link,
            settings.clientWrap(clock),
            clock,
            sessionId(trial.random()));
    boolean keyAgain = trial.step(StepName.HANDSHAKE, () -> wantsWrappedKeyAgain(reset(channel)));
    reportReset();
    if (!trial.goal().atLeast(Depth.AUTHENTICATED) || !settings.knowsServer()) {
      // A server since 2.6 keeps no state for a mere reset over UDP: there is nobody to leave.
      return () -> {};
    }
    ServerIdentity identity = new ServerIdentity(settings, clock);
    ControlTls tls =
        new ControlTls(TlsEngines.client(identity, settings.clientCertificate()), channel, clock);
    Optional<TlsCryptV2Key> key = settings.clientKey();
    if (key.isPresent() && keyAgain) {
      tls.showWrappedKeyFirst(key.get().wrapped().length);
    }
    trial.observe("tls_version", trial.step(StepName.TLS, () -> openTls(channel, tls, identity)));
    if (!settings.hasCredentials()) {
      trial.reached(Depth.AUTHENTICATED, "server certificate verified; no credentials to try");
      return new Goodbye(tls);
    }
    Login login = new Login(settings, trial, modern, channel, tls);
    OpenVpnSession session = trial.step(StepName.AUTH, login::run);
    trial.reached(Depth.AUTHENTICATED, "server certificate verified, our credentials accepted");
    if (trial.goal() == Depth.TUNNEL) {
      trial.step(StepName.TUNNEL, session::requireTunnel);
    }
    return session;
  }

  /** A session id is random and never zero: servers drop zero. */
  static long sessionId(RandomGenerator random) {
    long id = random.nextLong();
    return id == 0 ? 1 : id;
  }

  private PacketLink connect() throws StepFailed {
    if (settings.carrier() == Transport.TCP) {
      ByteStream stream = trial.path().tcp(trial.server());
      trial.reached(Depth.PORT, "TCP connection opened");
      return new StreamLink(stream, clock);
    }
    Datagrams socket = trial.path().udp(trial.server());
    return new DatagramLink(socket);
  }

  /** Sends our reset until the server's, which names our session id, has come. */
  private Message reset(ControlChannel channel) throws StepFailed {
    channel.send(
        settings.clientKey().isPresent()
            ? Opcode.HARD_RESET_CLIENT_V3
            : Opcode.HARD_RESET_CLIENT_V2,
        new byte[0]);
    try {
      Message reply = channel.receive(ControlChannel.AS_LONG_AS_THE_DEADLINE);
      if (reply == null || reply.opcode() != Opcode.HARD_RESET_SERVER_V2) {
        throw new StepFailed(
            FailureKind.PROTO_MALFORMED_REPLY, "the server's reset is not its first message");
      }
      return reply;
    } catch (StepFailed e) {
      if (e.kind() != FailureKind.GENERIC_TIMEOUT_ERROR) {
        throw e;
      }
      StepFailed rejected = channel.rejected();
      if (rejected != null) {
        throw rejected; // Something answered all the time, but nothing of ours.
      }
      if (settings.lacksStaticKey()) {
        throw new StepFailed(
            FailureKind.PROTO_NO_REPLY_UNAUTHENTICATED,
            "no reply; this server answers only those who have its " + settings.wrap() + " key");
      }
      throw e;
    }
  }

  private void reportReset() {
    if (!settings.hasStaticKey()) {
      trial.reached(Depth.HANDSHAKE, "reset reply to our session id");
      return;
    }
    trial.reached(Depth.HANDSHAKE, "reset reply to our session id, verified under the static key");
    if (!settings.knowsServer()) {
      // Everybody who may connect has the key of tls-auth and tls-crypt; only the server can unwrap
      // a tls-crypt-v2 key.
      trial.reached(
          Depth.AUTHENTICATED,
          settings.clientKey().isPresent()
              ? "server unwrapped our tls-crypt-v2 key; no ca or pin to verify its certificate"
              : "static key of the group verified; no ca or pin to verify the server itself");
    }
  }

  /** Reads the TLVs of a tls-crypt-v2 server's reset: type 2, length 2, value. */
  private boolean wantsWrappedKeyAgain(Message reset) throws StepFailed {
    if (settings.clientKey().isEmpty()) {
      return false;
    }
    ByteReader reader = new ByteReader(reset.payload());
    while (reader.hasRemaining()) {
      int type = reader.u16();
      ByteReader value = reader.slice(reader.u16());
      if (type == EARLY_NEGOTIATION_FLAGS) {
        return (value.u16() & RESEND_WRAPPED_KEY) != 0;
      }
    }
    return false;
  }

  /** Returns the TLS version. */
  private String openTls(ControlChannel channel, ControlTls tls, ServerIdentity identity)
      throws StepFailed {
    try {
      tls.handshake();
    } catch (SSLException e) {
      StepFailed refused = identity.refused();
      if (refused != null) {
        throw refused;
      }
      String detail = "the TLS handshake failed";
      throw identity.seen() == null
          ? TlsAlerts.failure(e, detail)
          : TlsAlerts.afterOurCertificate(e, settings.cert() != null, detail);
    } catch (StepFailed e) {
      throw stopped(trial, e, tlsState(channel, tls, identity), "");
    } finally {
      if (identity.seen() != null) {
        trial.observe("tls_certificate_sha256", OwnCertificate.sha256(identity.seen()));
      }
    }
    return tls.version();
  }

  private static String tlsState(ControlChannel channel, ControlTls tls, ServerIdentity identity) {
    if (identity.seen() != null) {
      return "server_certificate";
    }
    if (tls.hasReceived()) {
      return "server_hello";
    }
    return channel.allAcknowledged() ? "hello_acknowledged" : "reset_answered";
  }

  /** A silence becomes the state in which the session stopped; what says more stays what it is. */
  static StepFailed stopped(Trial trial, StepFailed cause, String state, String hint) {
    trial.observe("openvpn_state", state);
    if (cause.kind() != FailureKind.GENERIC_TIMEOUT_ERROR) {
      return cause;
    }
    return new StepFailed(
        FailureKind.OVPN_STATE,
        state,
        "the server fell silent after " + state.replace('_', ' ') + hint,
        cause.after(),
        cause);
  }

  /** A session in which only the server's certificate was of interest. */
  private record Goodbye(ControlTls tls) implements Session {
    @Override
    public void close() {
      try {
        tls.close();
      } catch (StepFailed e) {
        // Nobody to tell any more.
      }
    }
  }
}
