package org.vpnprobe.layer.dtls;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.bouncycastle.tls.DatagramTransport;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;

/** Our datagrams in Bouncy Castle's clothes; looks at what comes on its way through. */
final class DtlsWire implements DatagramTransport {
  /** RFC 6347 section 4.1.1: below the MTU of nearly every path, with room for IPv6 and tunnels. */
  private static final int LARGEST = 1400;

  private static final int LARGEST_RECEIVED = 1 << 14;

  /** What stands for a wait of 0, "for ever": the trial's deadline ends it. */
  private static final Duration FOR_EVER = Duration.ofDays(1);

  private static final int HEADER = 13;
  private static final int HANDSHAKE = 22;
  private static final int HELLO_VERIFY_REQUEST = 3;

  /** Offsets in a record: its length, and type, length and cookie of a HelloVerifyRequest. */
  private static final int LENGTH_AT = 11;

  private static final int COOKIE_AT = HEADER + 12 + 2;

  private final Datagrams socket;
  private final Runnable helloVerify;
  private boolean foreign;
  private boolean records;

  /**
   * @param helloVerify is told of each HelloVerifyRequest with a cookie
   */
  DtlsWire(Datagrams socket, Runnable helloVerify) {
    this.socket = socket;
    this.helloVerify = helloVerify;
  }

  /** True when datagrams came, and none of them was a record of DTLS. */
  boolean onlyForeign() {
    return foreign && !records;
  }

  @Override
  public int getReceiveLimit() {
    return LARGEST_RECEIVED;
  }

  @Override
  public int getSendLimit() {
    return LARGEST;
  }

  @Override
  public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
    try {
      byte[] datagram = socket.receive(waitMillis == 0 ? FOR_EVER : Duration.ofMillis(waitMillis));
      if (datagram == null) {
        return -1;
      }
      look(datagram);
      int count = Math.min(length, datagram.length);
      System.arraycopy(datagram, 0, buffer, offset, count);
      return count;
    } catch (StepFailed e) {
      throw new IOException(e.detail(), e);
    }
  }

  private void look(byte[] datagram) {
    if (!isRecord(datagram)) {
      foreign = true;
      return;
    }
    records = true;
    boolean request =
        datagram[0] == HANDSHAKE
            && datagram.length > COOKIE_AT
            && datagram[HEADER] == HELLO_VERIFY_REQUEST
            && datagram[COOKIE_AT] != 0
            && datagram.length > COOKIE_AT + (datagram[COOKIE_AT] & 0xff);
    if (request) {
      helloVerify.run();
    }
  }

  /** RFC 6347 section 4.1: a type from 20 to 25 and a version 254.x; a whole record follows. */
  static boolean isRecord(byte[] datagram) {
    return datagram.length > HEADER
        && datagram[0] >= 20
        && datagram[0] <= 25
        && (datagram[1] & 0xff) == 0xfe
        && datagram.length
            >= HEADER + ((datagram[LENGTH_AT] & 0xff) << 8 | (datagram[LENGTH_AT + 1] & 0xff));
  }

  @Override
  public void send(byte[] buffer, int offset, int length) throws IOException {
    try {
      socket.send(Arrays.copyOfRange(buffer, offset, offset + length));
    } catch (StepFailed e) {
      throw new IOException(e.detail(), e);
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
