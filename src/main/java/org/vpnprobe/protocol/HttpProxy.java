package org.vpnprobe.protocol;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.HttpHead;
import org.vpnprobe.layer.TlsClient;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;

/**
 * An HTTP proxy asked to CONNECT (RFC 9110 section 9.3.6), over TCP or TLS. What each depth takes:
 *
 * <ul>
 *   <li>{@code handshake}: a success, or 407 with a challenge: a web server has no such answer;
 *   <li>{@code authenticated}: 407 without our login, and another answer with it;
 *   <li>{@code tunnel}: the target's answer.
 * </ul>
 */
public final class HttpProxy implements Protocol<HttpProxy.HttpProxySettings> {
  /**
   * @param username for Basic authentication
   * @param password of that user
   * @param target what to reach through the proxy
   * @param tls true: the proxy itself is spoken to over TLS
   * @param sni see {@code tls}, as all that follow
   */
  public record HttpProxySettings(
      @Nullable String username,
      @Nullable Secret password,
      @Nullable Target target,
      @Nullable Boolean tls,
      @Nullable String sni,
      @Nullable String ca,
      @Nullable String pin,
      @Nullable String verifyName)
      implements Settings {

    public HttpProxySettings {
      if ((username == null) != (password == null)) {
        throw new InvalidSetting(
            username == null ? "username" : "password", "username and password go together");
      }
      // RFC 7617 section 2.
      if (username != null && !username.matches("[^:\\p{Cntrl}]*")) {
        throw new InvalidSetting("username", "expected a name without colon");
      }
      if (password != null && !password.text().matches("\\P{Cntrl}*")) {
        throw new InvalidSetting("password", "expected no control characters");
      }
      if (!Boolean.TRUE.equals(tls)
          && Stream.of(sni, ca, pin, verifyName).anyMatch(key -> key != null)) {
        throw new InvalidSetting("tls", "sni, ca, pin and verify_name need tls: true");
      }
      offer(sni, ca, pin, verifyName, "localhost");
    }

    /** True when the proxy is spoken to over TLS. */
    public boolean overTls() {
      return Boolean.TRUE.equals(tls);
    }

    TlsClient.Offer offer(String host) {
      return offer(sni, ca, pin, verifyName, host);
    }

    private static TlsClient.Offer offer(
        @Nullable String sni,
        @Nullable String ca,
        @Nullable String pin,
        @Nullable String verifyName,
        String host) {
      return Tls.TlsSettings.offer(sni, List.of("http/1.1"), ca, pin, verifyName, null, null, host);
    }
  }

  /**
   * What a proxy makes of a CONNECT.
   *
   * @param page content is announced, which no proxy that leads on may have (RFC 9110 section
   *     9.3.6): a web server or a portal that answers every method alike
   */
  private record Answer(int status, String challenges, boolean page) {
    private static final Pattern CONTENT =
        Pattern.compile("(?i)(content-length:\\s*0*[1-9]\\d*\\s*|transfer-encoding:.*)");

    /** RFC 9110 section 11.6.1, of which the scheme's name is enough. */
    private static final Pattern CHALLENGE =
        Pattern.compile("(?i)proxy-authenticate:\\s*([a-z0-9-]{1,20})(\\s.*)?");

    static Answer of(HttpHead head) {
      return new Answer(
          head.status(),
          head.fields().stream()
              .map(CHALLENGE::matcher)
              .filter(Matcher::matches)
              .map(challenge -> challenge.group(1).toLowerCase(Locale.ROOT))
              .collect(Collectors.joining(" ")),
          head.fields().stream().anyMatch(field -> CONTENT.matcher(field).matches()));
    }

    boolean granted() {
      return status / 100 == 2 && !page;
    }

    /** RFC 9110 section 15.5.8: 407 comes with a challenge. */
    boolean wantsLogin() {
      return status == 407 && !challenges.isEmpty();
    }
  }

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /** What most programs say, which singles nobody out. */
  private static final String USER_AGENT = "Mozilla/5.0";

  @Override
  public String name() {
    return "http-proxy";
  }

  @Override
  public String summary() {
    return "HTTP proxy: CONNECT to a target, Basic authentication, over TCP or TLS";
  }

  @Override
  public About about() {
    return new About(
        "handshake; tunnel with a target where no login is asked for",
        "authenticated; tunnel with a target",
        "one CONNECT without the login, one with it, each on a connection of its own: about 20 packets",
        "a line in the log for each request; a connection from the proxy to the target, or to itself",
        "RFC 9110 section 9.3.6; RFC 7617",
        """
        - name: office-proxy
          protocol: http-proxy
          address: proxy.example.net:8443
          tls: true
          username: probe
          password: ${env:PROXY_PASSWORD}
          target: http://192.0.2.80/
          depth: tunnel
        """);
  }

  @Override
  public Class<HttpProxySettings> settings() {
    return HttpProxySettings.class;
  }

  @Override
  public int defaultPort() {
    return 0;
  }

  @Override
  public Facts facts(HttpProxySettings settings) {
    Depth login = settings.username() == null ? Depth.HANDSHAKE : Depth.AUTHENTICATED;
    return Facts.answering(
        Transport.TCP, settings.target() == null ? login : Depth.TUNNEL, DEADLINE, Tcp.REPEATS);
  }

