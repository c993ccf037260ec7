package org.vpnprobe.protocol;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.GunStream;
import org.vpnprobe.layer.HttpUpgrade;
import org.vpnprobe.layer.TlsClient;
import org.vpnprobe.layer.TlsStream;
import org.vpnprobe.layer.WebSocket;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.StepName;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * What v2ray, Xray and sing-box carry their protocols in: TCP bare or as WebSocket, HTTPUpgrade or
 * gRPC, each in clear or in TLS. None of its answers proves anything of what is carried.
 *
 * @param network see {@link Network}
 * @param tls whether all of it goes in TLS
 * @param sni see {@code tls}, as {@code alpn}, {@code ca}, {@code pin} and {@code verify_name}
 * @param alpn what clients of the network say when left out
 * @param path what to ask for
 * @param host the value of Host or {@code :authority}; {@code sni}, else the address's, when left
 *     out
 * @param serviceName the service of gRPC, or the whole path when it begins with {@code /}
 */
public record V2RayTransport(
    Network network,
    boolean tls,
    @Nullable String sni,
    @Nullable List<String> alpn,
    @Nullable String ca,
    @Nullable String pin,
    @Nullable String verifyName,
    @Nullable String path,
    @Nullable String host,
    @Nullable String serviceName) {

  /** The names of the field. */
  public enum Network {
    TCP,
    WS,
    HTTPUPGRADE,
    GRPC
  }

  /** What a connection gave: the stream, and whether its end was the server's own. */
  public record Opened(ByteStream stream, BooleanSupplier closedByPeer) {
    /**
     * What the end of the stream before any answer means: a server's refusal when nobody else can
     * have said it, else only an end.
     *
     * @param another what is then wrong with ours
     */
    public StepFailed ended(String another) {
      return closedByPeer.getAsBoolean()
          ? new StepFailed(
              FailureKind.AUTH_REJECTED,
              "the server closed the session: another "
                  + another
                  + ", or a target out of its reach")
          : new StepFailed(
              FailureKind.EOF_ERROR,
              "the connection was closed: another "
                  + another
                  + ", a target out of the server's reach, or interference");
    }
  }

  /** IPv4, name, IPv6 in both protocols (v2ray-core, common/protocol/address.go). */
  private static final int IP4 = 1;

  private static final int NAME = 2;
  private static final int IP6 = 3;

  public V2RayTransport {
    alpn = alpn == null ? null : List.copyOf(alpn);
    if (!tls) {
      unused("sni", sni, "needs tls: true");
      unused("alpn", alpn, "needs tls: true");
      unused("ca", ca, "needs tls: true");
      unused("pin", pin, "needs tls: true");
      unused("verify_name", verifyName, "needs tls: true");
    }
    if (network == Network.TCP) {
      unused("host", host, "needs network: ws, httpupgrade or grpc");
    }
    if (network == Network.TCP || network == Network.GRPC) {
      unused("path", path, "needs network: ws or httpupgrade");
    }
    if (network == Network.GRPC) {
      checkService(serviceName);
    } else {
      unused("service_name", serviceName, "needs network: grpc");
    }
    if (path != null && !path.matches("/[!-~]*")) {
      throw new InvalidSetting("path", "expected a path that begins with /");
    }
    if (host != null && !host.matches("[A-Za-z0-9.:_\\[\\]-]+")) {
      throw new InvalidSetting("host", "expected a host name, with or without a port");
    }
    new Tls.TlsSettings(sni, alpn, ca, pin, verifyName, null, null);
  }

  private static void unused(String key, @Nullable Object value, String rule) {
    if (value != null) {
      throw new InvalidSetting(key, rule);
    }
  }

  private static void checkService(@Nullable String name) {
    if (name == null) {
      throw new InvalidSetting("service_name", "needed with network: grpc");
    }
    if (!name.matches("[A-Za-z0-9._~-]+|/[!-{}~]+/[!-~]+")) {
      throw new InvalidSetting(
          "service_name", "expected a name of letters, digits and ._~- or a path /service/method");
    }
  }

  /**
   * Connects, and performs the handshakes of all layers as steps; records {@code port}.
   *
   * @throws StepFailed what the layers say
   */
  public Opened open(Trial trial) throws StepFailed {
    ByteStream wire = trial.path().tcp(trial.server());
    trial.reached(Depth.PORT, "TCP connection opened");
    if (trial.goal() == Depth.PORT) {
      return new Opened(wire, () -> false);
    }
    if (!tls) {
      // In clear everybody on the way can end a stream in the server's name.
      return new Opened(carried(wire, trial).stream(), () -> false);
    }
    TlsStream inside =
        trial.step(StepName.TLS, () -> Tls.handshake(wire, offer(trial.host()), trial, null));
    Opened carried = carried(inside, trial);
    return new Opened(
        carried.stream(), () -> inside.closedByPeer() || carried.closedByPeer().getAsBoolean());
  }

  private Opened carried(ByteStream wire, Trial trial) throws StepFailed {
    boolean done = false;
    try {
      String authority = authority(trial);
      HttpUpgrade.Request request =
          new HttpUpgrade.Request(authority, Objects.requireNonNullElse(path, "/"));
      Opened opened =
          switch (network) {
            case TCP -> new Opened(wire, () -> false);
            case WS -> {
              WebSocket socket =
                  trial.step(
                      StepName.HANDSHAKE, () -> WebSocket.open(wire, request, trial.random()));
              yield new Opened(socket, socket::closedByPeer);
            }
            case HTTPUPGRADE ->
                new Opened(
                    trial.step(StepName.HANDSHAKE, () -> HttpUpgrade.open(wire, request)),
                    () -> false);
            case GRPC -> {
              GunStream call =
                  GunStream.over(wire, new GunStream.Request(tls, authority, servicePath()));
              yield new Opened(call, call::closedByPeer);
            }
          };
      done = true;
      return opened;
    } finally {
      if (!done) {
        wire.close();
      }
    }
  }

  private TlsClient.Offer offer(String server) {
    return Tls.TlsSettings.offer(sni, offeredAlpn(), ca, pin, verifyName, null, null, server);
  }

  /** What clients offer for each network: a WebSocket cannot go over HTTP/2, gRPC must. */
  public List<String> offeredAlpn() {
    if (alpn != null) {
      return alpn;
    }
    return switch (network) {
      case TCP -> List.of("h2", "http/1.1");
      case WS, HTTPUPGRADE -> List.of("http/1.1");
      case GRPC -> List.of("h2");
    };
  }

  private String authority(Trial trial) {
    if (host != null) {
      return host;
    }
    String name = sni == null || sni.isEmpty() ? trial.host() : sni;
    int port = trial.server().getPort();
    String bracketed = name.contains(":") ? "[" + name + "]" : name;
    return port == (tls ? 443 : 80) ? bracketed : bracketed + ":" + port;
  }

  /**
   * The path of the call: {@code /SERVICE/Tun}, or what the user wrote; of {@code /a/Tun|TunMulti}
   * the first (Xray-core, transport/internet/grpc/config.go).
   */
  public String servicePath() {
    String name = Objects.requireNonNull(serviceName);
    return name.startsWith("/") ? name.replaceFirst("\\|.*", "") : "/" + name + "/Tun";
  }

  /** A port and an address as VLESS and VMess write them; a name is sent for the server to find. */
  public static void writeAddress(ByteWriter into, HostPort target) {
    into.u16(target.port());
    byte[] ip = ip(target.host());
    if (ip != null) {
      into.u8(ip.length == 4 ? IP4 : IP6).bytes(ip);
    } else {
      byte[] name = target.host().getBytes(StandardCharsets.US_ASCII);
      into.u8(NAME).u8(name.length).bytes(name);
    }
  }

  /**
   * The server's side of {@link #writeAddress}.
   *
   * @throws StepFailed {@code proto_malformed_reply}
   */
  public static HostPort readAddress(ByteReader from) throws StepFailed {
    int port = from.u16();
    int type = from.u8();
    return switch (type) {
      case IP4 -> new HostPort(address(from.bytes(4)), port);
      case IP6 -> new HostPort(address(from.bytes(16)), port);
      case NAME -> {
        String name = from.ascii(from.u8());
        if (!name.matches("[!-~]+")) {
          throw from.malformed("a name is none");
        }
        yield new HostPort(name, port);
      }
      default -> throw from.malformed("an address of no known type");
    };
  }

  private static String address(byte[] ip) {
    try {
      return InetAddress.getByAddress(ip).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("4 or 16 bytes", e);
    }
  }

  private static byte @Nullable [] ip(String host) {
    try {
      return InetAddress.ofLiteral(host).getAddress();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
