package org.vpnprobe.layer.quic;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import tech.kwik.core.QuicStream;

/**
 * A bidirectional stream. kwik's own reads cannot be given up, so a virtual thread makes them and
 * hands over what comes; it ends with the stream or the connection.
 */
final class KwikStream implements ByteStream {
  private static final int CHUNK = 4096;
  private static final int WAITING = 16;

  /** RFC 9000 section 19.4: an application's "no more of this". HTTP/3's H3_NO_ERROR. */
  private static final long NO_ERROR = 0x100;

  /** What came: bytes, the end (no bytes), or why there is no more. */
  private record Piece(byte[] bytes, @Nullable IOException failed) {}

  private final QuicStream stream;
  private final KwikConnection connection;
  private final BlockingQueue<Piece> pieces = new ArrayBlockingQueue<>(WAITING);
  private final Thread reader;
  private Piece current = new Piece(new byte[0], null);
  private int taken;
  private boolean over;
  private @Nullable Duration timeout;

  KwikStream(QuicStream stream, KwikConnection connection) {
    this.stream = stream;
    this.connection = connection;
    this.reader = Thread.ofVirtual().name("quic stream").start(this::pump);
  }

  private void pump() {
    InputStream in = stream.getInputStream();
    byte[] buffer = new byte[CHUNK];
    try {
      int count = 0;
      while (count >= 0) {
        Piece piece;
        try {
          count = in.read(buffer);
          piece = new Piece(Arrays.copyOf(buffer, Math.max(0, count)), null);
        } catch (IOException e) {
          count = -1;
          piece = new Piece(new byte[0], e);
        }
        pieces.put(piece);
      }
    } catch (InterruptedException e) {
      // The stream was closed: nobody wants what is left.
    }
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws StepFailed {
    if (taken == current.bytes().length && !over) {
      current = next();
      taken = 0;
      IOException failed = current.failed();
      over = current.bytes().length == 0;
      if (failed != null) {
        throw connection.streamFailure(failed);
      }
    }
    if (over) {
      return -1;
    }
    int count = Math.min(length, current.bytes().length - taken);
    System.arraycopy(current.bytes(), taken, buffer, offset, count);
    taken += count;
    return count;
  }

  private Piece next() throws StepFailed {
    try {
      Duration patience = timeout;
      // Without a timeout the trial's end comes as a failure of the connection.
      Piece piece =
          patience == null
              ? pieces.take()
              : pieces.poll(Math.max(1, patience.toNanos()), TimeUnit.NANOSECONDS);
      if (piece == null) {
        throw new StepFailed(FailureKind.GENERIC_TIMEOUT_ERROR, "nothing came in time");
      }
      return piece;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailed(FailureKind.INTERRUPTED, "the wait was interrupted");
    }
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws StepFailed {
    try {
      stream.getOutputStream().write(buffer, offset, length);
      stream.getOutputStream().flush();
    } catch (IOException e) {
      throw connection.streamFailure(e);
    }
  }

  @Override
  public void readTimeout(Duration time) {
    timeout = time;
  }

  @Override
  public InetSocketAddress local() {
    return connection.local();
  }

  @Override
  public InetSocketAddress remote() {
    return connection.remote();
  }

  @Override
  public void close() {
    try {
      stream.getOutputStream().close();
    } catch (IOException e) {
      // Closed it is.
    }
    stream.abortReading(NO_ERROR);
    reader.interrupt();
  }
}