  @Override
  public Session open(HttpProxySettings settings, Trial trial) throws StepFailed {
    ByteStream wire = trial.path().tcp(trial.server());
    trial.reached(Depth.PORT, "TCP connection opened");
    if (trial.goal() == Depth.PORT) {
      return wire::close;
    }
    ByteStream first = secured(wire, settings, trial);
    Answer answer = trial.step(StepName.HANDSHAKE, () -> greet(settings, first, trial));
    if (trial.goal() == Depth.HANDSHAKE) {
      return first::close;
    }
    if (answer.wantsLogin()) {
      first.close();
      return loggedIn(settings, answer, trial);
    }
    if (settings.username() != null && trial.goal() == Depth.AUTHENTICATED) {
      throw new StepFailed(
          FailureKind.AUTH_REJECTED,
          "the proxy asks for no login: leave username and password out");
    }
    return led(settings.target(), first, trial);
  }

  private static ByteStream secured(ByteStream wire, HttpProxySettings settings, Trial trial)
      throws StepFailed {
    return settings.overTls()
        ? trial.step(
            StepName.TLS, () -> Tls.handshake(wire, settings.offer(trial.host()), trial, null))
        : wire;
  }

  /** Asks without the login, as clients do that do not know yet whether one is wanted. */
  private static Answer greet(HttpProxySettings settings, ByteStream stream, Trial trial)
      throws StepFailed {
    Answer answer = asked(settings, "", stream, trial);
    if (!answer.granted() && !answer.wantsLogin()) {
      throw refused(answer);
    }
    trial.reached(
        Depth.HANDSHAKE,
        answer.granted() ? "the proxy granted a CONNECT" : "the proxy asked for a login");
    return answer;
  }

  private static Session loggedIn(HttpProxySettings settings, Answer wanted, Trial trial)
      throws StepFailed {
    trial.observe("proxy_authenticate", wanted.challenges());
    String login = trial.step(StepName.AUTH, () -> login(settings));
    ByteStream stream = secured(trial.path().tcp(trial.server()), settings, trial);
    Answer answer =
        trial.step(StepName.AUTH, () -> accepted(asked(settings, login, stream, trial), wanted));
    trial.reached(Depth.AUTHENTICATED, "the proxy wanted a login and accepted ours");
    if (trial.goal() == Depth.AUTHENTICATED) {
      return stream::close;
    }
    trial.step(StepName.TUNNEL, () -> granted(answer));
    return led(settings.target(), stream, trial);
  }

  private static HostPort itself(Trial trial) {
    InetSocketAddress server = trial.server();
    // Behind a proxy that looks names up there may be no address.
    boolean named = server.getAddress().isAnyLocalAddress();
    return new HostPort(
        named ? trial.host() : server.getAddress().getHostAddress(), server.getPort());
  }

  /** RFC 7617 section 2. */
  private static String login(HttpProxySettings settings) throws StepFailed {
    if (settings.username() == null || settings.password() == null) {
      throw new StepFailed(FailureKind.AUTH_REJECTED, "the proxy wants a login");
    }
    String pair = settings.username() + ":" + settings.password().text();
    return "Proxy-Authorization: Basic "
        + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8))
        + "\r\n";
  }

  /** A server error is accepted: a proxy that tries to lead us has let us in. */
  private static Answer accepted(Answer answer, Answer wanted) throws StepFailed {
    int status = answer.status();
    if (status == 407 || status == 401) { // tinyproxy has 401 for a wrong login.
      throw new StepFailed(
          FailureKind.AUTH_REJECTED,
          List.of(wanted.challenges().split(" ", -1)).contains("basic")
              ? "the proxy refused the user or the password"
              : "the proxy wants another login than Basic");
    }
    if (!answer.granted() && status / 100 != 5) {
      throw refused(answer);
    }
    return answer;
  }

  private static Answer granted(Answer answer) throws StepFailed {
    if (!answer.granted()) {
      throw refused(answer);
    }
    return answer;
  }

  private static Session led(@Nullable Target target, ByteStream stream, Trial trial)
      throws StepFailed {
    if (target == null) {
      return stream::close;
    }
    Session session = new Connected(stream, target);
    // Where no login is asked for, what proves more than a greeting is the target's answer.
    if (trial.goal() == Depth.AUTHENTICATED) {
      TunnelCheck.run(session, trial);
    }
    return session;
  }

  /** One request; to the proxy itself when no target is named. */
  private static Answer asked(
      HttpProxySettings settings, String login, ByteStream stream, Trial trial) throws StepFailed {
    Target target = settings.target();
    HostPort to = target == null ? itself(trial) : target.server();
    String request =
        "CONNECT %1$s HTTP/1.1\r\nHost: %1$s\r\n%2$sUser-Agent: %3$s\r\nProxy-Connection: keep-alive\r\n\r\n"
            .formatted(to, login, USER_AGENT);
    stream.write(request.getBytes(StandardCharsets.ISO_8859_1));
    return Answer.of(HttpHead.read(stream));
  }

  private static StepFailed refused(Answer answer) {
    if (answer.status() / 100 == 2) {
      return new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY,
          "the server answered CONNECT with a page, as a web server does");
    }
    return new StepFailed(
        FailureKind.PROXY_REFUSED,
        Integer.toString(answer.status()),
        "the server answered CONNECT with " + answer.status());
  }

  private record Connected(ByteStream stream, Target asked)
      implements Session, Tunnel.StreamTunnel {
    @Override
    public Optional<Tunnel> tunnel() {
      return Optional.of(this);
    }

    @Override
    public void close() {
      stream.close();
    }
  }
}
