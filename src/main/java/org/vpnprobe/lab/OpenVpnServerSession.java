package org.vpnprobe.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.openvpn.ControlChannel;
import org.vpnprobe.protocol.openvpn.ControlPacket;
import org.vpnprobe.protocol.openvpn.ControlTls;
import org.vpnprobe.protocol.openvpn.DataChannel;
import org.vpnprobe.protocol.openvpn.DataCipher;
import org.vpnprobe.protocol.openvpn.DataKeys;
import org.vpnprobe.protocol.openvpn.KeyMethod2;
import org.vpnprobe.protocol.openvpn.Opcode;
import org.vpnprobe.protocol.openvpn.OpenVpnSettings;
import org.vpnprobe.protocol.openvpn.PushReply;
import org.vpnprobe.protocol.openvpn.TlsEngines;

/** The server's side of one session, from the client's reset to its goodbye. */
final class OpenVpnServerSession {
  /**
   * What all sessions of one server share.
   *
   * @param settings those of the client that is accepted
   */
  record Server(OpenVpnSettings settings, OwnCertificate identity, Clock clock) {}

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration GLANCE = Duration.ofMillis(100);
  private static final int PEER_ID = 1;
  private static final int IV_PROTO_TLS_KEY_EXPORT = 1 << 3;
  private static final InetAddress INNER_4 = InetAddress.ofLiteral("10.8.0.1");

  private final Server server;
  private final OpenVpnSettings settings;
  private final OpenVpnQueueLink link;
  private final SecureRandom random = new SecureRandom();

  OpenVpnServerSession(Server server, OpenVpnQueueLink link) {
    this.server = server;
    this.settings = server.settings();
    this.link = link;
  }

  /** Serves until the client leaves, breaks a rule or falls silent. */
  void run() {
    try {
      serve();
    } catch (StepFailed | SSLException e) {
      // The client is gone or not the one we accept; a server says no more than its log would.
    }
  }

  private void serve() throws StepFailed, SSLException {
    ControlChannel channel =
        new ControlChannel(
            ControlChannel.Side.SERVER,
            new OpenVpnWrappedKeyLink(link, settings.clientKey()),
            settings.serverWrap(server.clock()),
            server.clock(),
            random.nextLong(1, Long.MAX_VALUE));
    ControlPacket.Message reset = channel.receive(PATIENCE);
    Opcode expected =
        settings.clientKey().isPresent()
            ? Opcode.HARD_RESET_CLIENT_V3
            : Opcode.HARD_RESET_CLIENT_V2;
    if (reset == null || reset.opcode() != expected) {
      return;
    }
    channel.send(Opcode.HARD_RESET_SERVER_V2, new byte[0]);
    ControlTls tls =
        new ControlTls(
            TlsEngines.server(
                new OnlyThisCertificate(settings.clientCertificate()),
                server.identity(),
                settings.cert() != null),
            channel,
            server.clock());
    tls.handshake();
    KeyMethod2.FromClient client = KeyMethod2.FromClient.decode(unit(tls));
    KeyMethod2.FromServer ours =
        new KeyMethod2.FromServer(bytes(32), bytes(32), "V4,dev-type tun,key-method 2,tls-server");
    tls.write(ours.encode());
    if (!accepts(client)) {
      send(tls, "AUTH_FAILED");
      tls.read(PATIENCE); // Until the client has read it and is gone.
      return;
    }
    boolean exporter = offersExporter(client.peerInfo());
    PushReply push = push(exporter);
    DataKeys keys =
        exporter
            ? DataKeys.exported(tls.exportKeys().orElseThrow())
            : DataKeys.derived(client, ours, channel.peer(), channel.session());
    send(tls, push.encode());
    DataCipher cipher = push.cipher().flatMap(DataCipher::named).orElseThrow();
    carry(channel, tls, DataChannel.server(cipher, keys, OptionalInt.of(PEER_ID)));
  }

  /** Answers pings until the client says goodbye. */
  private void carry(ControlChannel channel, ControlTls tls, DataChannel data)
      throws StepFailed, SSLException {
    Instant quietSince = server.clock().instant();
    while (quietSince.plus(PATIENCE).isAfter(server.clock().instant())) {
      byte[] sealed = channel.receiveData(GLANCE);
      byte[] control = tls.read(Duration.ZERO);
      if (control != null && new String(control, UTF_8).startsWith("EXIT")) {
        return;
      }
      if (sealed == null) {
        continue;
      }
      quietSince = server.clock().instant();
      byte[] packet = opened(data, sealed);
      if (packet != null && DataChannel.isExit(packet)) {
        return;
      }
      Optional<byte[]> reply =
          packet == null ? Optional.empty() : InnerHost.reply(packet, target());
      if (reply.isPresent()) {
        channel.sendData(data.seal(reply.get()));
      }
    }
  }

  private static byte @Nullable [] opened(DataChannel data, byte[] sealed) {
    try {
      return data.open(sealed);
    } catch (StepFailed e) {
      return null;
    }
  }

  /** The address inside that answers. */
  private InetAddress target() {
    return settings.target() == null ? INNER_4 : InetAddress.ofLiteral(settings.target());
  }

  private PushReply push(boolean exporter) {
    return new PushReply(
        List.of(
            "route-gateway 10.8.0.1",
            "topology subnet",
            "ifconfig 10.8.0.2 255.255.255.0",
            "ifconfig-ipv6 fd00:8::2/64 fd00:8::1",
            "peer-id " + PEER_ID,
            "cipher " + settings.offeredCiphers().getFirst().wireName(),
            "protocol-flags cc-exit" + (exporter ? " tls-ekm" : "")));
  }

  private boolean accepts(KeyMethod2.FromClient client) {
    if (settings.username() == null || settings.password() == null) {
      return true;
    }
    return settings.username().equals(client.username())
        && MessageDigest.isEqual(settings.password().bytes(), client.password().getBytes(UTF_8));
  }

  private static boolean offersExporter(String peerInfo) {
    return peerInfo
        .lines()
        .filter(line -> line.matches("IV_PROTO=\\d{1,9}"))
        .anyMatch(line ->
            (Integer.parseInt(line.substring("IV_PROTO=".length())) & IV_PROTO_TLS_KEY_EXPORT)
                != 0);
  }

  private static byte[] unit(ControlTls tls) throws StepFailed, SSLException {
    byte[] unit = tls.read(PATIENCE);
    if (unit == null) {
      throw new StepFailed(FailureKind.GENERIC_TIMEOUT_ERROR, "the client is gone");
    }
    return unit;
  }

  private static void send(ControlTls tls, String message) throws StepFailed, SSLException {
    tls.write(Arrays.copyOf(message.getBytes(UTF_8), message.getBytes(UTF_8).length + 1));
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
