package org.vpnprobe.protocol.openvpn;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.openvpn.ControlPacket.Message;

/**
 * A control channel: ordered messages in both directions over a lossy link, protected by a
 * wrapping. Data packets that arrive meanwhile are kept for the data channel. One thread.
 */
public final class ControlChannel {
  /** Whose end this is: a client takes only a server's reset for the first packet. */
  public enum Side {
    CLIENT,
    SERVER
  }

  /** As long as the link's own deadline lets. */
  public static final Duration AS_LONG_AS_THE_DEADLINE = Duration.ofHours(1);

  /** SoftEther accepts no more in one packet. */
  private static final int ACKS_PER_PACKET = 4;

  private static final int DATA_BACKLOG = 64;

  private final PacketLink link;
  private final ControlWrap wrap;
  private final Clock clock;
  private final Side side;
  private final long session;
  private final Reliability reliability;
  private final Queue<byte[]> data = new ArrayDeque<>();
  private OptionalLong peer = OptionalLong.empty();
  private @Nullable StepFailed rejected;

  /**
   * @param session our own session id, fresh and random
   */
  public ControlChannel(Side side, PacketLink link, ControlWrap wrap, Clock clock, long session) {
    this.side = side;
    this.link = link;
    this.wrap = wrap;
    this.clock = clock;
    this.session = session;
    this.reliability = new Reliability(!link.reliable());
  }

  public long session() {
    return session;
  }

  /**
   * The other side's session id; known after its first valid packet.
   *
   * @throws IllegalStateException before that
   */
  public long peer() {
    return peer.orElseThrow(IllegalStateException::new);
  }

  /** Queues a message; it leaves with the next {@link #receive} or {@link #flush}. */
  public void send(Opcode opcode, byte[] payload) {
    reliability.send(opcode, payload);
  }

  /**
   * Sends what is due and waits for the next message in order.
   *
   * @return null when none came within {@code atMost}
   * @throws StepFailed at the link's deadline; over TCP also for a packet that does not verify
   */
  public @Nullable Message receive(Duration atMost) throws StepFailed {
    Instant until = clock.instant().plus(atMost);
    while (true) {
      Message message = reliability.take();
      if (message != null) {
        return message;
      }
      if (!step(until)) {
        return null;
      }
    }
  }

  /**
   * The next data packet, whole; keeps the control channel alive meanwhile.
   *
   * @return null when none came within {@code atMost}
   */
  public byte @Nullable [] receiveData(Duration atMost) throws StepFailed {
    Instant until = clock.instant().plus(atMost);
    while (data.isEmpty()) {
      if (!step(until)) {
        return null;
      }
    }
    return data.remove();
  }

  /** Sends a data packet as it is. */
  public void sendData(byte[] packet) throws StepFailed {
    link.send(packet);
  }

  /** Sends what is due now, and the acknowledgements owed. Waits for nothing. */
  public void flush() throws StepFailed {
    for (Message message : reliability.due(clock.instant())) {
      transmit(message.opcode(), message);
    }
    while (reliability.owesAcks()) {
      transmit(Opcode.ACK_V1, null);
    }
  }

  /** Why the last packet that did not belong to this session was dropped; null when none was. */
  public @Nullable StepFailed rejected() {
    return rejected;
  }

  /** True when the other side has acknowledged everything sent. */
  public boolean allAcknowledged() {
    return reliability.allAcknowledged();
  }

  /** Sends what is due and takes in at most one packet; false when the time is over. */
  private boolean step(Instant until) throws StepFailed {
    flush();
    Instant now = clock.instant();
    if (!now.isBefore(until)) {
      return false;
    }
    Instant wake = reliability.nextDue().isBefore(until) ? reliability.nextDue() : until;
    Duration wait = Duration.between(now, wake);
    byte[] packet =
        link.receive(wait.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : wait);
    if (packet != null) {
      accept(packet);
    }
    return true;
  }

  /** Takes in one packet; what is not of this session is dropped, as every implementation does. */
  private void accept(byte[] packet) throws StepFailed {
    if (peer.isPresent() && Opcode.of(packet[0]).map(Opcode::isData).orElse(false)) {
      if (data.size() < DATA_BACKLOG) {
        data.add(packet);
      }
      return;
    }
    ControlPacket control;
    try {
      control = wrap.open(packet);
    } catch (StepFailed e) {
      rejected = e;
      if (link.reliable()) {
        throw e; // Nobody else can have put this into our own connection.
      }
      return;
    }
    if (ours(control)) {
      peer = OptionalLong.of(control.session());
      reliability.acknowledged(control.acks());
      if (control.message() != null) {
        reliability.received(control.message());
      }
    }
  }

  /** A client's peer proves by our session id that it answers us; later packets by its own. */
  private boolean ours(ControlPacket packet) {
    if (packet.keyId() != 0 || (!packet.acks().isEmpty() && packet.peer() != session)) {
      return false;
    }
    if (peer.isPresent()) {
      return peer.getAsLong() == packet.session();
    }
    return switch (side) {
      case CLIENT ->
          packet.opcode() == Opcode.HARD_RESET_SERVER_V2
              && !packet.acks().isEmpty()
              && packet.session() != 0;
      case SERVER ->
          packet.opcode() == Opcode.HARD_RESET_CLIENT_V2
              || packet.opcode() == Opcode.HARD_RESET_CLIENT_V3;
    };
  }

  private void transmit(Opcode opcode, @Nullable Message message) throws StepFailed {
    List<Long> acks = peer.isPresent() ? reliability.takeAcks(ACKS_PER_PACKET) : List.of();
    link.send(wrap.seal(ControlPacket.of(opcode, session, acks, peer.orElse(0), message)));
  }
}
