package org.vpnprobe.net;

import java.io.IOException;
import java.io.OutputStream;

/** A {@link ByteStream}'s writing side for libraries that want {@code java.io}. */
final class StreamOutput extends OutputStream {
  private final ByteStream stream;

  StreamOutput(ByteStream stream) {
    this.stream = stream;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws IOException {
    try {
      stream.write(buffer, offset, length);
    } catch (StepFailed e) {
      throw StreamInput.surfaced(e);
    }
  }

  @Override
  public void close() {
    stream.close();
  }
}
