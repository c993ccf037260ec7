package org.vpnprobe.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.HttpConversation;
import org.vpnprobe.layer.TlsClient;
import org.vpnprobe.layer.TlsStream;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.StepName;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;

/**
 * What VPNs that begin as HTTPS share: a TCP connection, verified TLS, and a conversation in HTTP
 * on it. Nothing is said to a server whose certificate is not trusted; a certificate alone proves a
 * web server, so no depth beyond {@code port} is recorded here.
 */
public final class HttpsGateway implements Session {
  private final Trial trial;
  private final TlsStream tls;
  private final HttpConversation http;

  private HttpsGateway(Trial trial, TlsStream tls) {
    this.trial = trial;
    this.tls = tls;
    this.http = new HttpConversation(tls);
  }

  /**
   * What settings with these keys make a client say and expect in TLS; see {@link Tls.TlsSettings}.
   *
   * @throws org.vpnprobe.model.InvalidSetting when they do not fit
   */
  public static TlsClient.Offer offer(
      @Nullable String sni,
      @Nullable String ca,
      @Nullable String pin,
      @Nullable String verifyName,
      @Nullable String cert,
      @Nullable Secret key,
      String host) {
    return Tls.TlsSettings.offer(sni, List.of("http/1.1"), ca, pin, verifyName, cert, key, host);
  }

  /** What a client says and hears once TLS stands. */
  @FunctionalInterface
  public interface Conversation {
    /**
     * Holds it.
     *
     * @return what is left open, mostly the gateway itself
     */
    Session with(HttpsGateway gateway) throws StepFailed;
  }

  /**
   * Opens a TCP connection, with its depth; unless that is all, performs the TLS handshake, as the
   * step {@code tls}, and holds a conversation. Closed when that fails.
   *
   * @throws StepFailed those of {@link TlsClient} and of the conversation
   */
  public static Session open(TlsClient.Offer offer, Trial trial, Conversation conversation)
      throws StepFailed {
    ByteStream wire = trial.path().tcp(trial.server());
    trial.reached(Depth.PORT, "TCP connection opened");
    if (trial.goal() == Depth.PORT) {
      return wire::close;
    }
    HttpsGateway gateway =
        new HttpsGateway(
            trial, trial.step(StepName.TLS, () -> Tls.handshake(wire, offer, trial, null)));
    boolean done = false;
    try {
      Session session = conversation.with(gateway);
      done = true;
      return session;
    } finally {
      if (!done) {
        gateway.close();
      }
    }
  }

  public HttpConversation http() {
    return http;
  }

  /** What comes after an answer that ended HTTP. */
  public TlsStream stream() {
    return tls;
  }

  /** The server as a Host header names it (RFC 9110 section 7.2). */
  public String host() {
    String name = trial.host().contains(":") ? "[" + trial.host() + "]" : trial.host();
    int port = trial.server().getPort();
    return port == 443 ? name : name + ":" + port;
  }

  @Override
  public void close() {
    tls.close();
  }
}
