package org.vpnprobe.protocol;

import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.HttpConversation;
import org.vpnprobe.layer.TlsStream;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Https.HttpsSettings;

/**
 * Data both ways on one TLS connection of its own: a request with a long header that no server
 * minds, again and again. Finds connections that freeze after some kilobytes (reference: science.md
 * §4.2).
 */
final class WebData implements Session.Exchange, AutoCloseable {
  private final HttpsSettings settings;
  private final Trial trial;
  private @Nullable TlsStream stream;

  WebData(HttpsSettings settings, Trial trial) {
    this.settings = settings;
    this.trial = trial;
  }

  @Override
  public int once(int bytes, Duration atMost) throws StepFailed {
    TlsStream open = opened();
    open.readTimeout(atMost);
    byte[] padding = new byte[bytes / 2];
    trial.random().nextBytes(padding);
    try {
      HttpConversation.Answer answer =
          new HttpConversation(open)
              .ask(
                  "GET",
                  settings.expected().asked(),
                  List.of(
                      "Host: " + HttpExpected.authority(trial.host(), trial.server().getPort()),
                      "User-Agent: " + HttpExpected.USER_AGENT,
                      "X-Padding: " + HexFormat.of().formatHex(padding)),
                  new byte[0]);
      if (answer.header("connection").filter("close"::equalsIgnoreCase).isPresent()) {
        throw new StepFailed(
            FailureKind.CONFIG_ERROR, "the server closes the connection after each answer");
      }
      return bytes + answer.body().length;
    } catch (StepFailed e) {
      if (e.kind() == FailureKind.GENERIC_TIMEOUT_ERROR) {
        return 0;
      }
      throw e;
    }
  }

  private TlsStream opened() throws StepFailed {
    TlsStream open = stream;
    if (open == null) {
      ByteStream wire = trial.path().tcp(trial.server());
      open = Tls.handshake(wire, settings.offer(trial.host()), trial, null);
      stream = open;
    }
    return open;
  }

  @Override
  public void close() {
    if (stream != null) {
      stream.close();
    }
  }
}
