package org.vpnprobe.protocol.ikev2;

import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.Tunnel.PacketTunnel;

/** ESP in tunnel mode (RFC 4303) in UDP (RFC 3948), on the socket of its IKE SA. */
final class EspTunnel implements PacketTunnel {
  private static final int HEADER = 8;
  private static final int TRAILER = 2;
  private static final int WORD = 4;
  private static final int IPV4 = 4;
  private static final int IPV6 = 41;

  private final ChildSa sa;
  private final Datagrams socket;
  private final java.util.random.RandomGenerator random;
  private final InetAddress source;
  private final InetAddress target;
  private long sequence;

  EspTunnel(
      ChildSa sa,
      Datagrams socket,
      java.util.random.RandomGenerator random,
      InetAddress source,
      InetAddress target) {
    this.sa = sa;
    this.socket = socket;
    this.random = random;
    this.source = source;
    this.target = target;
  }

  @Override
  public void send(byte[] packet) throws StepFailed {
    socket.send(seal(packet));
  }

  byte[] seal(byte[] packet) {
    int align = Math.max(sa.out().block(), WORD);
    int padding = (align - (packet.length + TRAILER) % align) % align;
    ByteWriter inner = new ByteWriter().bytes(packet);
    for (int i = 1; i <= padding; i++) {
      inner.u8(i); // RFC 4303 section 2.4.
    }
    inner.u8(padding).u8((packet[0] & 0xf0) == 0x60 ? IPV6 : IPV4);
    byte[] header = new ByteWriter().u32(sa.theirSpi()).u32(++sequence).toByteArray();
    return new ByteWriter()
        .bytes(header)
        .bytes(sa.out().seal(header, inner.toByteArray(), random))
        .toByteArray();
  }

  @Override
  public byte @Nullable [] receive(Duration atMost) throws StepFailed {
    byte[] datagram = socket.receive(atMost);
    if (datagram == null || datagram.length < HEADER || NonEsp.isMarked(datagram)) {
      return null; // A keepalive, or the server's IKE, which can wait.
    }
    return open(datagram);
  }

  /** The packet inside, null when it is not for our SA. */
  byte @Nullable [] open(byte[] datagram) throws StepFailed {
    ByteReader in = new ByteReader(datagram);
    byte[] header = in.bytes(HEADER);
    if (new ByteReader(header).u32() != sa.ourSpi()) {
      return null;
    }
    byte[] inner = sa.in().open(header, in.rest());
    if (inner.length < TRAILER) {
      throw in.malformed("an ESP packet without trailer");
    }
    int padding = inner[inner.length - TRAILER] & 0xff;
    return new ByteReader(inner).bytes(inner.length - TRAILER - padding);
  }

  @Override
  public InetAddress source() {
    return source;
  }

  @Override
  public InetAddress target() {
    return target;
  }
}
