package org.vpnprobe.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import org.vpnprobe.model.FailureKind;

/** A {@link ByteStream}'s reading side for libraries that want {@code java.io}. */
final class StreamInput extends InputStream {
  private final ByteStream stream;

  StreamInput(ByteStream stream) {
    this.stream = stream;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    try {
      return stream.read(buffer, offset, length);
    } catch (StepFailed e) {
      throw surfaced(e);
    }
  }

  @Override
  public void close() {
    stream.close();
  }

  /** A failure as {@code java.io} has it; libraries treat a timeout apart. */
  static IOException surfaced(StepFailed e) {
    IOException exception;
    if (e.kind() == FailureKind.GENERIC_TIMEOUT_ERROR) {
      exception = new SocketTimeoutException(e.detail());
    } else if (e.kind() == FailureKind.INTERRUPTED) {
      exception = new InterruptedIOException(e.detail());
    } else {
      exception = new IOException(e.detail());
    }
    exception.initCause(e);
    return exception;
  }
}
