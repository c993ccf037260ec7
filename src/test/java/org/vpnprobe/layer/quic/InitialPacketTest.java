package org.vpnprobe.layer.quic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/** The vectors of RFC 9001 appendix A and RFC 9000 appendix A.1; hostile answers. */
class InitialPacketTest {
  private static final byte[] DESTINATION = hex("8394c8f03e515708");
  private static final byte[] SERVER_ID = hex("f067a5502a4262b5");
  private static final byte[] NOTHING = new byte[0];

  /** A.2: the CRYPTO frame of the client's Initial packet. */
  private static final byte[] CLIENT_FRAMES =
      hex(
          "060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e868"
              + "04fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578"
              + "616d706c652e636f6dff01000100000a00080006001d00170018001000070005"
              + "04616c706e000500050100000000003300260024001d00209370b2c9caa47fba"
              + "baf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b000302030400"
              + "0d0010000e0403050306030203080408050806002d00020101001c0002400100"
              + "3900320408ffffffffffffffff05048000ffff07048000ffff08011001048000"
              + "75300901100f088394c8f03e51570806048000ffff");

  /** A.3: ACK and CRYPTO frames of the server's. */
  private static final byte[] SERVER_FRAMES =
      hex(
          "02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf739"
              + "88cfc79825df566dc5430b9a045a1200130100002e00330024001d00209d3c94"
              + "0d89690b84d08a60993c144eca684d1081287c834d5311bcf32bb9da1a002b00"
              + "020304");

  private static final byte[] SERVER_PACKET =
      hex(
          "cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a"
              + "5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf73c3ec2493a1839b3"
              + "dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84"
              + "022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc4"
              + "2158407dd074ee");

  private static final byte[] RETRY =
      hex("ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba");

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void keys() {
    PacketKeys client = PacketKeys.ofClient(DESTINATION);
    assertEquals("1f369613dd76d5467730efcbe3b1a22d", hex(client.key()));
    assertEquals("fa044b2f42a3fd3b46fb255c", hex(client.iv()));
    assertEquals("9f50449e04a0e810283a1e9933adedd2", hex(client.headerKey()));
    PacketKeys server = PacketKeys.ofServer(DESTINATION);
    assertEquals("cf3a5331653c364c88f0f379b6067e37", hex(server.key()));
    assertEquals("0ac1493ca1905853b0bba03e", hex(server.iv()));
    assertEquals("c206b8d9b9f0f37644430b490eeaa314", hex(server.headerKey()));
    assertEquals("437b9aec36", hex(client.mask(hex("d1b1c98dd7689fb8ec11d242b123dc9b"))));
  }

  @Test
  void theClientsPacket() throws StepFailed {
    byte[] packet =
        InitialPacket.seal(
            PacketKeys.ofClient(DESTINATION),
            DESTINATION,
            NOTHING,
            NOTHING,
            2,
            CLIENT_FRAMES,
            true);
    assertEquals(1200, packet.length);
    assertEquals(
        "c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11"
            + "d242b123dc9bd8bab936b47d92ec356c0bab7df5976d27cd449f63300099f399",
        hex(Arrays.copyOf(packet, 64)));
    assertEquals("e221af44860018ab0856972e194cd934", hex(Arrays.copyOfRange(packet, 1184, 1200)));
    ByteReader in = new ByteReader(packet);
    InitialPacket opened =
        InitialPacket.open(PacketKeys.ofClient(DESTINATION), Header.read(in), packet, 0, in)
            .orElseThrow();
    assertEquals(2, opened.number());
    assertArrayEquals(Arrays.copyOf(CLIENT_FRAMES, 1162), opened.payload());
  }

  @Test
  void theServersPacket() throws StepFailed {
    ByteReader in = new ByteReader(SERVER_PACKET);
    InitialPacket opened =
        InitialPacket.open(PacketKeys.ofServer(DESTINATION), Header.read(in), SERVER_PACKET, 0, in)
            .orElseThrow();
    assertEquals(1, opened.number());
    assertArrayEquals(SERVER_FRAMES, opened.payload());
    Answer.Opened read = Frames.read(opened, 0);
    assertArrayEquals(SERVER_ID, read.source());
    assertTrue(read.acknowledges());
    assertTrue(read.hello());
    assertEquals(OptionalLong.empty(), read.closed());
    assertEquals(false, Frames.read(opened, -1).acknowledges(), "what was never sent");
  }

  @Test
  void aRetry() throws StepFailed {
    RetryPacket retry = RetryPacket.open(DESTINATION, RETRY).orElseThrow();
    assertArrayEquals(SERVER_ID, retry.source());
    assertEquals("746f6b656e", hex(retry.token()));
    assertTrue(RetryPacket.open(SERVER_ID, RETRY).isEmpty());
  }

