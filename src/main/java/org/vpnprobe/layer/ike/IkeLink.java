package org.vpnprobe.layer.ike;

import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;

/** Requests and their responses over one UDP socket, with a real client's retransmissions. */
public final class IkeLink {
  /** strongSwan's timer: 4 s, then 1.8 times longer each time, five repeats. */
  public static final List<Duration> WAITS =
      List.of(
          Duration.ofMillis(4000),
          Duration.ofMillis(7200),
          Duration.ofMillis(12960),
          Duration.ofMillis(23328),
          Duration.ofMillis(41990));

  private static final Duration FOREVER = Duration.ofHours(1);

  /** Looks at a datagram; null means that it is not the awaited one, or not yet all of it. */
  @FunctionalInterface
  public interface Answer<T> {
    @Nullable T read(byte[] message) throws StepFailed;
  }

  private final Datagrams socket;
  private final boolean marked;
  private final Clock clock;

  /**
   * @param marked messages carry the non-ESP marker
   */
  public IkeLink(Datagrams socket, boolean marked, Clock clock) {
    this.socket = socket;
    this.marked = marked;
    this.clock = clock;
  }

  public boolean marked() {
    return marked;
  }

  public Datagrams socket() {
    return socket;
  }

  public InetSocketAddress local() {
    return socket.local();
  }

  public InetSocketAddress remote() {
    return socket.remote();
  }

  public void send(List<byte[]> request) throws StepFailed {
    for (byte[] message : request) {
      socket.send(marked ? NonEsp.mark(message) : message);
    }
  }

  /**
   * Sends a request until it is answered.
   *
   * @return what {@code answer} made of the awaited datagram
   * @throws StepFailed {@code generic_timeout_error} when nothing came; when only wrong answers
   *     came, what was wrong with the last one
   */
  public <T> T ask(List<byte[]> request, Answer<T> answer) throws StepFailed {
    StepFailed strange = null;
    try {
      for (int sends = 1; ; sends++) {
        if (sends <= WAITS.size() + 1) {
          send(request);
        }
        Duration wait = sends <= WAITS.size() ? WAITS.get(sends - 1) : FOREVER;
        Instant end = clock.instant().plus(wait);
        byte[] datagram = socket.receive(wait);
        while (datagram != null) {
          try {
            T found = isOurs(datagram) ? answer.read(message(datagram)) : null;
            if (found != null) {
              return found;
            }
          } catch (StepFailed e) {
            strange = e; // Anyone can send a datagram: the right one may still come.
          }
          Duration left = Duration.between(clock.instant(), end);
          datagram = left.isPositive() ? socket.receive(left) : null;
        }
      }
    } catch (StepFailed e) {
      throw strange != null && e.kind() == FailureKind.GENERIC_TIMEOUT_ERROR ? strange : e;
    }
  }

  /** False for ESP and keepalives, which share the port. */
  private boolean isOurs(byte[] datagram) {
    return !marked || NonEsp.isMarked(datagram);
  }

  private byte[] message(byte[] datagram) {
    return marked ? NonEsp.unmark(datagram) : datagram;
  }
}
