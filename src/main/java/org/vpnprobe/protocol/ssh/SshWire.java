package org.vpnprobe.protocol.ssh;

import com.jcraft.jsch.Proxy;
import com.jcraft.jsch.SocketFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;

/**
 * A stream as jsch takes it, by its hook for proxies. Checks the server's identification before the
 * library sees it, and remembers how the stream broke: the library gives that another name.
 */
final class SshWire implements Proxy {
  /**
   * RFC 4253 section 4.2: other lines may come before the identification; a client has to bear
   * them.
   */
  private static final int LONGEST_PREAMBLE = 1 << 14;

  private static final int CHUNK = 1 << 15;

  private final ByteStream stream;
  private final Consumer<String> identified;
  private byte[] held = new byte[0];
  private int position;
  private boolean known;
  private volatile @Nullable StepFailed broken;

  /**
   * @param identified is told the server's identification once
   */
  SshWire(ByteStream stream, Consumer<String> identified) {
    this.stream = stream;
    this.identified = identified;
  }

  /** How reading or writing failed at first, null while it has not. */
  @Nullable StepFailed broken() {
    return broken;
  }

  private IOException broke(StepFailed e) {
    if (broken == null) {
      broken = e;
    }
    return new IOException(e.detail(), e);
  }

  private int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    try {
      if (!known) {
        awaitIdentification();
      }
      if (position == held.length && !more()) {
        throw new StepFailed(FailureKind.EOF_ERROR, "the server closed the connection");
      }
    } catch (StepFailed e) {
      throw broke(e);
    }
    int count = Math.min(length, held.length - position);
    System.arraycopy(held, position, buffer, offset, count);
    position += count;
    return count;
  }

  /** Holds what came next; false at the end. */
  private boolean more() throws StepFailed {
    byte[] chunk = new byte[CHUNK];
    int count = stream.read(chunk, 0, chunk.length);
    if (count < 0) {
      return false;
    }
    byte[] joined =
        Arrays.copyOf(
            Arrays.copyOfRange(held, position, held.length), held.length - position + count);
    System.arraycopy(chunk, 0, joined, held.length - position, count);
    held = joined;
    position = 0;
    return true;
  }

  private void awaitIdentification() throws StepFailed {
    int from = 0;
    while (true) {
      int end = lineEnd(from);
      if (end < 0) {
        if (held.length > LONGEST_PREAMBLE) {
          throw foreign();
        }
        moreOrForeign();
      } else {
        String line = new String(held, from, end - from, StandardCharsets.ISO_8859_1);
        if (line.startsWith("SSH-")) {
          identify(line.stripTrailing());
          position = from;
          return;
        }
        from = end + 1;
      }
    }
  }

  private int lineEnd(int from) {
    for (int i = from; i < held.length; i++) {
      if (held[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** A server that says something else and then nothing more is not silent, and not SSH. */
  private void moreOrForeign() throws StepFailed {
    try {
      if (more()) {
        return;
      }
    } catch (StepFailed e) {
      if (held.length > 0 && e.kind() == FailureKind.GENERIC_TIMEOUT_ERROR) {
        throw foreign();
      }
      throw e;
    }
    throw held.length > 0
        ? foreign()
        : new StepFailed(FailureKind.EOF_ERROR, "the server closed the connection without a word");
  }

  private static StepFailed foreign() {
    return new StepFailed(
        FailureKind.PROTO_UNEXPECTED_REPLY, "the server answered something other than SSH");
  }

  /** RFC 4253 sections 4.2 and 5.1: version 2.0, or 1.99 for a server of both. */
  private void identify(String line) throws StepFailed {
    if (line.length() > 255 || !line.matches("SSH-(2\\.0|1\\.99)-[ -~]*")) {
      throw new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY, "the server does not speak version 2 of SSH");
    }
    known = true;
    identified.accept(line);
  }

  @Override
  public void connect(@Nullable SocketFactory factory, String host, int port, int timeout) {}

  @Override
  public InputStream getInputStream() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        return SshWire.this.read(buffer, offset, length);
      }

      @Override
      public void close() {
        stream.close();
      }
    };
  }

  @Override
  public OutputStream getOutputStream() {
    return new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
      }

      @Override
      public void write(byte[] buffer, int offset, int length) throws IOException {
        try {
          stream.write(buffer, offset, length);
        } catch (StepFailed e) {
          throw broke(e);
        }
      }

      @Override
      public void close() {
        stream.close();
      }
    };
  }

  @Override
  public @Nullable Socket getSocket() {
    return null;
  }

  @Override
  public void close() {
    stream.close();
  }
}
