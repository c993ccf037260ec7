package org.vpnprobe.protocol.openvpn;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Trial;
import org.vpnprobe.protocol.Tunnel;

/** A session after the login: leaves politely, and carries packets when it can. */
final class OpenVpnSession implements Session {
  private final ControlChannel channel;
  private final ControlTls tls;
  private final PushReply push;
  private final @Nullable DataChannel data;
  private final @Nullable Packets packets;
  private final String why;
  private boolean closed;

  private OpenVpnSession(
      ControlChannel channel,
      ControlTls tls,
      PushReply push,
      @Nullable DataChannel data,
      @Nullable Packets packets,
      String why) {
    this.channel = channel;
    this.tls = tls;
    this.push = push;
    this.data = data;
    this.packets = packets;
    this.why = why;
  }

  static OpenVpnSession of(
      OpenVpnSettings settings,
      ControlChannel channel,
      ControlTls tls,
      PushReply push,
      String cipherName,
      DataKeys keys,
      Trial trial) {
    trial.observe("openvpn_cipher", cipherName);
    Optional<DataCipher> cipher = DataCipher.named(cipherName);
    if (cipher.isEmpty()) {
      String why = "the server wants a data cipher that is not AEAD";
      return new OpenVpnSession(channel, tls, push, null, null, why);
    }
    DataChannel data = DataChannel.client(cipher.get(), keys, push.peerId());
    Optional<InetAddress> target = settings.innerTarget().or(push::serverIpv4).or(push::serverIpv6);
    Optional<InetAddress> source =
        target.flatMap(to -> to instanceof Inet6Address ? push.ipv6() : push.ipv4());
    if (target.isEmpty() || source.isEmpty()) {
      return new OpenVpnSession(
          channel, tls, push, data, null, "the server gave us no address for the target's family");
    }
    return new OpenVpnSession(
        channel,
        tls,
        push,
        data,
        new Packets(channel, data, push.framing(), trial.clock(), source.get(), target.get()),
        "");
  }

  /** Fails as the tunnel's step when nothing can be sent through this session. */
  Tunnel requireTunnel() throws StepFailed {
    if (packets == null) {
      throw new StepFailed(FailureKind.CONFIG_ERROR, why);
    }
    return packets;
  }

  @Override
  public Optional<Tunnel> tunnel() {
    return Optional.ofNullable(packets);
  }

  /**
   * EXIT on the control channel where that was negotiated, else the exit message of the data
   * channel, else the end of the TLS session.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (push.exitOnControlChannel()) {
        tls.write("EXIT\0".getBytes(StandardCharsets.US_ASCII));
      } else if (data != null) {
        channel.sendData(data.seal(push.framing().frame(DataChannel.exit())));
      } else {
        tls.close();
      }
    } catch (StepFailed | SSLException e) {
      // Nobody to tell any more.
    }
  }

  private record Packets(
      ControlChannel channel,
      DataChannel data,
      CompressionFraming framing,
      Clock clock,
      InetAddress source,
      InetAddress target)
      implements Tunnel.PacketTunnel {

    @Override
    public void send(byte[] packet) throws StepFailed {
      channel.sendData(data.seal(framing.frame(packet)));
    }

    @Override
    public byte @Nullable [] receive(Duration atMost) throws StepFailed {
      Instant until = clock.instant().plus(atMost);
      while (true) {
        byte[] sealed = channel.receiveData(Duration.between(clock.instant(), until));
        if (sealed == null) {
          return null;
        }
        byte[] packet = opened(sealed);
        if (packet != null && !DataChannel.isPing(packet) && !DataChannel.isExit(packet)) {
          return packet;
        }
      }
    }

    /**
     * Null for a packet that does not verify (anyone can send one to our port) or is compressed.
     */
    private byte @Nullable [] opened(byte[] sealed) {
      try {
        return framing.unframe(data.open(sealed));
      } catch (StepFailed e) {
        return null;
      }
    }
  }
}
