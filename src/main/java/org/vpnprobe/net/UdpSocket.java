package org.vpnprobe.net;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connected UDP socket of this host. ICMP errors that end a real client's hope (port unreachable,
 * administratively prohibited) fail; the others are noted and the wait goes on, and name the
 * failure if nothing comes until the trial's time is over.
 */
final class UdpSocket implements Datagrams {
  /** The longest UDP payload there is. */
  private static final int LONGEST = 65535;

  private final DatagramChannel channel;
  private final DatagramSocket socket;
  private final @Nullable ErrorQueue errors;
  private final LocalPath path;
  private final InetSocketAddress local;
  private final InetSocketAddress remote;
  private final byte[] buffer = new byte[LONGEST];
  private volatile @Nullable Duration lastSend;
  private volatile @Nullable StepFailed passing;

  UdpSocket(DatagramChannel channel, @Nullable ErrorQueue errors, LocalPath path) {
    this.channel = channel;
    this.socket = channel.socket();
    this.errors = errors;
    this.path = path;
    // Kept, since a closed socket has none.
    this.local = (InetSocketAddress) socket.getLocalSocketAddress();
    this.remote = (InetSocketAddress) socket.getRemoteSocketAddress();
  }

  @Override
  public void send(byte[] payload) throws StepFailed {
    lastSend = path.trace().elapsed();
    try {
      channel.write(ByteBuffer.wrap(payload));
    } catch (IOException e) {
      judge(e, "send");
      // What failed was an earlier datagram; this one has not left yet.
      sendAgain(payload);
    }
    path.trace().sentDatagram(payload.length);
  }

  private void sendAgain(byte[] payload) throws StepFailed {
    try {
      channel.write(ByteBuffer.wrap(payload));
    } catch (IOException e) {
      List<IcmpError> icmp = icmp();
      boolean local = errors != null && icmp.isEmpty();
      throw local && SocketFailure.isOfRoute(e)
          ? LocalPath.noRoute(e)
          : path.failure(e, "send", icmp, sinceSend());
    }
  }

  private List<IcmpError> icmp() {
    List<IcmpError> icmp = errors == null ? List.of() : errors.drain();
    path.noted(icmp, local.getAddress(), remote.getAddress());
    return icmp;
  }

  @Override
  public byte @Nullable [] receive(Duration atMost) throws StepFailed {
    Duration end = path.trace().elapsed().plus(atMost);
    while (true) {
      Duration left = end.minus(path.trace().elapsed());
      try {
        DatagramPacket packet = new DatagramPacket(buffer, LONGEST);
        socket.setSoTimeout(path.waitMillis(left.isNegative() ? Duration.ZERO : left));
        socket.receive(packet);
        passing = null;
        path.trace().receivedDatagram(packet.getLength());
        return Arrays.copyOf(buffer, packet.getLength());
      } catch (SocketTimeoutException e) {
        if (path.trace().remaining().isPositive()) {
          return null;
        }
        StepFailed passed = passing;
        throw passed == null ? LocalPath.timeIsOver(sinceSend()) : passed;
      } catch (IOException e) {
        judge(e, "receive");
      }
    }
  }

  /** Throws when the error is final, remembers it when it may pass. */
  private void judge(IOException e, String doing) throws StepFailed {
    // Taken at once: compared with the round trip it tells who answered.
    Duration after = sinceSend();
    List<IcmpError> icmp = icmp();
    List<IcmpError> last =
        icmp.stream().filter(IcmpError::isFinal).findFirst().map(List::of).orElse(icmp);
    StepFailed failed = path.failure(e, doing, last, after);
    // Without the queue Java tells only what Linux itself holds to be final.
    boolean passes =
        errors != null
            && switch (failed.kind()) {
              case HOST_UNREACHABLE, NETWORK_UNREACHABLE -> true;
              case MESSAGE_SIZE -> !icmp.isEmpty();
              default -> false;
            };
    if (!passes) {
      throw failed;
    }
    passing = failed;
  }

  private @Nullable Duration sinceSend() {
    Duration last = lastSend;
    return last == null ? null : path.trace().elapsed().minus(last);
  }

  @Override
  public InetSocketAddress local() {
    return local;
  }

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  @Override
  public void close() {
    path.forget(this);
    try {
      channel.close();
    } catch (IOException e) {
      // Closed either way.
    }
    if (errors != null) {
      errors.close();
    }
  }
}
