package org.vpnprobe.lab;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.DatagramTransport;

/** One client's datagrams on the server's one socket. */
final class DtlsQueue implements DatagramTransport {
  /** How long a client may be silent. */
  static final int PATIENCE_MILLIS = 30_000;

  private static final int LARGEST = 1400;
  private static final int MOST_WAITING = 64;

  private final DatagramSocket socket;
  private final SocketAddress client;
  private final BlockingQueue<byte[]> waiting = new LinkedBlockingQueue<>(MOST_WAITING);

  DtlsQueue(DatagramSocket socket, SocketAddress client) {
    this.socket = socket;
    this.client = client;
  }

  /** What finds no place is lost, as datagrams are. */
  void arrived(byte[] datagram) {
    boolean unused = waiting.offer(datagram);
  }

  @Override
  public int getReceiveLimit() {
    return LARGEST;
  }

  @Override
  public int getSendLimit() {
    return LARGEST;
  }

  @Override
  public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
    try {
      int wait = waitMillis == 0 ? PATIENCE_MILLIS : waitMillis;
      byte[] datagram = waiting.poll(wait, TimeUnit.MILLISECONDS);
      if (datagram == null) {
        return -1;
      }
      int count = Math.min(length, datagram.length);
      System.arraycopy(datagram, 0, buffer, offset, count);
      return count;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the server ends");
    }
  }

  @Override
  public void send(byte[] buffer, int offset, int length) throws IOException {
    byte[] datagram = Arrays.copyOfRange(buffer, offset, offset + length);
    socket.send(new DatagramPacket(datagram, datagram.length, client));
  }

  @Override
  public void close() {}
}
