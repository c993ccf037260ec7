package org.vpnprobe.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.vpnprobe.lab.PptpResponder;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.Pptp.PptpSettings;

class PptpTest {
  private static final PptpSettings NONE = new PptpSettings();
  private static final Duration SHORT = Duration.ofMillis(500);

  private static byte[] reply(int result) {
    return new ByteWriter()
        .u16(156)
        .u16(1)
        .u32(0x1a2b3c4d)
        .u16(2)
        .u16(0)
        .u16(0x0100)
        .u8(result)
        .zeros(13)
        .zeros(128)
        .toByteArray();
  }

  @Test
  void theControlConnection() throws IOException {
    InetSocketAddress stopped;
    try (Responder server = new PptpResponder().start(NONE)) {
      stopped = server.address();
      assertEquals("handshake", Tried.of(new Pptp(), NONE, stopped));
      assertEquals("port", Tried.of(new Pptp(), NONE, stopped, Depth.PORT, Tried.AMPLE));
    }
    assertEquals("nothing, connection_refused in connect", Tried.of(new Pptp(), NONE, stopped));
  }

  @Test
  void othersAndEnds() throws IOException {
    try (OneAnswer ssh = OneAnswer.of(new byte[156]);
        OneAnswer refusing = OneAnswer.of(reply(2));
        OneAnswer half = OneAnswer.of(Arrays.copyOf(reply(1), 40));
        OneAnswer onlyStart = OneAnswer.of(reply(1));
        OneAnswer reset = OneAnswer.reset();
        OneAnswer silence = OneAnswer.silence()) {
      assertEquals(
          "port, proto_unexpected_reply in handshake", Tried.of(new Pptp(), NONE, ssh.address()));
      assertEquals(
          "port, auth_rejected:result_2 in handshake",
          Tried.of(new Pptp(), NONE, refusing.address()));
      assertEquals("port, eof_error in handshake", Tried.of(new Pptp(), NONE, half.address()));
      // A recorded start is no proof: our identifier does not come back.
      String replayed = Tried.of(new Pptp(), NONE, onlyStart.address());
      assertTrue(replayed.matches("port, (eof_error|connection_reset) in handshake"), replayed);
      assertEquals(
          "port, connection_reset in handshake", Tried.of(new Pptp(), NONE, reset.address()));
      assertEquals(
          "port, generic_timeout_error in handshake",
          Tried.of(new Pptp(), NONE, silence.address(), Depth.HANDSHAKE, SHORT));
    }
  }

  @Test
  void hostileReplies() {
    Random random = new Random(17);
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = reply(1);
      for (int n = random.nextInt(6); n > 0; n--) {
        bytes[random.nextInt(i % 2 == 0 ? bytes.length : 16)] = (byte) random.nextInt();
      }
      byte[] cut = i % 5 == 0 ? Arrays.copyOf(bytes, random.nextInt(156)) : bytes;
      try {
        Pptp.startReply(cut);
        read++;
        Pptp.echoReply(Arrays.copyOf(cut, 20), 1);
      } catch (StepFailed e) {
        assertTrue(
            Set.of(FailureKind.PROTO_UNEXPECTED_REPLY, FailureKind.PROTO_MALFORMED_REPLY)
                .contains(e.kind()));
      }
    }
    assertTrue(read > 100, "some mutations can be read: " + read);
  }
}
