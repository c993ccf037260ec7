package org.vpnprobe.protocol;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.quic.Http3;
import org.vpnprobe.layer.quic.InitialExchange;
import org.vpnprobe.layer.quic.QuicConnection;
import org.vpnprobe.layer.quic.Salamander;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * Hysteria 2. To strangers a server is any web server, so that QUIC, its certificate and HTTP prove
 * nothing of the protocol. What each depth takes:
 *
 * <ul>
 *   <li>{@code authenticated}: status 233 over verified QUIC: the server knows our password;
 *   <li>{@code tunnel}: the target's answer through a relayed TCP connection.
 * </ul>
 */
public final class Hysteria2 implements Protocol<Hysteria2.Hysteria2Settings> {
  /**
   * @param password the user's password, or {@code user:password} where the server has users
   * @param obfsPassword the key of Salamander, where the server uses it
   * @param sni see {@code quic}, as {@code ca}, {@code pin} and {@code verifyName}
   * @param target what to reach through the server
   */
  public record Hysteria2Settings(
      @Nullable Secret password,
      @Nullable Secret obfsPassword,
      @Nullable String sni,
      @Nullable String ca,
      @Nullable String pin,
      @Nullable String verifyName,
      @Nullable Target target)
      implements Settings {
    /** As the reference implementation demands. */
    private static final int SHORTEST_OBFS = 4;

    public Hysteria2Settings {
      if (password != null && !printable(password.bytes())) {
        throw new InvalidSetting("password", "must not be empty nor hold control characters");
      }
      if (obfsPassword != null && obfsPassword.bytes().length < SHORTEST_OBFS) {
        throw new InvalidSetting("obfs_password", "expected at least 4 bytes");
      }
      Quic.QuicSettings.offer(sni, "h3", ca, pin, verifyName, "localhost");
    }

    /** It travels as the value of a header (RFC 9110 section 5.5). */
    private static boolean printable(byte[] bytes) {
      boolean fine = bytes.length > 0;
      for (byte b : bytes) {
        fine &= (b & 0xff) >= 0x20 && b != 0x7f;
      }
      return fine;
    }

    /** Under Salamander nobody on the way can read it. */
    @Override
    public Optional<String> serverName(String host) {
      return obfsPassword != null ? Optional.empty() : ServerNames.shown(sni == null ? host : sni);
    }

    @Override
    public Optional<Settings> withServerName(String name) {
      return obfsPassword != null
          ? Optional.empty()
          : Optional.of(
              new Hysteria2Settings(password, null, name, ca, null, ServerNames.NOBODY, target));
    }

    QuicConnection.Offer offer(String host) {
      return Quic.QuicSettings.offer(sni, "h3", ca, pin, verifyName, host);
    }
  }

  /** TCPRequest, a frame type that HTTP/3 does not know. */
  private static final int TCP_REQUEST = 0x401;

  /** The status that nobody else answers. */
  private static final int HY_OK = 233;

  /** Bounds of the reference implementation for what a server says. */
  private static final int LONGEST_MESSAGE = 2048;

  private static final int LONGEST_PADDING = 4096;

  @Override
  public String name() {
    return "hysteria2";
  }

  @Override
  public String summary() {
    return "Hysteria 2 with a password; Salamander; TCP relay to a target";
  }

  @Override
  public About about() {
    return new About(
        "nothing",
        "tunnel",
        "one QUIC handshake, one POST, with a target one relayed connection: 12 to 20 datagrams",
        "a login in the server's log",
        "Hysteria 2 Protocol Specification; RFC 9114; RFC 9000",
        """
        - name: hy2-osaka
          protocol: hysteria2
          address: osaka.example.net:443
          password: ${env:HY2_PASSWORD}
          target: http://www.example.com/
        """);
  }

  @Override
  public Class<Hysteria2Settings> settings() {
    return Hysteria2Settings.class;
  }

  @Override
  public int defaultPort() {
    return 443;
  }

  @Override
  public Facts facts(Hysteria2Settings settings) {
    return new Facts(
        Transport.UDP,
        settings.target() == null ? Depth.AUTHENTICATED : Depth.TUNNEL,
        settings.obfsPassword() != null,
        settings.password() == null,
        settings.obfsPassword() != null,
        true,
        Quic.DEADLINE,
        InitialExchange.REPEATS,
        Set.of());
  }

