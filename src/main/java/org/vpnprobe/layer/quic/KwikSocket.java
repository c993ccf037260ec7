package org.vpnprobe.layer.quic;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;

/**
 * Our datagrams as the socket that kwik wants. One of its threads sends and one receives; the first
 * failure of ours ends both, and is kept. Watches the server's first answers.
 */
final class KwikSocket extends DatagramSocket {
  /** How soon a receiver sees that the socket was closed, where closing does not wake it. */
  private static final Duration LOOK = Duration.ofMillis(20);

  /** By then a client has noted what it sent, however busy the host. */
  private static final Duration NOTED = Duration.ofSeconds(2);

  private static final long STEP_NANOS = 200_000;

  private final Datagrams inner;
  private final InetAddress server;
  private final Answers answers = new Answers();
  private boolean answered;
  private boolean otherGroup;
  private boolean retried;
  private Answer.@Nullable Versions versions;
  private @Nullable StepFailed failed;
  private boolean closed;
  private int sent;
  private volatile @Nullable Thread connecting;

  /**
   * @param server as which the sender of every datagram is shown
   */
  KwikSocket(Datagrams inner, InetAddress server) throws SocketException {
    super((SocketAddress) null);
    super.close(); // What it holds of the system is not needed.
    this.inner = inner;
    this.server = server;
  }

  @Override
  public void send(DatagramPacket packet) throws IOException {
    int from = packet.getOffset();
    byte[] bytes = Arrays.copyOfRange(packet.getData(), from, from + packet.getLength());
    synchronized (this) {
      answers.sent(bytes);
    }
    try {
      inner.send(bytes);
    } catch (StepFailed e) {
      throw ended(e);
    }
    synchronized (this) {
      sent++;
      notifyAll();
    }
  }

  @Override
  public void receive(DatagramPacket packet) throws IOException {
    byte[] bytes = null;
    while (bytes == null || bytes.length > packet.getData().length - packet.getOffset()) {
      if (isClosed()) {
        throw new SocketException("the socket is closed");
      }
      try {
        bytes = inner.receive(LOOK);
        if (bytes != null) {
          watch(bytes);
          awaitConnecting();
        }
      } catch (StepFailed e) {
        throw ended(e);
      }
    }
    System.arraycopy(bytes, 0, packet.getData(), packet.getOffset(), bytes.length);
    packet.setLength(bytes.length);
    packet.setAddress(server);
    packet.setPort(inner.remote().getPort());
  }

  /**
   * Says which thread is about to connect. kwik sends its ClientHello before it has noted that it
   * did: an answer that comes at once would meet a client that does not expect one. So none is
   * handed over before that thread has begun to wait.
   */
  void connecting(Thread thread) {
    connecting = thread;
  }

  private void awaitConnecting() {
    Thread thread = connecting;
    long end = System.nanoTime() + NOTED.toNanos();
    while (thread != null && !isWaiting(thread) && System.nanoTime() < end) {
      LockSupport.parkNanos(STEP_NANOS);
    }
    connecting = null;
  }

  private static boolean isWaiting(Thread thread) {
    return switch (thread.getState()) {
      case WAITING, TIMED_WAITING, TERMINATED -> true;
      case NEW, RUNNABLE, BLOCKED -> false;
    };
  }

  private synchronized void watch(byte[] datagram) throws StepFailed {
    if (answered) {
      return;
    }
    switch (answers.received(datagram)) {
      case Answer.Retry retry when !retried -> {
        retried = true;
        answers.follow(retry.packet().source());
      }
      case Answer.Versions named -> versions = named;
      case Answer.Opened opened -> {
        answered |= opened.acknowledges();
        otherGroup |= opened.otherGroup();
      }
      case null, default -> {}
    }
  }

  /** Remembers why it ends; what our own closing brings about is no reason. */
  private synchronized SocketException ended(StepFailed e) {
    if (failed == null && !closed) {
      failed = e;
    }
    SocketException ended = new SocketException(e.detail());
    ended.initCause(e);
    return ended;
  }

  /** Waits until one more datagram than {@code before} has left, but not long. */
  synchronized void awaitSend(int before, Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    for (long left = atMost.toMillis();
        left > 0 && sent <= before && !closed;
        left = (end - System.nanoTime()) / 1_000_000) {
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  synchronized int sent() {
    return sent;
  }

  synchronized boolean answered() {
    return answered;
  }

  synchronized boolean retried() {
    return retried;
  }

  /** The server wants a key exchange group that was not offered. */
  synchronized boolean otherGroup() {
    return otherGroup;
  }

  synchronized Answer.@Nullable Versions versions() {
    return versions;
  }

  /** Why our datagrams failed, null when they did not. */
  synchronized @Nullable StepFailed failed() {
    return failed;
  }

  @Override
  public synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    if (inner != null) { // Null while the superclass is made.
      inner.close();
    }
  }

  @Override
  public int getLocalPort() {
    return inner.local().getPort();
  }

  @Override
  public SocketAddress getLocalSocketAddress() {
    return inner.local();
  }

  /** As of a socket that is not connected: every datagram names its peer. */
  @Override
  public @Nullable InetAddress getInetAddress() {
    return null;
  }
}
