package org.vpnprobe.protocol.ssh;

import com.jcraft.jsch.Channel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Target;
import org.vpnprobe.protocol.Tunnel;

/** A channel to the target. The connection's reader ends it at the trial's deadline. */
final class SshChannel implements Tunnel.StreamTunnel, ByteStream {
  private final Channel channel;
  private final InputStream in;
  private final OutputStream out;
  private final SshWire wire;
  private final ByteStream below;
  private final Target target;

  SshChannel(
      Channel channel,
      InputStream in,
      OutputStream out,
      SshWire wire,
      ByteStream below,
      Target target) {
    this.channel = channel;
    this.in = in;
    this.out = out;
    this.wire = wire;
    this.below = below;
    this.target = target;
  }

  @Override
  public ByteStream stream() {
    return this;
  }

  @Override
  public Target asked() {
    return target;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws StepFailed {
    int count;
    try {
      count = in.read(buffer, offset, length);
    } catch (IOException e) {
      throw failure();
    }
    StepFailed broken = wire.broken();
    if (count < 0 && broken != null) {
      throw broken;
    }
    return count;
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws StepFailed {
    try {
      out.write(buffer, offset, length);
      out.flush();
    } catch (IOException e) {
      throw failure();
    }
  }

  private StepFailed failure() {
    StepFailed broken = wire.broken();
    return broken != null
        ? broken
        : new StepFailed(FailureKind.EOF_ERROR, "the server closed the channel");
  }

  /** Ends the whole connection: it has no other channel. */
  @Override
  public void readTimeout(Duration timeout) {
    below.readTimeout(timeout);
  }

  @Override
  public InetSocketAddress local() {
    return below.local();
  }

  @Override
  public InetSocketAddress remote() {
    return below.remote();
  }

  @Override
  public void close() {
    channel.disconnect();
  }
}