  @Override
  public Session open(Hysteria2Settings settings, Trial trial) throws StepFailed {
    Secret password = settings.password();
    if (password == null) {
      throw new StepFailed(
          FailureKind.PROTO_NO_REPLY_UNAUTHENTICATED,
          "without a password the server is like any web server");
    }
    QuicConnection connection = trial.step(StepName.HANDSHAKE, () -> connect(settings, trial));
    boolean done = false;
    try {
      trial.step(StepName.AUTH, () -> login(password, trial, connection));
      Target target = settings.target();
      Session session =
          target == null || !trial.goal().atLeast(Depth.TUNNEL)
              ? connection::close
              : trial.step(StepName.TUNNEL, () -> relay(connection, target, trial.random()));
      done = true;
      return session;
    } finally {
      if (!done) {
        connection.close();
      }
    }
  }

  private static QuicConnection connect(Hysteria2Settings settings, Trial trial) throws StepFailed {
    Datagrams socket = trial.path().udp(trial.server());
    Secret obfs = settings.obfsPassword();
    Datagrams worn =
        obfs == null ? socket : new Salamander(obfs.bytes()).over(socket, trial.random());
    return Quic.connect(worn, settings.offer(trial.host()), trial, null);
  }

  private static int login(Secret password, Trial trial, QuicConnection connection)
      throws StepFailed {
    Http3.begin(connection);
    List<Map.Entry<String, String>> fields =
        List.of(
            Map.entry(":method", "POST"),
            Map.entry(":scheme", "https"),
            Map.entry(":authority", "hysteria"),
            Map.entry(":path", "/auth"),
            // Bytes as the user wrote them, whatever their alphabet.
            Map.entry("hysteria-auth", new String(password.bytes(), StandardCharsets.ISO_8859_1)),
            // Unknown: with a rate the server would push at it, whatever gets lost.
            Map.entry("hysteria-cc-rx", "0"),
            Map.entry("hysteria-padding", padding(trial.random(), 256, 2048)));
    try (Http3 answer = Http3.ask(connection, fields)) {
      if (answer.status() != HY_OK) {
        throw new StepFailed(
            FailureKind.AUTH_REJECTED,
            "the server answered "
                + answer.status()
                + " as a web server does: another password, or no Hysteria 2 server");
      }
      trial.observe("hysteria2_udp", String.join(",", answer.values("hysteria-udp")));
      trial.reached(Depth.AUTHENTICATED, "status 233 for our password, certificate trusted");
      return answer.status();
    }
  }

  /** Letters, as long as the reference implementation makes them. */
  private static String padding(RandomGenerator random, int least, int below) {
    int length = random.nextInt(least, below);
    StringBuilder padding = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      padding.append((char) ('a' + random.nextInt(26)));
    }
    return padding.toString();
  }

  private static Session relay(QuicConnection connection, Target target, RandomGenerator random)
      throws StepFailed {
    byte[] address = target.server().toString().getBytes(StandardCharsets.UTF_8);
    byte[] padding = padding(random, 64, 512).getBytes(StandardCharsets.US_ASCII);
    ByteStream stream = connection.open();
    stream.write(
        new ByteWriter()
            .varint(TCP_REQUEST)
            .varint(address.length)
            .bytes(address)
            .varint(padding.length)
            .bytes(padding)
            .toByteArray());
    granted(stream);
    return new Relay(connection, stream, target);
  }

  /**
   * Reads a TCPResponse.
   *
   * @throws StepFailed {@code proxy_refused} when the server does not lead to the target
   */
  static void granted(ByteStream stream) throws StepFailed {
    int status = stream.readFully(1)[0] & 0xff;
    stream.readFully(length(stream, LONGEST_MESSAGE));
    stream.readFully(length(stream, LONGEST_PADDING));
    if (status != 0) {
      throw new StepFailed(
          FailureKind.PROXY_REFUSED,
          Integer.toString(status),
          "the server answers that it cannot reach the target");
    }
  }

  private static int length(ByteStream stream, int atMost) throws StepFailed {
    byte[] first = stream.readFully(1);
    byte[] rest = stream.readFully((1 << ((first[0] & 0xff) >> 6)) - 1);
    ByteReader in = new ByteReader(new ByteWriter().bytes(first).bytes(rest).toByteArray());
    long length = in.varint();
    if (length > atMost) {
      throw in.malformed("a message of " + length + " bytes about a relay");
    }
    return (int) length;
  }

  /** A relayed TCP connection. */
  private record Relay(QuicConnection connection, ByteStream stream, Target asked)
      implements Session, Tunnel.StreamTunnel {
    @Override
    public Optional<Tunnel> tunnel() {
      return Optional.of(this);
    }

    @Override
    public void close() {
      stream.close();
      connection.close();
    }
  }
}
