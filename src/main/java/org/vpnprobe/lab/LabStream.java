package org.vpnprobe.lab;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;

/**
 * A connection to a lab server that a middlebox watches: it passes what it does not know, until the
 * client's bytes are something that the carrier interferes with. One write is one segment.
 */
final class LabStream implements ByteStream {
  /** RFC 879, over Ethernet: what comes at once, at most. */
  private static final int SEGMENT = 1448;

  private final ByteStream inner;
  private final InetSocketAddress server;
  private final int localPort;
  private final LabPath path;
  private final FlowWatch watch;
  private final Duration roundTrip;
  private final Shaper up;
  private final Shaper down;
  private volatile Duration lastWrite;
  private volatile Duration readTimeout;

  /**
   * @param localPort made up, like the addresses
   * @param roundTrip what the line adds to each
   */
  LabStream(
      ByteStream inner,
      InetSocketAddress server,
      int localPort,
      LabPath path,
      FlowWatch watch,
      Duration roundTrip) {
    this.inner = inner;
    this.server = server;
    this.localPort = localPort;
    this.path = path;
    this.watch = watch;
    this.roundTrip = roundTrip;
    this.up = new Shaper(path.line().pace());
    this.down = new Shaper(path.line().pace());
    this.lastWrite = path.trace().elapsed().minus(roundTrip);
    this.readTimeout = path.trace().deadline();
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws StepFailed {
    if (watch.effect().fate() == Effect.Fate.RESET) {
      throw reset("write");
    }
    lastWrite = path.trace().elapsed();
    boolean open = watch.effect().delivers();
    Effect effect = watch.client(Arrays.copyOfRange(buffer, offset, offset + length));
    path.trace().sent(length);
    if (open && effect.delivers()) {
      Integer rate = watch.rate();
      if (rate != null) {
        path.pause(up.pass(length, rate));
      }
      inner.write(buffer, offset, length);
    }
    if (effect.fate() == Effect.Fate.RESET) {
      inner.close(); // Wakes a reader.
    }
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws StepFailed {
    if (watch.effect().passes()) {
      try {
        int count = inner.read(buffer, offset, Math.min(length, SEGMENT));
        byte[] came = Arrays.copyOfRange(buffer, offset, offset + Math.max(0, count));
        if (watch.effect().passes() && watch.server(came).passes()) {
          Integer rate = watch.rate();
          Duration wait = roundTrip.minus(path.since(lastWrite));
          Duration slow = rate == null ? Duration.ZERO : down.pass(came.length, rate);
          path.pause(slow.compareTo(wait) > 0 ? slow : wait);
          path.trace().received(came.length);
          return count;
        }
      } catch (StepFailed e) {
        if (watch.effect().passes()) {
          throw e;
        }
      }
    }
    Effect effect = watch.effect();
    if (effect.fate() == Effect.Fate.RESET) {
      Duration after = effect.near() ? path.line().near() : roundTrip;
      path.pause(after.minus(path.since(lastWrite)));
      throw reset("read");
    }
    path.await(readTimeout);
    throw path.failed(
        FailureKind.GENERIC_TIMEOUT_ERROR, "read failed: generic_timeout_error", lastWrite);
  }

  private StepFailed reset(String doing) {
    return path.failed(
        FailureKind.CONNECTION_RESET, doing + " failed: connection_reset", lastWrite);
  }

  @Override
  public void readTimeout(Duration timeout) {
    readTimeout = timeout;
    inner.readTimeout(timeout);
  }

  @Override
  public InetSocketAddress local() {
    return new InetSocketAddress(inner.local().getAddress(), localPort);
  }

  @Override
  public InetSocketAddress remote() {
    return server;
  }

  @Override
  public void close() {
    inner.close();
  }
}
