package org.vpnprobe.lab;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;

/**
 * A connection to a lab server that a middlebox watches: it passes what it does not know, until the
 * client's bytes are something that the carrier interferes with.
 */
final class LabStream implements ByteStream {
  /** A middlebox gives up recognising after this much. */
  private static final int WATCHED = 1 << 14;

  private final ByteStream inner;
  private final InetSocketAddress server;
  private final LabPath path;
  private final Middlebox middlebox;
  private final ByteArrayOutputStream beginning = new ByteArrayOutputStream();
  private volatile Middlebox.Fate fate = Middlebox.Fate.PASS;
  private volatile Duration lastWrite;
  private volatile Duration readTimeout;

  LabStream(ByteStream inner, InetSocketAddress server, LabPath path, Middlebox middlebox) {
    this.inner = inner;
    this.server = server;
    this.path = path;
    this.middlebox = middlebox;
    this.lastWrite = path.trace().elapsed().minus(path.latency());
    this.readTimeout = path.trace().deadline();
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws StepFailed {
    if (fate == Middlebox.Fate.RESET) {
      throw reset();
    }
    lastWrite = path.trace().elapsed();
    if (fate == Middlebox.Fate.PASS && beginning.size() < WATCHED) {
      beginning.write(buffer, offset, length);
      fate = middlebox.flow(FirstFlight.stream(beginning.toByteArray()));
    }
    if (fate == Middlebox.Fate.PASS) {
      inner.write(buffer, offset, length);
    } else if (fate == Middlebox.Fate.RESET) {
      inner.close(); // Wakes a reader.
    }
    path.trace().sent(length);
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws StepFailed {
    if (fate == Middlebox.Fate.PASS) {
      try {
        int count = inner.read(buffer, offset, length);
        path.pause(path.latency().minus(path.since(lastWrite)));
        path.trace().received(Math.max(0, count));
        return count;
      } catch (StepFailed e) {
        if (fate == Middlebox.Fate.PASS) {
          throw e;
        }
      }
    }
    if (fate == Middlebox.Fate.RESET) {
      path.pause(path.latency().minus(path.since(lastWrite)));
      throw reset();
    }
    path.await(readTimeout);
    throw path.failed(
        FailureKind.GENERIC_TIMEOUT_ERROR, "read failed: generic_timeout_error", lastWrite);
  }

  private StepFailed reset() {
    return path.failed(FailureKind.CONNECTION_RESET, "read failed: connection_reset", lastWrite);
  }

  @Override
  public void readTimeout(Duration timeout) {
    readTimeout = timeout;
    inner.readTimeout(timeout);
  }

  @Override
  public InetSocketAddress local() {
    return inner.local();
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
