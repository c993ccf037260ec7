package org.vpnprobe.protocol.openvpn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.vpnprobe.protocol.openvpn.ControlPacket.Message;

class ReliabilityTest {
  private static final Instant START = Instant.ofEpochSecond(1_000_000);

  private static Message message(long id) {
    return new Message(Opcode.CONTROL_V1, id, new byte[] {(byte) id});
  }

  private static List<Long> ids(List<Message> messages) {
    return messages.stream().map(Message::id).toList();
  }

  @Test
  void repeatsAfterTwoSixAndFourteenSeconds() {
    Reliability reliability = new Reliability(true);
    reliability.send(Opcode.HARD_RESET_CLIENT_V2, new byte[0]);
    List<Long> sentAt = new ArrayList<>();
    for (int second = 0; second <= 20; second++) {
      if (!reliability.due(START.plusSeconds(second)).isEmpty()) {
        sentAt.add((long) second);
      }
    }
    assertEquals(List.of(0L, 2L, 6L, 14L), sentAt);
    assertEquals(START.plusSeconds(30), reliability.nextDue());
  }

  @Test
  void repeatsNothingOverTcp() {
    Reliability reliability = new Reliability(false);
    reliability.send(Opcode.CONTROL_V1, new byte[0]);
    assertEquals(List.of(0L), ids(reliability.due(START)));
    assertEquals(List.of(), reliability.due(START.plusSeconds(100)));
    assertEquals(Instant.MAX, reliability.nextDue());
  }

  @Test
  void anAcknowledgedMessageIsNotRepeated() {
    Reliability reliability = new Reliability(true);
    reliability.send(Opcode.CONTROL_V1, new byte[0]);
    reliability.send(Opcode.CONTROL_V1, new byte[0]);
    assertEquals(List.of(0L, 1L), ids(reliability.due(START)));
    reliability.acknowledged(List.of(0L, 99L));
    assertEquals(List.of(1L), ids(reliability.due(START.plusSeconds(2))));
    assertFalse(reliability.allAcknowledged());
    reliability.acknowledged(List.of(1L));
    assertTrue(reliability.allAcknowledged());
  }

  @Test
  void sendsNoMoreThanTheWindowAtOnce() {
    Reliability reliability = new Reliability(true);
    for (int i = 0; i < 9; i++) {
      reliability.send(Opcode.CONTROL_V1, new byte[0]);
    }
    assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L), ids(reliability.due(START)));
    assertEquals(List.of(), reliability.due(START.plusSeconds(1)));
    reliability.acknowledged(List.of(0L, 1L));
    assertEquals(List.of(6L, 7L), ids(reliability.due(START.plusSeconds(1))));
  }

  @Test
  void putsLostAndReorderedMessagesIntoOrderOnce() {
    Reliability reliability = new Reliability(true);
    for (long id : new long[] {1, 0, 1, 3, 0}) {
      reliability.received(message(id));
    }
    assertEquals(0, Objects.requireNonNull(reliability.take()).id());
    assertEquals(1, Objects.requireNonNull(reliability.take()).id());
    assertNull(reliability.take());
    reliability.received(message(2));
    assertEquals(2, Objects.requireNonNull(reliability.take()).id());
    assertEquals(3, Objects.requireNonNull(reliability.take()).id());
    assertNull(reliability.take());
  }

  @Test
  void acknowledgesWhatItHasAlsoWhenRepeated() {
    Reliability reliability = new Reliability(true);
    reliability.received(message(0));
    reliability.received(message(1));
    assertEquals(List.of(0L), reliability.takeAcks(1));
    assertEquals(List.of(1L), reliability.takeAcks(4));
    assertFalse(reliability.owesAcks());
    reliability.take();
    reliability.received(message(0));
    assertEquals(List.of(0L), reliability.takeAcks(4));
    assertEquals(1, Objects.requireNonNull(reliability.take()).id());
  }

  @Test
  void forgetsWhatLiesBeyondTheWindow() {
    Reliability reliability = new Reliability(true);
    reliability.received(message(12));
    reliability.received(message(0xffffffffL));
    assertFalse(reliability.owesAcks());
    reliability.received(message(11));
    assertTrue(reliability.owesAcks());
  }
}
