package org.vpnprobe.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.lab.StunResponder;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Stun.StunSettings;

class StunTest {
  private static final Duration SHORT = Duration.ofMillis(400);

  /** RFC 5769 section 2.2: a sample IPv4 response, with FINGERPRINT. */
  private static final byte[] SAMPLE =
      HexFormat.of()
          .parseHex(
              "0101003c2112a442b7e7a701bc34d686fa87dfae"
                  + "8022000b7465737420766563746f7220"
                  + "002000080001a147e112a643"
                  + "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7"
                  + "80280004c07d4c96");

  private static StunSettings settings(@Nullable String software) {
    return new StunSettings(software);
  }

  @Test
  void answers() throws IOException {
    InetSocketAddress stopped;
    try (Responder server = new StunResponder().start(settings(null));
        Dropping once = new Dropping(server.address(), 1);
        Dropping lost = new Dropping(server.address(), 99)) {
      stopped = server.address();
      assertEquals("handshake", Tried.of(new Stun(), settings(null), stopped));
      assertEquals("handshake", Tried.of(new Stun(), settings("tailnode"), stopped));
      assertEquals("handshake", Tried.of(new Stun(), settings(null), once.address()));
      assertEquals(
          "nothing, generic_timeout_error in handshake",
          Tried.of(new Stun(), settings(null), lost.address(), Depth.HANDSHAKE, SHORT));
    }
    assertEquals(
        "nothing, connection_refused in handshake", Tried.of(new Stun(), settings(null), stopped));
  }

  /** As DERP's STUN port: silent to those who do not name its software. */
  @Test
  void derp() throws IOException {
    try (Responder server = new StunResponder().start(settings("tailnode"))) {
      assertEquals("handshake", Tried.of(new Stun(), settings("tailnode"), server.address()));
      assertEquals(
          "nothing, generic_timeout_error in handshake",
          Tried.of(new Stun(), settings(null), server.address(), Depth.HANDSHAKE, SHORT));
    }
  }

  @Test
  void strangers() throws IOException {
    try (Dropping echo = Dropping.answering(request -> request);
        Dropping replay = Dropping.answering(request -> SAMPLE);
        Dropping junk = Dropping.answering(request -> new byte[30])) {
      // Our own request and somebody's old response are no answers, and no fault of form.
      for (Dropping other : new Dropping[] {echo, replay}) {
        assertEquals(
            "nothing, generic_timeout_error in handshake",
            Tried.of(new Stun(), settings(null), other.address(), Depth.HANDSHAKE, SHORT));
      }
      assertEquals(
          "nothing, proto_unexpected_reply in handshake",
          Tried.of(new Stun(), settings(null), junk.address(), Depth.HANDSHAKE, SHORT));
    }
  }

  @Test
  void theSampleOfTheStandard() throws StepFailed {
    StunMessage sample = StunMessage.decode(SAMPLE);
    assertEquals(StunMessage.SUCCESS, sample.type());
    assertArrayEquals(
        HexFormat.of().parseHex("0001a147e112a643"),
        sample.attributes().get(StunMessage.XOR_MAPPED_ADDRESS));
    byte[] broken = SAMPLE.clone();
    broken[30] ^= 1;
    assertEquals(
        FailureKind.PROTO_MALFORMED_REPLY,
        assertThrows(StepFailed.class, () -> StunMessage.decode(broken)).kind());
    byte[] bare = new StunMessage(StunMessage.REQUEST, new byte[12], Map.of()).encode();
    assertEquals(28, bare.length);
    assertEquals(StunMessage.REQUEST, StunMessage.decode(bare).type());
  }

  @Test
  void badSettings() {
    assertThrows(InvalidSetting.class, () -> settings(""));
    assertThrows(InvalidSetting.class, () -> settings("a\nb"));
  }

  @Test
  void hostileReplies() {
    Random random = new Random(29);
    byte[] bare = Arrays.copyOf(SAMPLE, SAMPLE.length - 8);
    bare[3] -= 8;
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = i % 4 == 0 ? new byte[random.nextInt(100)] : bare.clone();
      if (i % 4 == 0) {
        random.nextBytes(bytes);
      } else {
        for (int n = random.nextInt(4); n >= 0; n--) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
      }
      try {
        StunMessage.decode(bytes);
        read++;
      } catch (StepFailed e) {
        assertTrue(
            Set.of(FailureKind.PROTO_UNEXPECTED_REPLY, FailureKind.PROTO_MALFORMED_REPLY)
                .contains(e.kind()));
      }
    }
    assertTrue(read > 100, "some mutations can be read: " + read);
  }
}
