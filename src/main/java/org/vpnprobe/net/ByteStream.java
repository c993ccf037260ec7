package org.vpnprobe.net;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * A connected stream under the trial's deadline. Blocking; one reader and one writer thread at
 * most.
 */
public interface ByteStream extends AutoCloseable {
  /**
   * Reads at least one byte.
   *
   * @return the number of bytes, or -1 at the end of the stream
   * @throws StepFailed {@code generic_timeout_error} at the deadline, {@code connection_reset}, …
   */
  int read(byte[] buffer, int offset, int length) throws StepFailed;

  /** Reads exactly {@code length} bytes; an early end is {@code eof_error}. */
  default byte[] readFully(int length) throws StepFailed {
    byte[] bytes = new byte[length];
    int filled = 0;
    while (filled < length) {
      int count = read(bytes, filled, length - filled);
      if (count < 0) {
        throw new StepFailed(
            org.vpnprobe.model.FailureKind.EOF_ERROR,
            "connection closed after " + filled + " of " + length + " bytes");
      }
      filled += count;
    }
    return bytes;
  }

  /** Writes all bytes and flushes them. */
  void write(byte[] buffer, int offset, int length) throws StepFailed;

  default void write(byte[] bytes) throws StepFailed {
    write(bytes, 0, bytes.length);
  }

  /**
   * Ends a following read that has waited this long with {@code generic_timeout_error}; the trial's
   * deadline still holds.
   */
  void readTimeout(Duration timeout);

  InetSocketAddress local();

  InetSocketAddress remote();

  /**
   * This stream for libraries that want {@code java.io}. A failure surfaces as an {@link
   * java.io.IOException} whose cause is the {@link StepFailed}.
   */
  default InputStream in() {
    return new StreamInput(this);
  }

  /** The writing side, see {@link #in()}. */
  default OutputStream out() {
    return new StreamOutput(this);
  }

  /** Closes without failing; idempotent. */
  @Override
  void close();
}
