package org.vpnprobe.protocol.wireguard;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Tunnel;

/** Transport data after a handshake (paper, 5.4.6). WireGuard has no goodbye. */
final class WireGuardSession implements Session, Tunnel.PacketTunnel {
  /** Plaintext is padded to whole blocks of so many bytes. */
  private static final int BLOCK = 16;

  private final Datagrams socket;
  private final Handshake.Session keys;
  private final byte[] ourIndex;
  private final Disguise disguise;
  private final RandomGenerator random;
  private final @Nullable InetAddress source;
  private final @Nullable InetAddress target;
  private long counter;

  WireGuardSession(
      Datagrams socket,
      Handshake.Session keys,
      long ourIndex,
      WireGuardSettings settings,
      RandomGenerator random) {
    this.socket = socket;
    this.keys = keys;
    this.ourIndex = new ByteWriter().u32le(ourIndex).toByteArray();
    this.disguise = settings.disguise();
    this.random = random;
    this.source = settings.source();
    this.target = settings.target();
  }

  /** The first one confirms the session to the server, which may not send before. */
  void keepalive() throws StepFailed {
    send(new byte[0]);
  }

  @Override
  public Optional<Tunnel> tunnel() {
    return target == null ? Optional.empty() : Optional.of(this);
  }

  @Override
  public void send(byte[] packet) throws StepFailed {
    int padded = (packet.length + BLOCK - 1) / BLOCK * BLOCK;
    byte[] sealed =
        Noise.seal(keys.sendingKey(), counter, Arrays.copyOf(packet, padded), new byte[0]);
    byte[] message =
        new ByteWriter()
            .u32le(disguise.type(Noise.TRANSPORT, random))
            .u32le(keys.receiver())
            .u64le(counter)
            .bytes(sealed)
            .toByteArray();
    counter++;
    socket.send(disguise.wrap(Noise.TRANSPORT, message, random));
  }

  @Override
  public byte @Nullable [] receive(Duration atMost) throws StepFailed {
    long end = System.nanoTime() + atMost.toNanos();
    for (long left = atMost.toNanos(); left > 0; left = end - System.nanoTime()) {
      byte[] datagram = socket.receive(Duration.ofNanos(left));
      if (datagram == null) {
        return null;
      }
      byte[] packet = opened(datagram);
      if (packet != null && packet.length > 0) {
        return packet;
      }
    }
    return null;
  }

  private byte @Nullable [] opened(byte[] datagram) {
    byte[] message = disguise.unwrap(Noise.TRANSPORT, Noise.TRANSPORT_LEAST, datagram);
    if (message == null || !Arrays.equals(Arrays.copyOfRange(message, 4, 8), ourIndex)) {
      return null;
    }
    long theirs = 0;
    for (int i = 15; i >= 8; i--) {
      theirs = theirs << 8 | (message[i] & 0xff);
    }
    return Noise.open(
            keys.receivingKey(),
            theirs,
            Arrays.copyOfRange(message, 16, message.length),
            new byte[0])
        .orElse(null);
  }

  @Override
  public InetAddress source() {
    return given(source);
  }

  @Override
  public InetAddress target() {
    return given(target);
  }

  private static InetAddress given(@Nullable InetAddress address) {
    if (address == null) {
      throw new IllegalStateException("this session has no tunnel");
    }
    return address;
  }

  @Override
  public void close() {
    socket.close();
  }
}
