package org.vpnprobe.cli;

import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Prints UTF-8 as it comes: the lines of a million trials need not be there all at once. */
final class Printed extends OutputStream {
  private final PrintWriter to;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private final ByteBuffer bytes = ByteBuffer.allocate(1 << 13);
  private final CharBuffer chars = CharBuffer.allocate(1 << 13);

  Printed(PrintWriter to) {
    this.to = to;
  }

  @Override
  public void write(int b) {
    if (!bytes.hasRemaining()) {
      print(false);
    }
    bytes.put((byte) b);
  }

  @Override
  public void write(byte[] from, int begin, int length) {
    int at = begin;
    int left = length;
    while (left > 0) {
      if (!bytes.hasRemaining()) {
        print(false);
      }
      int count = Math.min(left, bytes.remaining());
      bytes.put(from, at, count);
      at += count;
      left -= count;
    }
  }

  /** A sign that began stays for the rest of it. */
  private void print(boolean last) {
    bytes.flip();
    decoder.decode(bytes, chars, last); // Never more signs than bytes.
    bytes.compact();
    to.append(chars.flip());
    chars.clear();
  }

  /** Prints what is left. */
  @Override
  public void close() {
    print(true);
    to.flush();
  }
}
