package org.vpnprobe.layer;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.vpnprobe.net.ByteStream;

/**
 * A connection whose other side says the same whatever it hears, and then closes. It may wait in
 * the middle for something to be said.
 */
public final class ScriptedStream implements ByteStream {
  /** So long does the other side wait to hear something. */
  private static final long PATIENCE_NANOS = 2_000_000_000L;

  private final byte[] script;
  private final int pause;
  private final String cue;
  private int position;
  private boolean closed;

  /** All that was written. */
  public final ByteArrayOutputStream heard = new ByteArrayOutputStream();

  public ScriptedStream(byte[] script) {
    this(script, 0, "");
  }

  /**
   * @param pause before which byte of the script it waits
   * @param cue what it wants to hear, in Latin-1
   */
  ScriptedStream(byte[] script, int pause, String cue) {
    this.script = script;
    this.pause = pause;
    this.cue = cue;
  }

  /** All that the other side says. */
  byte[] everything() {
    return script.clone();
  }

  @Override
  public synchronized int read(byte[] buffer, int offset, int length) {
    if (position == Math.min(pause, script.length)) {
      await();
    }
    int end = position < pause ? Math.min(pause, script.length) : script.length;
    int count = Math.min(length, end - position);
    System.arraycopy(script, position, buffer, offset, count);
    position += count;
    return count == 0 ? -1 : count;
  }

  private void await() {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!closed
        && System.nanoTime() < end
        && !heard.toString(StandardCharsets.ISO_8859_1).contains(cue)) {
      try {
        wait(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  @Override
  public synchronized void write(byte[] buffer, int offset, int length) {
    heard.writeBytes(Arrays.copyOfRange(buffer, offset, offset + length));
    notifyAll();
  }

  @Override
  public void readTimeout(Duration timeout) {}

  @Override
  public InetSocketAddress local() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
  }

  @Override
  public InetSocketAddress remote() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 2);
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
