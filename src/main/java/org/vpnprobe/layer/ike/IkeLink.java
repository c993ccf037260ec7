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

  /** How often a link that was left is looked at. */
  private static final Duration LOOK = Duration.ofMillis(200);

  private final Datagrams socket;
  private final boolean marked;
  private final Clock clock;
  private final @Nullable IkeLink left;

  /**
   * @param marked messages carry the non-ESP marker
   */
  public IkeLink(Datagrams socket, boolean marked, Clock clock) {
    this(socket, marked, clock, null);
  }

  /**
   * @param left where the exchange began: a server that cannot read the first message here answers
   *     there (strongSwan does)
   */
  public IkeLink(Datagrams socket, boolean marked, Clock clock, @Nullable IkeLink left) {
    this.socket = socket;
    this.marked = marked;
    this.clock = clock;
    this.left = left;
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
        byte[] message = next(end);
        while (message != null) {
          try {
            T found = answer.read(message);
            if (found != null) {
              return found;
            }
          } catch (StepFailed e) {
            strange = e; // Anyone can send a datagram: the right one may still come.
          }
          message = next(end);
        }
      }
    } catch (StepFailed e) {
      throw strange != null && e.kind() == FailureKind.GENERIC_TIMEOUT_ERROR ? strange : e;
    }
  }

  /** The next message, from wherever it comes; null at the end. */
  private byte @Nullable [] next(Instant end) throws StepFailed {
    while (true) {
      Duration wait = Duration.between(clock.instant(), end);
      if (!wait.isPositive()) {
        return null;
      }
      byte[] message = here(left == null || wait.compareTo(LOOK) < 0 ? wait : LOOK);
      if (message == null && left != null) {
        message = left.here(Duration.ofMillis(1));
      }
      if (message != null) {
        return message;
      }
    }
  }

  private byte @Nullable [] here(Duration atMost) throws StepFailed {
    byte[] datagram = socket.receive(atMost);
    if (datagram == null || !marked) {
      return datagram;
    }
    // ESP and keepalives share the port.
    return NonEsp.isMarked(datagram) ? NonEsp.unmark(datagram) : null;
  }
}
