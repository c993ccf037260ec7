package org.vpnprobe.layer;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.ThroughStream;

/**
 * A stream whose first write is cut in two where a server name stands: in two segments, or in two
 * TLS records. The server reads the same ClientHello; a middlebox that reads packets one by one
 * does not find the name (reference: science.md §7 D9).
 */
public final class SplitStream extends ThroughStream {
  /** RFC 8446 section 5.1: content type handshake. */
  private static final int HANDSHAKE = 22;

  private static final int RECORD_HEADER = 5;

  /** Two segments leave apart when the first had time to go: Nagle is off, buffers are not. */
  private static final Duration APART = Duration.ofMillis(30);

  private final Hello.Split how;
  private final String name;
  private final Consumer<String> observer;
  private boolean begun;

  /**
   * @param name where this stands in the first flight it is cut; else in the middle
   * @param observer is told how it was cut
   */
  public SplitStream(ByteStream inner, Hello.Split how, String name, Consumer<String> observer) {
    super(inner);
    this.how = how;
    this.name = name;
    this.observer = observer;
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws StepFailed {
    if (begun) {
      inner.write(buffer, offset, length);
      return;
    }
    begun = true;
    byte[] flight = Arrays.copyOfRange(buffer, offset, offset + length);
    int cut = cut(flight);
    if (how == Hello.Split.RECORDS) {
      if (!isOneRecord(flight)) {
        throw new StepFailed(FailureKind.CONFIG_ERROR, "the first flight is no TLS record");
      }
      byte[] two = twoRecords(flight, cut);
      inner.write(two, 0, two.length);
      observer.accept("two TLS records, cut at byte " + cut);
      return;
    }
    inner.write(flight, 0, cut);
    pause();
    inner.write(flight, cut, length - cut);
    observer.accept("two segments, cut at byte " + cut);
  }

  private static boolean isOneRecord(byte[] flight) {
    return flight.length > RECORD_HEADER + 2
        && flight[0] == HANDSHAKE
        && ((flight[3] & 0xff) << 8 | flight[4] & 0xff) == flight.length - RECORD_HEADER;
  }

  /** In the middle of the server name, else of the whole. */
  private int cut(byte[] flight) {
    int least = isOneRecord(flight) ? RECORD_HEADER + 1 : 1;
    byte[] wanted = name.getBytes(StandardCharsets.ISO_8859_1);
    int at = wanted.length < 4 ? -1 : indexOf(flight, wanted);
    int cut = at < 0 ? flight.length / 2 : at + wanted.length / 2;
    return Math.clamp(cut, least, Math.max(least, flight.length - 1));
  }

  private static int indexOf(byte[] bytes, byte[] wanted) {
    for (int i = 0; i + wanted.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }

  private static byte[] twoRecords(byte[] flight, int cut) {
    byte[] two = new byte[flight.length + RECORD_HEADER];
    System.arraycopy(flight, 0, two, 0, cut);
    length(two, 0, cut - RECORD_HEADER);
    System.arraycopy(flight, 0, two, cut, RECORD_HEADER);
    length(two, cut, flight.length - cut);
    System.arraycopy(flight, cut, two, cut + RECORD_HEADER, flight.length - cut);
    return two;
  }

  private static void length(byte[] bytes, int record, int length) {
    bytes[record + 3] = (byte) (length >> 8);
    bytes[record + 4] = (byte) length;
  }

  private static void pause() throws StepFailed {
    try {
      Thread.sleep(APART);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailed(FailureKind.INTERRUPTED, "the trial was ended");
    }
  }
}
