package org.vpnprobe.protocol.openvpn;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;

/** Packets over TCP: a 16-bit length before each. */
final class StreamLink implements PacketLink {
  private final ByteStream stream;
  private final Clock clock;
  private final byte[] buffer = new byte[2 + MAX_PACKET];
  private int filled;

  StreamLink(ByteStream stream, Clock clock) {
    this.stream = stream;
    this.clock = clock;
  }

  @Override
  public void send(byte[] packet) throws StepFailed {
    // One write, so that the length does not travel in a segment of its own.
    stream.write(new ByteWriter().u16(packet.length).bytes(packet).toByteArray());
  }

  @Override
  public byte @Nullable [] receive(Duration atMost) throws StepFailed {
    Instant until = clock.instant().plus(atMost);
    byte[] packet = framed();
    while (packet == null) {
      Duration left = Duration.between(clock.instant(), until);
      if (left.isNegative() || left.isZero() || !fill(left)) {
        return null;
      }
      packet = framed();
    }
    return packet;
  }

  /** Reads what comes within {@code left}; false when nothing came. */
  private boolean fill(Duration left) throws StepFailed {
    Instant start = clock.instant();
    int count;
    try {
      stream.readTimeout(left);
      count = stream.read(buffer, filled, buffer.length - filled);
    } catch (StepFailed e) {
      boolean ours =
          e.kind() == FailureKind.GENERIC_TIMEOUT_ERROR
              && Duration.between(start, clock.instant()).compareTo(left.minusMillis(2)) >= 0;
      if (ours) {
        return false;
      }
      throw e; // The trial's own deadline, or the connection's end.
    }
    if (count < 0) {
      throw new StepFailed(FailureKind.EOF_ERROR, "the server closed the connection");
    }
    filled += count;
    return true;
  }

  /** The first whole packet of the buffer, taken out of it; null when it is not whole yet. */
  private byte @Nullable [] framed() throws StepFailed {
    if (filled < 2) {
      return null;
    }
    int length = (buffer[0] & 0xff) << 8 | (buffer[1] & 0xff);
    if (length == 0 || length > MAX_PACKET) {
      throw new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY, "the reply does not begin with an OpenVPN length");
    }
    if (filled < 2 + length) {
      return null;
    }
    byte[] packet = Arrays.copyOfRange(buffer, 2, 2 + length);
    filled -= 2 + length;
    System.arraycopy(buffer, 2 + length, buffer, 0, filled);
    return packet;
  }

  @Override
  public boolean reliable() {
    return true;
  }
}
