package org.vpnprobe.protocol.anyconnect;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.HttpsGateway;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Tunnel;

/** An open tunnel in TLS. */
final class AnyConnectSession implements Session, Tunnel.PacketTunnel {
  /** What openconnect leaves with: the session is over for good, and its cookie with it. */
  private static final byte[] GOODBYE =
      new ByteWriter()
          .u8(0xb0)
          .bytes("Client disconnected".getBytes(StandardCharsets.US_ASCII))
          .toByteArray();

  private final HttpsGateway gateway;
  private final InetAddress source;
  private final InetAddress target;
  private byte[] held = new byte[0];
  private boolean closed;

  AnyConnectSession(HttpsGateway gateway, InetAddress source, InetAddress target) {
    this.gateway = gateway;
    this.source = source;
    this.target = target;
  }

  @Override
  public Optional<Tunnel> tunnel() {
    return Optional.of(this);
  }

  @Override
  public void send(byte[] packet) throws StepFailed {
    gateway.stream().write(new Cstp(Cstp.DATA, packet).encoded());
  }

  @Override
  public byte @Nullable [] receive(Duration atMost) throws StepFailed {
    long end = System.nanoTime() + atMost.toNanos();
    for (long left = atMost.toNanos(); left > 0; left = end - System.nanoTime()) {
      Cstp packet = next(Duration.ofNanos(left));
      if (packet == null) {
        return null;
      }
      switch (packet.type()) {
        case Cstp.DATA -> {
          return packet.payload();
        }
        case Cstp.DPD_REQUEST ->
            gateway.stream().write(new Cstp(Cstp.DPD_RESPONSE, packet.payload()).encoded());
        case Cstp.DISCONNECT, Cstp.TERMINATE ->
            throw new StepFailed(FailureKind.EOF_ERROR, "the server ended the session");
        default -> {} // Keepalives, and answers to nothing.
      }
    }
    return null;
  }

  /** Whole packets only: what has come of the next one waits for the rest. */
  private @Nullable Cstp next(Duration atMost) throws StepFailed {
    while (true) {
      if (held.length >= Cstp.HEADER) {
        int end = Cstp.HEADER + Cstp.length(held);
        if (held.length >= end) {
          Cstp packet = new Cstp(Cstp.type(held), Arrays.copyOfRange(held, Cstp.HEADER, end));
          held = Arrays.copyOfRange(held, end, held.length);
          return packet;
        }
      }
      if (!more(atMost)) {
        return null;
      }
    }
  }

  private boolean more(Duration atMost) throws StepFailed {
    byte[] chunk = new byte[1 << 14];
    int count;
    gateway.stream().readTimeout(atMost);
    try {
      count = gateway.stream().read(chunk, 0, chunk.length);
    } catch (StepFailed e) {
      if (e.kind() == FailureKind.GENERIC_TIMEOUT_ERROR) {
        return false;
      }
      throw e;
    }
    if (count < 0) {
      throw new StepFailed(FailureKind.EOF_ERROR, "the server closed the tunnel");
    }
    held = new ByteWriter().bytes(held).bytes(Arrays.copyOf(chunk, count)).toByteArray();
    return true;
  }

  @Override
  public InetAddress source() {
    return source;
  }

  @Override
  public InetAddress target() {
    return target;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      gateway.stream().write(new Cstp(Cstp.DISCONNECT, GOODBYE).encoded());
    } catch (StepFailed e) {
      // Nobody to tell any more.
    }
    gateway.close();
  }
}
