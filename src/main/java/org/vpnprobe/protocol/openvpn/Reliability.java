package org.vpnprobe.protocol.openvpn;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.protocol.openvpn.ControlPacket.Message;

/**
 * The reliability layer (wire protocol draft, §4): numbers messages, repeats what is not
 * acknowledged, puts what arrives into order once. Pure: time comes in, nothing is sent here.
 */
final class Reliability {
  /** {@code --tls-timeout}: first repeat after 2 s, then doubling. */
  static final Duration FIRST_REPEAT = Duration.ofSeconds(2);

  /** TLS_RELIABLE_N_SEND_BUFFERS and _REC_BUFFERS of 2.6. */
  private static final int SEND_WINDOW = 6;

  private static final int RECEIVE_WINDOW = 12;

  private static final class Pending {
    final Message message;
    Duration wait = FIRST_REPEAT;
    Instant due = Instant.MIN;

    Pending(Message message) {
      this.message = message;
    }
  }

  private final boolean repeats;
  private final Queue<Pending> unacknowledged = new ArrayDeque<>();
  private final Map<Long, Message> arrived = new TreeMap<>();
  private final Queue<Long> acks = new ArrayDeque<>();
  private long nextToSend;
  private long nextToTake;

  /**
   * @param repeats false over TCP, which repeats by itself
   */
  Reliability(boolean repeats) {
    this.repeats = repeats;
  }

  /** Queues a message; it is due at once when the window has room. */
  void send(Opcode opcode, byte[] payload) {
    unacknowledged.add(new Pending(new Message(opcode, nextToSend++, payload)));
  }

  /** The messages to put on the wire now, oldest first; marks them as sent. */
  List<Message> due(Instant now) {
    List<Message> due = new ArrayList<>();
    int place = 0;
    for (Pending pending : unacknowledged) {
      if (place++ == SEND_WINDOW) {
        break;
      }
      if (!pending.due.isAfter(now)) {
        due.add(pending.message);
        pending.due = repeats ? now.plus(pending.wait) : Instant.MAX;
        pending.wait = pending.wait.multipliedBy(2);
      }
    }
    return due;
  }

  /** When {@link #due} has something next, {@link Instant#MAX} when never. */
  Instant nextDue() {
    return unacknowledged.stream()
        .limit(SEND_WINDOW)
        .map(pending -> pending.due)
        .min(Instant::compareTo)
        .orElse(Instant.MAX);
  }

  /** Forgets what the other side has; unknown ids are ignored. */
  void acknowledged(List<Long> ids) {
    for (Iterator<Pending> it = unacknowledged.iterator(); it.hasNext(); ) {
      if (ids.contains(it.next().message.id())) {
        it.remove();
      }
    }
  }

  /** True when everything sent has been acknowledged. */
  boolean allAcknowledged() {
    return unacknowledged.isEmpty();
  }

  /**
   * Takes in a message of the other side. A repeated one is acknowledged again and dropped; one
   * beyond the window is dropped without a word.
   */
  void received(Message message) {
    long ahead = message.id() - nextToTake;
    if (ahead >= RECEIVE_WINDOW) {
      return;
    }
    if (!acks.contains(message.id()) && acks.size() < RECEIVE_WINDOW) {
      acks.add(message.id());
    }
    if (ahead >= 0) {
      arrived.putIfAbsent(message.id(), message);
    }
  }

  /** The next message in order, null when it has not arrived. */
  @Nullable Message take() {
    Message message = arrived.remove(nextToTake);
    if (message != null) {
      nextToTake++;
    }
    return message;
  }

  /** Up to so many acknowledgements that are owed; they count as given. */
  List<Long> takeAcks(int atMost) {
    List<Long> taken = new ArrayList<>();
    while (taken.size() < atMost && !acks.isEmpty()) {
      taken.add(acks.remove());
    }
    return taken;
  }

  boolean owesAcks() {
    return !acks.isEmpty();
  }
}
