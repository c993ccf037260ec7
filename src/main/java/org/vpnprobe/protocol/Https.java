package org.vpnprobe.protocol;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.Hello;
import org.vpnprobe.layer.TlsClient;
import org.vpnprobe.layer.TlsStream;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.PathSockets;
import org.vpnprobe.net.StepFailed;

/**
 * One GET over TLS. Nothing is asked of a server whose certificate is not trusted. What each depth
 * takes:
 *
 * <ul>
 *   <li>{@code handshake}: any HTTP answer over verified TLS; a certificate alone proves a TLS
 *       server;
 *   <li>{@code authenticated}: the answer that is expected.
 * </ul>
 */
public final class Https implements Protocol<Https.HttpsSettings> {
  /**
   * @param path what to ask for; {@code /} when left out
   * @param status the expected status; 200 when left out
   * @param header {@code Name: text}: a header that must be there and hold the text
   * @param body a text that must stand in the first 64 KiB of the body
   * @param sni see {@code tls}, as all that follow
   */
  public record HttpsSettings(
      @Nullable String path,
      @Nullable Integer status,
      @Nullable String header,
      @Nullable String body,
      @Nullable String sni,
      @Nullable String ca,
      @Nullable String pin,
      @Nullable String verifyName,
      @Nullable String cert,
      @Nullable Secret key,
      @Nullable Hello hello)
      implements Settings {

    /** Settings with Java's own ClientHello. */
    public HttpsSettings(
        @Nullable String path,
        @Nullable Integer status,
        @Nullable String header,
        @Nullable String body,
        @Nullable String sni,
        @Nullable String ca,
        @Nullable String pin,
        @Nullable String verifyName,
        @Nullable String cert,
        @Nullable Secret key) {
      this(path, status, header, body, sni, ca, pin, verifyName, cert, key, null);
    }

    public HttpsSettings {
      new HttpExpected(path, status, header, body);
      offer(sni, ca, pin, verifyName, cert, key, "localhost");
    }

    @Override
    public boolean carriesData(Depth ceiling) {
      return true;
    }

    /** The expected status. */
    public int expectedStatus() {
      return expected().expectedStatus();
    }

    HttpExpected expected() {
      return new HttpExpected(path, status, header, body);
    }

    TlsClient.Offer offer(String host) {
      return offer(sni, ca, pin, verifyName, cert, key, host).looking(hello);
    }

    private static TlsClient.Offer offer(
        @Nullable String sni,
        @Nullable String ca,
        @Nullable String pin,
        @Nullable String verifyName,
        @Nullable String cert,
        @Nullable Secret key,
        String host) {
      return Tls.TlsSettings.offer(sni, List.of("http/1.1"), ca, pin, verifyName, cert, key, host);
    }
  }

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  @Override
  public String name() {
    return "https";
  }

  @Override
  public String summary() {
    return "HTTPS request: expected status, header and body over verified TLS";
  }

  @Override
  public About about() {
    return new About(
        "authenticated",
        "authenticated, and that the server accepts our certificate",
        "TCP, one TLS handshake, one GET: about 10 packets",
        "a line in the access log",
        "RFC 9110; RFC 9112; RFC 8446",
        """
        - name: portal
          protocol: https
          address: vpn.example.net:443
          path: /health
          status: 200
          ca: ${file:ca.pem}
        """);
  }

  @Override
  public Class<HttpsSettings> settings() {
    return HttpsSettings.class;
  }

  @Override
  public int defaultPort() {
    return 443;
  }

  @Override
  public Facts facts(HttpsSettings settings) {
    return Facts.answering(Transport.TCP, Depth.AUTHENTICATED, DEADLINE, Tcp.REPEATS);
  }

  @Override
  public Session open(HttpsSettings settings, Trial trial) throws StepFailed {
    ByteStream wire = trial.path().tcp(trial.server());
    trial.reached(Depth.PORT, "TCP connection opened");
    if (trial.goal() == Depth.PORT) {
      return wire::close;
    }
    TlsClient.Offer offer = settings.offer(trial.host());
    TlsStream tls = trial.step(StepName.TLS, () -> Tls.handshake(wire, offer, trial, null));
    boolean done = false;
    try {
      trial.step(StepName.HANDSHAKE, () -> exchange(settings, trial, tls));
      done = true;
      return new WebSession(tls, new WebData(settings, trial));
    } finally {
      if (!done) {
        tls.close();
      }
    }
  }

  private record WebSession(TlsStream tls, WebData data) implements Session {
    @Override
    public Optional<Exchange> exchange() {
      return Optional.of(data);
    }

    @Override
    public void close() {
      data.close();
      tls.close();
    }
  }

  private static int exchange(HttpsSettings settings, Trial trial, TlsStream tls)
      throws StepFailed {
    OkHttpClient client = client(trial, tls);
    try (Response response = client.newCall(request(settings, trial)).execute()) {
      trial.reached(Depth.HANDSHAKE, "HTTP answer over verified TLS");
      trial.observe("http_status", Integer.toString(response.code()));
      // RFC 9110 section 6.6.1; journals of several machines are put on one clock by it.
      Date told = response.headers().getDate("Date");
      if (told != null) {
        trial.observe("server_clock", told.toInstant().toString());
      }
      settings
          .expected()
          .<IOException>check(response.code(), response::headers, () -> body(response));
      trial.reached(Depth.AUTHENTICATED, "HTTP answer as expected, certificate trusted");
      return response.code();
    } catch (IOException e) {
      StepFailed failed = PathSockets.cause(e);
      if (failed != null) {
        throw failed;
      }
      boolean early = String.valueOf(e.getMessage()).startsWith("unexpected end of stream");
      throw new StepFailed(
          early ? FailureKind.EOF_ERROR : FailureKind.PROTO_MALFORMED_REPLY,
          early ? "the server closed the connection" : "the server's answer is not HTTP");
    }
  }

  /**
   * okhttp speaks plain HTTP/1.1 over the TLS stream that is already open, so that TLS is the same
   * here and in {@code tls}.
   */
  private static OkHttpClient client(Trial trial, TlsStream tls) {
    return PathSockets.client(trial.path(), Family.IP4)
        .socketFactory(PathSockets.factory(address -> tls))
        .dns(host -> List.of(trial.server().getAddress()))
        .protocols(List.of(okhttp3.Protocol.HTTP_1_1))
        .build();
  }

  private static Request request(HttpsSettings settings, Trial trial) {
    int port = trial.server().getPort();
    String host = trial.host().contains(":") ? "[" + trial.host() + "]" : trial.host();
    return new Request.Builder()
        .url("http://" + host + ":" + port + settings.expected().asked())
        .header("Host", HttpExpected.authority(trial.host(), port))
        .header("User-Agent", HttpExpected.USER_AGENT)
        .header("Accept-Encoding", "identity")
        .header("Connection", "close")
        .build();
  }

  private static String body(Response response) throws IOException {
    byte[] bytes = response.body().byteStream().readNBytes(HttpExpected.MAX_BODY);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
