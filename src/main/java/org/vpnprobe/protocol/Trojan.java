package org.vpnprobe.protocol;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.Hello;
import org.vpnprobe.layer.TlsClient;
import org.vpnprobe.layer.TlsStream;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.SocksAddress;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * Trojan: a request with a hashed password inside TLS. A server that does not know the password
 * hands everything on to a web server, and a right one says nothing of its own: a certificate and
 * an HTTP answer prove a web server. The one depth after {@code port} is {@code tunnel}, by an
 * answer that only the target gives.
 */
public final class Trojan implements Protocol<Trojan.TrojanSettings> {
  /**
   * @param password the server's or the user's
   * @param target what to reach through the server, known by its answer: echo, dns, or a text
   * @param sni see {@code tls}, as all that follow
   */
  public record TrojanSettings(
      Secret password,
      Target target,
      @Nullable String sni,
      @Nullable List<String> alpn,
      @Nullable String ca,
      @Nullable String pin,
      @Nullable String verifyName,
      @Nullable Hello hello)
      implements Settings {

    /** Settings with Java's own ClientHello. */
    public TrojanSettings(
        Secret password,
        Target target,
        @Nullable String sni,
        @Nullable List<String> alpn,
        @Nullable String ca,
        @Nullable String pin,
        @Nullable String verifyName) {
      this(password, target, sni, alpn, ca, pin, verifyName, null);
    }

    public TrojanSettings {
      if (password.bytes().length == 0) {
        throw new InvalidSetting("password", "expected a password");
      }
      if (!target.isRecognisable()) {
        throw new InvalidSetting(
            "target",
            "the web server behind a Trojan server may answer instead: name a text that only the"
                + " target's answer has, http://host/path#text or tcp://host:port#text, or take"
                + " echo:// or dns://");
      }
      alpn = alpn == null ? null : List.copyOf(alpn);
      tls(sni, alpn, ca, pin, verifyName);
    }

    TlsClient.Offer offer(String host) {
      return tls(sni, alpn, ca, pin, verifyName).offer(host).looking(hello);
    }

    private static Tls.TlsSettings tls(
        @Nullable String sni,
        @Nullable List<String> alpn,
        @Nullable String ca,
        @Nullable String pin,
        @Nullable String verifyName) {
      return new Tls.TlsSettings(sni, alpn, ca, pin, verifyName, null, null);
    }

    /** How the password is shown to the server: SHA-224 in lower-case hexadecimal. */
    public String hash() {
      try {
        byte[] hash = MessageDigest.getInstance("SHA-224").digest(password.bytes());
        return HexFormat.of().formatHex(hash);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-224", e);
      }
    }
  }

  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final int CONNECT = 1;
  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] HTTP = "HTTP/".getBytes(StandardCharsets.US_ASCII);

  @Override
  public String name() {
    return "trojan";
  }

  @Override
  public String summary() {
    return "Trojan over TLS: a target's answer through the server, told from its fallback's";
  }

  @Override
  public About about() {
    return new About(
        "port",
        "tunnel",
        "TCP, one TLS handshake, the request with the target's question: about 12 packets",
        "a connection from the server to the target; with a wrong password a line in the log of the web"
            + " server behind it",
        "The Trojan Protocol (trojan-gfw)",
        """
        - name: tokyo-trojan
          protocol: trojan
          address: tyo.example.net:443
          password: ${env:TROJAN_PASSWORD}
          target: http://192.0.2.80/#text of this page
        """);
  }

  @Override
  public Class<TrojanSettings> settings() {
    return TrojanSettings.class;
  }

  @Override
  public int defaultPort() {
    return 443;
  }

  @Override
  public Facts facts(TrojanSettings settings) {
    return new Facts(
        Transport.TCP, Depth.TUNNEL, false, false, true, false, DEADLINE, Tcp.REPEATS, Set.of());
  }

  @Override
  public Session open(TrojanSettings settings, Trial trial) throws StepFailed {
    ByteStream wire = trial.path().tcp(trial.server());
    trial.reached(Depth.PORT, "TCP connection opened");
    if (trial.goal() == Depth.PORT) {
      return wire::close;
    }
    TlsStream tls =
        trial.step(
            StepName.TLS, () -> Tls.handshake(wire, settings.offer(trial.host()), trial, null));
    Requested requested = new Requested(tls, request(settings), settings.target());
    trial.step(StepName.TUNNEL, () -> answered(requested, trial));
    return requested;
  }

  /** Section "Trojan Request". */
  private static byte[] request(TrojanSettings settings) throws StepFailed {
    ByteWriter request =
        new ByteWriter()
            .bytes(settings.hash().getBytes(StandardCharsets.US_ASCII))
            .bytes(CRLF)
            .u8(CONNECT);
    return SocksAddress.of(settings.target().server()).write(request).bytes(CRLF).toByteArray();
  }

  /** Another answer than the target's is that of the web server behind it. */
  private static boolean answered(Requested requested, Trial trial) throws StepFailed {
    try {
      TunnelCheck.run(requested, trial);
      return true;
    } catch (StepFailed e) {
      boolean other = e.kind() == FailureKind.DATA_ECHO_FAILED;
      boolean cutOff = e.kind() == FailureKind.EOF_ERROR && requested.saysHttp();
      throw other || cutOff
          ? new StepFailed(
              FailureKind.AUTH_REJECTED,
              null,
              "another server than the target answered, as one does behind a Trojan server that"
                  + " does not know the password",
              e.after(),
              e)
          : e;
    }
  }

  /** A stream whose request leaves with the first data, as clients send it. */
  private static final class Requested implements Session, Tunnel.StreamTunnel, ByteStream {
    private final TlsStream tls;
    private final Target asked;
    private final byte[] beginning = new byte[HTTP.length];
    private int begun;
    private byte @Nullable [] request;

    Requested(TlsStream tls, byte[] request, Target asked) {
      this.tls = tls;
      this.request = request;
      this.asked = asked;
    }

    /** True when the answer began as that of a web server. */
    boolean saysHttp() {
      return begun == HTTP.length && Arrays.equals(beginning, HTTP);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws StepFailed {
      ByteWriter out = new ByteWriter();
      if (request != null) {
        out.bytes(request);
        request = null;
      }
      tls.write(out.bytes(Arrays.copyOfRange(buffer, offset, offset + length)).toByteArray());
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws StepFailed {
      if (request != null) {
        write(new byte[0], 0, 0); // The target speaks first.
      }
      int count = tls.read(buffer, offset, length);
      for (int i = 0; i < count && begun < HTTP.length; i++) {
        beginning[begun++] = buffer[offset + i];
      }
      return count;
    }

    @Override
    public void readTimeout(Duration timeout) {
      tls.readTimeout(timeout);
    }

    @Override
    public InetSocketAddress local() {
      return tls.local();
    }

    @Override
    public InetSocketAddress remote() {
      return tls.remote();
    }

    @Override
    public ByteStream stream() {
      return this;
    }

    @Override
    public Target asked() {
      return asked;
    }

    @Override
    public Optional<Tunnel> tunnel() {
      return Optional.of(this);
    }

    @Override
    public void close() {
      tls.close();
    }
  }
}