  /** RFC 9000 appendix A.1. */
  @Test
  void integersOfVariableLength() throws StepFailed {
    assertEquals(151288809941952652L, new ByteReader(hex("c2197c5eff14e88c")).varint());
    assertEquals(494878333, new ByteReader(hex("9d7f3e7d")).varint());
    assertEquals(15293, new ByteReader(hex("7bbd")).varint());
    assertEquals(37, new ByteReader(hex("25")).varint());
    assertEquals(37, new ByteReader(hex("4025")).varint());
    for (long value : new long[] {0, 63, 64, 16383, 16384, 1 << 30, (1L << 62) - 1}) {
      byte[] written = new ByteWriter().varint(value).toByteArray();
      assertEquals(value, new ByteReader(written).varint());
    }
    assertThrows(StepFailed.class, () -> new ByteReader(hex("4025")).varintLength());
  }

  /** A client that has sent its first packet. */
  private static Answers asked() {
    Answers answers = new Answers();
    answers.sent(
        InitialPacket.seal(
            PacketKeys.ofClient(DESTINATION),
            DESTINATION,
            NOTHING,
            NOTHING,
            0,
            CLIENT_FRAMES,
            true));
    return answers;
  }

  private static byte[] negotiation(byte[] to, byte[] from, long... versions) {
    ByteWriter packet =
        new ByteWriter().u8(0x80).u32(0).u8(to.length).bytes(to).u8(from.length).bytes(from);
    for (long version : versions) {
      packet.u32(version);
    }
    return packet.toByteArray();
  }

  @Test
  void whatCountsAsAnAnswer() throws StepFailed {
    Answers answers = asked();
    assertInstanceOf(Answer.Opened.class, answers.received(SERVER_PACKET));
    assertInstanceOf(Answer.Retry.class, answers.received(RETRY));
    assertEquals(
        new Answer.Versions(List.of(0x6b3343cfL)),
        answers.received(negotiation(NOTHING, DESTINATION, 0x6b3343cfL)));
    assertNull(answers.received(negotiation(NOTHING, SERVER_ID, 0x6b3343cfL)), "another id");
    assertNull(answers.received(negotiation(SERVER_ID, DESTINATION, 0x6b3343cfL)), "not to us");
    assertNull(answers.received(negotiation(NOTHING, DESTINATION, 1, 2)), "ours is among them");
    assertNull(new Answers().received(SERVER_PACKET), "nothing was asked");
    byte[] broken = SERVER_PACKET.clone();
    broken[60] ^= 1;
    assertNull(answers.received(broken));
    answers.follow(SERVER_ID);
    assertNull(answers.received(SERVER_PACKET), "made with the keys before the Retry");
  }

  /** Random bytes, damaged packets, and well-sealed packets full of rubbish. */
  @Test
  void hostileAnswersAreDroppedOrMalformed() {
    Random random = new Random(9000);
    PacketKeys keys = PacketKeys.ofServer(DESTINATION);
    byte[][] good = {SERVER_PACKET, RETRY, negotiation(NOTHING, DESTINATION, 5, 6)};
    Answers answers = asked();
    int malformed = 0;
    for (int i = 0; i < 30_000; i++) {
      byte[] bytes;
      switch (i % 3) {
        case 0 -> {
          bytes = new byte[random.nextInt(200)];
          random.nextBytes(bytes);
          if (bytes.length > 7) {
            System.arraycopy(hex("c00000000100"), 0, bytes, 0, 6);
          }
        }
        case 1 -> {
          bytes = good[random.nextInt(good.length)].clone();
          for (int n = random.nextInt(4); n >= 0; n--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
          }
          bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 20));
        }
        default -> {
          byte[] frames =
              random.nextBoolean()
                  ? Arrays.copyOf(SERVER_FRAMES, random.nextInt(120))
                  : new byte[random.nextInt(120)];
          for (int n = random.nextInt(8); n > 0 && frames.length > 0; n--) {
            frames[random.nextInt(frames.length)] = (byte) random.nextInt();
          }
          bytes = InitialPacket.seal(keys, NOTHING, SERVER_ID, NOTHING, i, frames, false);
        }
      }
      try {
        answers.received(bytes);
      } catch (StepFailed e) {
        assertEquals(FailureKind.PROTO_MALFORMED_REPLY, e.kind());
        malformed++;
      }
    }
    assertTrue(malformed > 1000, "the parser of frames was reached: " + malformed);
  }

  @Test
  void theClientHelloIsReadable() throws StepFailed {
    byte[] hello = ClientHello.of("vpn.example", List.of("h3"), SERVER_ID, new Random(1));
    ByteReader in = new ByteReader(hello);
    assertEquals(1, in.u8());
    ByteReader body = in.slice(in.u24());
    assertEquals(0, in.remaining());
    body.skip(2 + 32);
    body.skip(body.u8());
    body.skip(body.u16());
    body.skip(body.u8());
    ByteReader extensions = body.slice(body.u16());
    assertEquals(0, body.remaining());
    byte[] parameters = null;
    while (extensions.hasRemaining()) {
      int type = extensions.u16();
      byte[] content = extensions.bytes(extensions.u16());
      if (type == 57) {
        parameters = content;
      }
    }
    assertTrue(hex(Objects.requireNonNull(parameters)).endsWith("0f08" + hex(SERVER_ID)));
  }
}
