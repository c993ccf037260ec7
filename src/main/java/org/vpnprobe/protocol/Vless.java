package org.vpnprobe.protocol;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.ThroughStream;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.V2RayTransport.Network;

/**
 * VLESS. The server says nothing of its own: its two bytes come with the first words of the target,
 * and only to a user that it knows. So after {@code port} there is nothing but {@code tunnel}.
 */
public final class Vless implements Protocol<Vless.VlessSettings> {
  /**
   * Without {@code uuid} nothing can be judged.
   *
   * @param uuid by what the server knows us
   * @param target what to reach through the server
   * @param network {@code tcp} when left out
   * @param tls false when left out
   * @param sni see {@link V2RayTransport}, as all that follow
   */
  public record VlessSettings(
      @Nullable Secret uuid,
      Target target,
      @Nullable Network network,
      @Nullable Boolean tls,
      @Nullable String sni,
      @Nullable List<String> alpn,
      @Nullable String ca,
      @Nullable String pin,
      @Nullable String verifyName,
      @Nullable String path,
      @Nullable String host,
      @Nullable String serviceName)
      implements Settings {

    public VlessSettings {
      alpn = alpn == null ? null : List.copyOf(alpn);
      if (uuid != null) {
        UserId.of(uuid);
      }
      transport(network, tls, sni, alpn, ca, pin, verifyName, path, host, serviceName);
    }

    /** What carries it. */
    public V2RayTransport transport() {
      return transport(network, tls, sni, alpn, ca, pin, verifyName, path, host, serviceName);
    }

    private static V2RayTransport transport(
        @Nullable Network network,
        @Nullable Boolean tls,
        @Nullable String sni,
        @Nullable List<String> alpn,
        @Nullable String ca,
        @Nullable String pin,
        @Nullable String verifyName,
        @Nullable String path,
        @Nullable String host,
        @Nullable String serviceName) {
      return new V2RayTransport(
          Objects.requireNonNullElse(network, Network.TCP),
          Objects.requireNonNullElse(tls, Boolean.FALSE),
          sni,
          alpn,
          ca,
          pin,
          verifyName,
          path,
          host,
          serviceName);
    }
  }

  /** Repeats of TCP and TLS, and as long again for the server's own way to the target. */
  private static final Duration DEADLINE = Duration.ofSeconds(15);

  /** Xray-core, proxy/vless/encoding/encoding.go: the only version. */
  private static final int VERSION = 0;

  private static final int TCP = 1;

  /** A little of what comes first. */
  private static final int FIRST = 64;

  @Override
  public String name() {
    return "vless";
  }

  @Override
  public String summary() {
    return "VLESS over TCP, WebSocket, HTTPUpgrade or gRPC, in TLS or not, to a target behind it";
  }

  @Override
  public About about() {
    return new About(
        "port",
        "tunnel",
        "TCP, TLS, the transport's request, one VLESS request with the target's: 10 to 25 packets",
        "a connection to the target from the server; a line in its access log",
        "XTLS/Xray-core proxy/vless/encoding and transport/internet; RFC 6455",
        """
        - name: cdn-vless
          protocol: vless
          address: cdn.example.net:443
          uuid: ${env:VLESS_UUID}
          tls: true
          network: ws
          path: /ray
          target: http://www.example.com/
        """);
  }

  @Override
  public Class<VlessSettings> settings() {
    return VlessSettings.class;
  }

  @Override
  public int defaultPort() {
    return 443;
  }

  @Override
  public Facts facts(VlessSettings settings) {
    return new Facts(
        Transport.TCP,
        Depth.TUNNEL,
        true,
        settings.uuid() == null,
        false,
        false,
        DEADLINE,
        org.vpnprobe.protocol.Tcp.REPEATS,
        Set.of());
  }

  @Override
  public Session open(VlessSettings settings, Trial trial) throws StepFailed {
    V2RayTransport.Opened opened = settings.transport().open(trial);
    if (trial.goal() == Depth.PORT) {
      return opened.stream()::close;
    }
    Secret uuid = settings.uuid();
    if (uuid == null) {
      opened.stream().close();
      throw new StepFailed(
          FailureKind.PROTO_NO_REPLY_UNAUTHENTICATED, "the server answers nobody without a uuid");
    }
    ByteWriter request =
        new ByteWriter().u8(VERSION).bytes(UserId.of(uuid)).u8(0 /* no addons */).u8(TCP);
    V2RayTransport.writeAddress(request, settings.target().server());
    return new V2RaySession(new VlessStream(opened, request.toByteArray()), settings.target())
        .proved(trial);
  }

  /** The way to the target: the request before our first bytes, the answer before its. */
  private static final class VlessStream extends ThroughStream {
    private final V2RayTransport.Opened opened;
    private byte[] request;
    private boolean answered;

    /** What came with the answer. */
    private ByteReader first = new ByteReader(new byte[0]);

    VlessStream(V2RayTransport.Opened opened, byte[] request) {
      super(opened.stream());
      this.opened = opened;
      this.request = request;
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws StepFailed {
      byte[] first = new byte[request.length + length];
      System.arraycopy(request, 0, first, 0, request.length);
      System.arraycopy(buffer, offset, first, request.length, length);
      request = new byte[0];
      inner.write(first);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws StepFailed {
      if (!answered) {
        if (request.length > 0) {
          write(new byte[0]); // A target that speaks first.
        }
        answer();
        answered = true;
      }
      if (!first.hasRemaining()) {
        return inner.read(buffer, offset, length);
      }
      byte[] bytes = first.bytes(Math.min(length, first.remaining()));
      System.arraycopy(bytes, 0, buffer, offset, bytes.length);
      return bytes.length;
    }

    /** A version, and addons with their length before them. */
    private void answer() throws StepFailed {
      byte[] version = new byte[1];
      if (inner.read(version, 0, 1) < 0) {
        throw opened.ended("uuid");
      }
      if (version[0] != VERSION) {
        throw another();
      }
      inner.readFully(inner.readFully(1)[0] & 0xff);
      byte[] bytes = new byte[FIRST];
      int count = inner.read(bytes, 0, FIRST);
      first = new ByteReader(Arrays.copyOf(bytes, Math.max(0, count)));
      if (isHttp2(bytes, count)) {
        throw another();
      }
    }

    /**
     * A web server begins HTTP/2 with zeros, too: RFC 9113 sections 3.4 and 4.1, a SETTINGS frame
     * (type 4) of the stream 0, whose length's first two bytes passed for an answer.
     */
    private static boolean isHttp2(byte[] bytes, int count) {
      return count >= 7 && bytes[1] == 4 && Arrays.equals(bytes, 2, 7, new byte[5], 0, 5);
    }

    private static StepFailed another() {
      return new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY,
          "the answer is not VLESS: another server, or what it shows to users it does not know");
    }
  }
}
