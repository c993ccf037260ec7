package org.vpnprobe.protocol.openvpn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.openvpn.ControlChannel.Side;
import org.vpnprobe.protocol.openvpn.ControlPacket.Message;

/** The channel over a link whose time passes only while it waits. */
class ControlChannelTest {
  private static final long OURS = 0x1111;
  private static final long THEIRS = 0x2222;

  /** Plays the other end: notes what was sent and when, answers by script. */
  private static final class Script extends Clock implements PacketLink {
    final List<String> sent = new ArrayList<>();
    final Queue<ControlPacket> answers = new ArrayDeque<>();
    private final PlainWrap wrap = new PlainWrap();
    private Instant now = Instant.EPOCH;

    @Override
    public void send(byte[] packet) throws StepFailed {
      ControlPacket control = wrap.open(packet);
      Message message = control.message();
      sent.add(
          now.getEpochSecond()
              + " "
              + control.opcode()
              + (message == null ? "" : " " + message.id())
              + (control.acks().isEmpty() ? "" : " acks " + control.acks()));
    }

    @Override
    public byte @Nullable [] receive(Duration atMost) {
      ControlPacket answer = answers.poll();
      if (answer == null) {
        now = now.plus(atMost);
        return null;
      }
      return wrap.seal(answer);
    }

    @Override
    public boolean reliable() {
      return false;
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private final Script script = new Script();
  private final ControlChannel channel =
      new ControlChannel(Side.CLIENT, script, new PlainWrap(), script, OURS);

  private static ControlPacket from(
      long session, Opcode opcode, List<Long> acks, long peer, long id) {
    return ControlPacket.of(
        opcode,
        session,
        acks,
        peer,
        opcode == Opcode.ACK_V1 ? null : new Message(opcode, id, new byte[] {(byte) id}));
  }

  private void answer(Opcode opcode, List<Long> acks, long id) {
    script.answers.add(from(THEIRS, opcode, acks, OURS, id));
  }

  private void establish() throws StepFailed {
    channel.send(Opcode.HARD_RESET_CLIENT_V2, new byte[0]);
    answer(Opcode.HARD_RESET_SERVER_V2, List.of(0L), 0);
    assertNotNull(channel.receive(Duration.ofSeconds(1)));
    script.sent.clear();
  }

  @Test
  void aResetIsRepeatedLikeARealClients() throws StepFailed {
    channel.send(Opcode.HARD_RESET_CLIENT_V2, new byte[0]);
    assertNull(channel.receive(Duration.ofSeconds(20)));
    assertEquals(
        List.of(
            "0 HARD_RESET_CLIENT_V2 0",
            "2 HARD_RESET_CLIENT_V2 0",
            "6 HARD_RESET_CLIENT_V2 0",
            "14 HARD_RESET_CLIENT_V2 0"),
        script.sent);
  }

  @Test
  void theAcknowledgementRidesOnTheNextMessage() throws StepFailed {
    establish();
    channel.send(Opcode.CONTROL_V1, new byte[1]);
    channel.flush();
    assertEquals(List.of("0 CONTROL_V1 1 acks [0]"), script.sent);
    assertEquals(THEIRS, channel.peer());
  }

  @Test
  void messagesAreTakenInOrderAndAcknowledged() throws StepFailed {
    establish();
    channel.flush();
    script.sent.clear();
    answer(Opcode.CONTROL_V1, List.of(), 2);
    answer(Opcode.CONTROL_V1, List.of(), 1);
    answer(Opcode.CONTROL_V1, List.of(), 1);
    Message first = Objects.requireNonNull(channel.receive(Duration.ofSeconds(1)));
    Message second = Objects.requireNonNull(channel.receive(Duration.ofSeconds(1)));
    assertArrayEquals(new byte[] {1}, first.payload());
    assertArrayEquals(new byte[] {2}, second.payload());
    assertNull(channel.receive(Duration.ofMillis(10)));
    assertEquals(
        List.of("0 ACK_V1 acks [2]", "0 ACK_V1 acks [1]", "0 ACK_V1 acks [1]"), script.sent);
  }

  @Test
  void packetsOfOtherSessionsAreDropped() throws StepFailed {
    channel.send(Opcode.HARD_RESET_CLIENT_V2, new byte[0]);
    Opcode reset = Opcode.HARD_RESET_SERVER_V2;
    script.answers.add(from(THEIRS, reset, List.of(), 0, 0)); // Names nobody.
    script.answers.add(from(THEIRS, reset, List.of(0L), OURS + 1, 0)); // Answers another client.
    script.answers.add(from(0, reset, List.of(0L), OURS, 0)); // No session id.
    script.answers.add(from(OURS, Opcode.HARD_RESET_CLIENT_V2, List.of(), 0, 0)); // Our echo.
    script.answers.add(from(THEIRS, Opcode.CONTROL_V1, List.of(0L), OURS, 0)); // No reset.
    script.answers.add(
        new ControlPacket(
            reset, 1, THEIRS, List.of(0L), OURS, new Message(reset, 0, new byte[0]))); // Key id 1.
    assertNull(channel.receive(Duration.ofSeconds(1)));

    establish();
    script.answers.add(from(THEIRS + 1, Opcode.CONTROL_V1, List.of(), 0, 1));
    assertNull(channel.receive(Duration.ofSeconds(1)));
  }

  @Test
  void dataIsKeptApartAndOnlyOfAnOpenSession() throws StepFailed {
    DataPacketScript data = new DataPacketScript();
    ControlChannel early = new ControlChannel(Side.CLIENT, data, new PlainWrap(), script, OURS);
    assertNull(early.receiveData(Duration.ofMillis(1)));
    StepFailed rejected = Objects.requireNonNull(early.rejected());
    assertEquals(FailureKind.PROTO_UNEXPECTED_REPLY, rejected.kind());
  }

  /** Over TCP nobody else can have sent it: the connection is not worth waiting on. */
  @Test
  void aWrongPacketEndsAReliableLink() {
    DataPacketScript data = new DataPacketScript();
    data.reliable = true;
    ControlChannel early = new ControlChannel(Side.CLIENT, data, new PlainWrap(), script, OURS);
    assertThrows(StepFailed.class, () -> early.receive(Duration.ofMillis(1)));
  }

  /** Answers everything with a data packet. */
  private final class DataPacketScript implements PacketLink {
    boolean reliable;

    @Override
    public void send(byte[] packet) {
      throw new AssertionError("nothing was to be sent");
    }

    @Override
    public byte[] receive(Duration atMost) {
      script.now = script.now.plus(atMost);
      return new byte[] {0x48, 0, 0, 0, 0, 0, 0, 1};
    }

    @Override
    public boolean reliable() {
      return reliable;
    }
  }
}
