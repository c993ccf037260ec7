package org.vpnprobe.protocol.openvpn;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.vpnprobe.layer.TlsAlerts;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Trial;

/** What follows TLS: key method 2, then pulling the server's options. */
final class Login {
  /** A client asks again every 5 s (push.c). */
  private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

  private static final int MAX_PARTS = 64;
  private static final int SHOWN_REASON = 80;

  private final OpenVpnSettings settings;
  private final Trial trial;
  private final boolean modern;
  private final ControlChannel channel;
  private final ControlTls tls;
  private String state = "tls_established";

  Login(
      OpenVpnSettings settings,
      Trial trial,
      boolean modern,
      ControlChannel channel,
      ControlTls tls) {
    this.settings = settings;
    this.trial = trial;
    this.modern = modern;
    this.channel = channel;
    this.tls = tls;
  }

  OpenVpnSession run() throws StepFailed {
    try {
      Optional<byte[]> exported = modern ? tls.exportKeys() : Optional.empty();
      KeyMethod2.FromClient ours = ours(exported.isPresent());
      tls.write(ours.encode());
      state = "keys_sent";
      KeyMethod2.FromServer theirs = theirs();
      state = "keys_exchanged";
      PushReply push = pull();
      boolean useExported = push.exportedKeys() && exported.isPresent();
      trial.observe("openvpn_key_derivation", useExported ? "tls_exporter" : "prf");
      DataKeys keys =
          useExported
              ? DataKeys.exported(exported.orElseThrow())
              : DataKeys.derived(ours, theirs, channel.session(), channel.peer());
      return OpenVpnSession.of(settings, channel, tls, push, cipherName(push, theirs), keys, trial);
    } catch (SSLException e) {
      throw refusal(e);
    } catch (StepFailed e) {
      throw Handshake.stopped(trial, e, state, hint());
    }
  }

  private KeyMethod2.FromClient ours(boolean exported) {
    List<DataCipher> ciphers = settings.offeredCiphers();
    return new KeyMethod2.FromClient(
        random(48),
        random(32),
        random(32),
        PeerInfo.options(settings.carrier(), ciphers.getFirst()),
        settings.username() == null ? "" : settings.username(),
        settings.password() == null ? "" : settings.password().text(),
        PeerInfo.lines(modern, exported, ciphers));
  }

  private byte[] random(int length) {
    byte[] bytes = new byte[length];
    trial.random().nextBytes(bytes);
    return bytes;
  }

  private KeyMethod2.FromServer theirs() throws SSLException, StepFailed {
    byte[] unit = tls.read(ControlChannel.AS_LONG_AS_THE_DEADLINE);
    if (unit == null) {
      throw new StepFailed(FailureKind.GENERIC_TIMEOUT_ERROR, "no answer to our keys");
    }
    if (unit[0] != 0) { // A message instead of keys.
      for (String message : messages(unit)) {
        checkRefusal(message);
      }
    }
    return KeyMethod2.FromServer.decode(unit);
  }

  /** Asks for the options and waits for them, or for the refusal. */
  private PushReply pull() throws SSLException, StepFailed {
    List<String> parts = new ArrayList<>();
    ask();
    while (true) {
      byte[] unit = tls.read(ASK_AGAIN);
      if (unit == null) {
        ask();
        continue;
      }
      for (String message : messages(unit)) {
        checkRefusal(message);
        if (message.startsWith("AUTH_PENDING")) {
          state = "auth_pending";
        }
        if (PushReply.is(message)) {
          parts.add(message);
          if (!PushReply.continues(message)) {
            return PushReply.of(parts);
          }
          if (parts.size() > MAX_PARTS) {
            throw new StepFailed(
                FailureKind.PROTO_MALFORMED_REPLY, "the pushed options have no end");
          }
        }
      }
    }
  }

  private void ask() throws SSLException, StepFailed {
    tls.write("PUSH_REQUEST\0".getBytes(StandardCharsets.US_ASCII));
    if (!state.equals("auth_pending")) {
      state = "push_requested";
    }
  }

  private static List<String> messages(byte[] unit) {
    return Arrays.stream(new String(unit, StandardCharsets.UTF_8).split("\0"))
        .filter(message -> !message.isEmpty())
        .toList();
  }

  private void checkRefusal(String message) throws StepFailed {
    if (message.equals("AUTH_FAILED") || message.startsWith("AUTH_FAILED,")) {
      String reason = message.substring(Math.min(message.length(), "AUTH_FAILED,".length()));
      if (reason.startsWith("CRV1:")) { // Its text holds the user name and a state: not shown.
        throw new StepFailed(
            FailureKind.AUTH_REJECTED, "the server asks for a second factor, which we cannot give");
      }
      if (!reason.isEmpty()) {
        trial.observe(
            "openvpn_auth_failed", reason.substring(0, Math.min(reason.length(), SHOWN_REASON)));
      }
      throw new StepFailed(FailureKind.AUTH_REJECTED, refusal(reason));
    }
    if (message.startsWith("HALT") || message.startsWith("RESTART")) {
      throw new StepFailed(FailureKind.AUTH_REJECTED, "the server ended the session (HALT)");
    }
  }

  private static String refusal(String reason) {
    if (reason.contains("cipher negotiation")) {
      return "the server shares no data cipher with us";
    }
    return reason.startsWith("TEMP")
        ? "the server refused the login for now"
        : "the server refused the login (AUTH_FAILED)";
  }

  /** The pushed cipher; from a server that does not negotiate the one of its options string. */
  private static String cipherName(PushReply push, KeyMethod2.FromServer theirs) {
    return push.cipher()
        .or(() ->
            Arrays.stream(theirs.options().split(","))
                .filter(option -> option.startsWith("cipher "))
                .map(option -> option.substring("cipher ".length()))
                .findFirst())
        .orElse("BF-CBC"); // The default of servers that old.
  }

  private StepFailed refusal(SSLException e) {
    String detail = "TLS ended after " + state.replace('_', ' ');
    return state.equals("keys_sent")
        ? TlsAlerts.afterOurCertificate(e, settings.cert() != null, detail)
        : TlsAlerts.failure(e, detail);
  }

  /** Servers up to 2.6 say nothing when they refuse the client's certificate. */
  private String hint() {
    return state.equals("keys_sent")
        ? "; a server up to 2.6 does so when it refuses our certificate or wants one"
        : "";
  }
}
