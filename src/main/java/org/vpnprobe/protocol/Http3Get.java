package org.vpnprobe.protocol;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.quic.Http3;
import org.vpnprobe.layer.quic.QuicConnection;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.StepName;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;

/**
 * One GET over HTTP/3. Nothing is asked of a server whose certificate is not trusted. What each
 * depth takes:
 *
 * <ul>
 *   <li>{@code handshake}: any HTTP answer over verified QUIC; a certificate alone proves a QUIC
 *       server;
 *   <li>{@code authenticated}: the answer that is expected.
 * </ul>
 */
public final class Http3Get implements Protocol<Http3Get.Http3Settings> {
  /**
   * @param path see {@code https}, as {@code status}, {@code header} and {@code body}
   * @param sni see {@code quic}, as all that follow
   */
  public record Http3Settings(
      @Nullable String path,
      @Nullable Integer status,
      @Nullable String header,
      @Nullable String body,
      @Nullable String sni,
      @Nullable String ca,
      @Nullable String pin,
      @Nullable String verifyName)
      implements Settings {

    public Http3Settings {
      new HttpExpected(path, status, header, body);
      Quic.QuicSettings.offer(sni, "h3", ca, pin, verifyName, "localhost");
    }

    @Override
    public Optional<String> serverName(String host) {
      return ServerNames.shown(sni == null ? host : sni);
    }

    @Override
    public Optional<Settings> withServerName(String name) {
      return Optional.of(
          new Http3Settings(path, status, header, body, name, ca, null, ServerNames.NOBODY));
    }

    /** The expected status. */
    public int expectedStatus() {
      return expected().expectedStatus();
    }

    HttpExpected expected() {
      return new HttpExpected(path, status, header, body);
    }

    QuicConnection.Offer offer(String host) {
      return Quic.QuicSettings.offer(sni, "h3", ca, pin, verifyName, host);
    }
  }

  @Override
  public String name() {
    return "http3";
  }

  @Override
  public String summary() {
    return "HTTP/3 request: expected status, header and body over verified QUIC";
  }

  @Override
  public About about() {
    return new About(
        "authenticated",
        "-",
        "one QUIC handshake, one GET, CONNECTION_CLOSE: about 12 datagrams",
        "a line in the access log",
        "RFC 9114; RFC 9204; RFC 9000; RFC 9001",
        """
        - name: portal-h3
          protocol: http3
          address: vpn.example.net:443
          path: /health
          status: 200
          ca: ${file:ca.pem}
        """);
  }

  @Override
  public Class<Http3Settings> settings() {
    return Http3Settings.class;
  }

  @Override
  public int defaultPort() {
    return 443;
  }

  @Override
  public Facts facts(Http3Settings settings) {
    return Quic.facts(Depth.AUTHENTICATED);
  }

  @Override
  public Session open(Http3Settings settings, Trial trial) throws StepFailed {
    Datagrams socket = trial.path().udp(trial.server());
    QuicConnection connection =
        trial.step(
            StepName.TLS, () -> Quic.connect(socket, settings.offer(trial.host()), trial, null));
    boolean done = false;
    try {
      trial.step(StepName.HANDSHAKE, () -> exchange(settings, trial, connection));
      done = true;
      return connection::close;
    } finally {
      if (!done) {
        connection.close();
      }
    }
  }

  private static int exchange(Http3Settings settings, Trial trial, QuicConnection connection)
      throws StepFailed {
    HttpExpected expected = settings.expected();
    Http3.begin(connection);
    List<Map.Entry<String, String>> fields =
        List.of(
            Map.entry(":method", "GET"),
            Map.entry(":scheme", "https"),
            Map.entry(":authority", HttpExpected.authority(trial.host(), trial.server().getPort())),
            Map.entry(":path", expected.asked()),
            Map.entry("user-agent", HttpExpected.USER_AGENT),
            Map.entry("accept", "*/*"));
    try (Http3 answer = Http3.ask(connection, fields)) {
      trial.reached(Depth.HANDSHAKE, "HTTP answer over verified QUIC");
      trial.observe("http_status", Integer.toString(answer.status()));
      tellClock(answer, trial);
      expected.<StepFailed>check(answer.status(), answer::values, () -> text(answer));
      trial.reached(Depth.AUTHENTICATED, "HTTP answer as expected, certificate trusted");
      return answer.status();
    }
  }

  private static String text(Http3 answer) throws StepFailed {
    return new String(answer.body(HttpExpected.MAX_BODY), StandardCharsets.UTF_8);
  }

  /** RFC 9110 section 6.6.1; journals of several machines are put on one clock by it. */
  private static void tellClock(Http3 answer, Trial trial) {
    for (String date : answer.values("date")) {
      try {
        Instant told = DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from);
        trial.observe("server_clock", told.toString());
      } catch (DateTimeException e) {
        // A server without a clock.
      }
    }
  }
}
