package org.vpnprobe.lab;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.wireguard.Disguise;
import org.vpnprobe.protocol.wireguard.Noise;
import org.vpnprobe.protocol.wireguard.WireGuardKey;
import org.vpnprobe.protocol.wireguard.WireGuardSettings;

/** A WireGuard server on a UDP port of loopback, with one peer and one session at a time. */
final class WireGuardListener implements Responder {
  private static final int LARGEST = 2048;
  private static final byte[] EMPTY = new byte[0];

  private final DatagramSocket socket;
  private final byte[] key;
  private final byte[] presharedKey;
  private final byte @Nullable [] peer;
  private final Disguise disguise;
  private final @Nullable InetAddress inside;
  private final RandomGenerator random;
  private byte[] greatestTimestamp = new byte[12];
  private @Nullable Open session;

  private record Open(byte[] index, byte[] theirIndex, byte[] receiving, byte[] sending) {}

  private long counter;

  WireGuardListener(WireGuardSettings settings, byte[] key, RandomGenerator random)
      throws IOException {
    this.key = key;
    this.random = random;
    this.peer =
        settings.privateKey() == null
            ? null
            : Noise.publicKey(WireGuardKey.of(settings.privateKey().text()).bytes());
    this.presharedKey =
        settings.presharedKey() == null
            ? new byte[WireGuardKey.LENGTH]
            : WireGuardKey.of(settings.presharedKey().text()).bytes();
    this.disguise = settings.disguise();
    this.inside = settings.target();
    this.socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread.ofVirtual().name("lab wireguard").start(this::listen);
  }

  @Override
  public InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  private void listen() {
    byte[] buffer = new byte[LARGEST];
    while (!socket.isClosed()) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        socket.receive(packet);
        byte[] datagram = Arrays.copyOf(packet.getData(), packet.getLength());
        take(datagram, packet.getSocketAddress());
      } catch (IOException e) {
        // Closed, or the client is gone: the loop's condition tells.
      }
    }
  }

  private void take(byte[] datagram, SocketAddress from) throws IOException {
    byte[] initiation = disguise.unwrap(Noise.INITIATION, Noise.INITIATION_SIZE, datagram);
    if (initiation != null) {
      Optional<byte[]> response = initiated(initiation);
      if (response.isPresent()) {
        send(disguise.wrap(Noise.RESPONSE, response.get(), random), from);
      }
      return;
    }
    byte[] data = disguise.unwrap(Noise.TRANSPORT, Noise.TRANSPORT_LEAST, datagram);
    Open open = session;
    if (data != null && open != null) {
      carry(open, data, from);
    }
  }

  private void send(byte[] datagram, SocketAddress to) throws IOException {
    socket.send(new DatagramPacket(datagram, datagram.length, to));
  }

  /** Message one (paper, 5.4.2) and the answer to it (5.4.3); empty for whom we do not know. */
  private Optional<byte[]> initiated(byte[] message) {
    byte[] ourPublic = Noise.publicKey(key);
    byte[] mac1 = Noise.mac(Noise.mac1Key(ourPublic), Arrays.copyOf(message, 116));
    if (!Arrays.equals(mac1, Arrays.copyOfRange(message, 116, 132))) {
      return Optional.empty();
    }
    byte[] ephemeral = Arrays.copyOfRange(message, 8, 40);
    byte[] ck = Noise.kdf(1, Noise.initialKey(), ephemeral)[0];
    byte[] h = Noise.hash(Noise.hash(Noise.initialHash(), ourPublic), ephemeral);
    byte[][] next = Noise.kdf(2, ck, Noise.dh(key, ephemeral));
    byte[] sealedStatic = Arrays.copyOfRange(message, 40, 88);
    Optional<byte[]> theirStatic = Noise.open(next[1], 0, sealedStatic, h);
    if (theirStatic.isEmpty() || !Arrays.equals(theirStatic.get(), peer)) {
      return Optional.empty();
    }
    h = Noise.hash(h, sealedStatic);
    next = Noise.kdf(2, next[0], Noise.dh(key, theirStatic.get()));
    byte[] sealedTimestamp = Arrays.copyOfRange(message, 88, 116);
    Optional<byte[]> timestamp = Noise.open(next[1], 0, sealedTimestamp, h);
    if (timestamp.isEmpty() || Arrays.compareUnsigned(timestamp.get(), greatestTimestamp) <= 0) {
      return Optional.empty();
    }
    greatestTimestamp = timestamp.get();
    h = Noise.hash(h, sealedTimestamp);
    byte[] theirIndex = Arrays.copyOfRange(message, 4, 8);
    return Optional.of(respond(next[0], h, ephemeral, theirStatic.get(), theirIndex));
  }

  private byte[] respond(
      byte[] chainingKey, byte[] hash, byte[] ephemeral, byte[] theirStatic, byte[] theirIndex) {
    byte[] own = new byte[WireGuardKey.LENGTH];
    random.nextBytes(own);
    byte[] ownPublic = Noise.publicKey(own);
    byte[] index = new byte[4];
    random.nextBytes(index);
    byte[] ck = Noise.kdf(1, chainingKey, ownPublic)[0];
    byte[] h = Noise.hash(hash, ownPublic);
    ck = Noise.kdf(1, ck, Noise.dh(own, ephemeral))[0];
    ck = Noise.kdf(1, ck, Noise.dh(own, theirStatic))[0];
    byte[][] next = Noise.kdf(3, ck, presharedKey);
    byte[] sealed = Noise.seal(next[2], 0, EMPTY, Noise.hash(h, next[1]));
    byte[][] transport = Noise.kdf(2, next[0], EMPTY);
    session = new Open(index, theirIndex, transport[0], transport[1]);
    counter = 0;
    byte[] message =
        new ByteWriter()
            .u32le(disguise.type(Noise.RESPONSE, random))
            .bytes(index)
            .bytes(theirIndex)
            .bytes(ownPublic)
            .bytes(sealed)
            .toByteArray();
    byte[] mac1 = Noise.mac(Noise.mac1Key(theirStatic), message);
    return new ByteWriter().bytes(message).bytes(mac1).zeros(Noise.MAC).toByteArray();
  }

  /** Transport data: a ping to the host inside is answered. */
  private void carry(Open open, byte[] message, SocketAddress from) throws IOException {
    if (!Arrays.equals(Arrays.copyOfRange(message, 4, 8), open.index())) {
      return;
    }
    long theirs = 0;
    for (int i = 15; i >= 8; i--) {
      theirs = theirs << 8 | (message[i] & 0xff);
    }
    Optional<byte[]> packet =
        Noise.open(
            open.receiving(), theirs, Arrays.copyOfRange(message, 16, message.length), EMPTY);
    if (packet.isEmpty() || packet.get().length == 0 || inside == null) {
      return;
    }
    Optional<byte[]> reply = InnerHost.reply(packet.get(), inside);
    if (reply.isPresent()) {
      byte[] padded = Arrays.copyOf(reply.get(), (reply.get().length + 15) / 16 * 16);
      byte[] sealed = Noise.seal(open.sending(), counter, padded, EMPTY);
      byte[] data =
          new ByteWriter()
              .u32le(disguise.type(Noise.TRANSPORT, random))
              .bytes(open.theirIndex())
              .u64le(counter)
              .bytes(sealed)
              .toByteArray();
      counter++;
      send(disguise.wrap(Noise.TRANSPORT, data, random), from);
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
