package org.vpnprobe.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.vpnprobe.lab.NebulaResponder;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.lab.TincResponder;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.Nebula.NebulaSettings;
import org.vpnprobe.protocol.Tinc.TincSettings;

/** nebula and tinc: what a node of a mesh says to those who are no members. */
class MeshTest {
  private static final NebulaSettings NEBULA = new NebulaSettings();
  private static final TincSettings TINC = new TincSettings("probe");
  private static final Duration SHORT = Duration.ofMillis(500);

  @Test
  void nebula() throws IOException {
    InetSocketAddress stopped;
    try (Responder server = new NebulaResponder().start(NEBULA);
        Dropping once = new Dropping(server.address(), 1);
        Dropping lost = new Dropping(server.address(), 99);
        Dropping echo = Dropping.answering(request -> request);
        Dropping junk = Dropping.answering(request -> new byte[3])) {
      stopped = server.address();
      assertEquals("handshake", Tried.of(new Nebula(), NEBULA, stopped));
      assertEquals("handshake", Tried.of(new Nebula(), NEBULA, once.address()));
      assertEquals(
          "nothing, generic_timeout_error in handshake",
          Tried.of(new Nebula(), NEBULA, lost.address(), Depth.HANDSHAKE, SHORT));
      for (Dropping other : new Dropping[] {echo, junk}) {
        assertEquals(
            "nothing, proto_unexpected_reply in handshake",
            Tried.of(new Nebula(), NEBULA, other.address(), Depth.HANDSHAKE, SHORT));
      }
    }
    assertEquals(
        "nothing, connection_refused in handshake", Tried.of(new Nebula(), NEBULA, stopped));
    assertTrue(new Nebula().facts(NEBULA).silent());
  }

  @Test
  void tinc() throws IOException {
    InetSocketAddress stopped;
    try (Responder server = new TincResponder().start(TINC)) {
      stopped = server.address();
      assertEquals("handshake", Tried.of(new Tinc(), TINC, stopped));
      assertEquals(
          "port, generic_timeout_error in handshake",
          Tried.of(new Tinc(), new TincSettings("nobody"), stopped, Depth.HANDSHAKE, SHORT));
    }
    assertEquals("nothing, connection_refused in connect", Tried.of(new Tinc(), TINC, stopped));
    byte[] ssh = "SSH-2.0-OpenSSH_9.2\r\n".getBytes(StandardCharsets.US_ASCII);
    byte[] half = "0 lab 17\n1 427 ".getBytes(StandardCharsets.US_ASCII);
    try (OneAnswer other = OneAnswer.of(ssh);
        OneAnswer cut = OneAnswer.of(half);
        OneAnswer endless = OneAnswer.of(new byte[20_000]);
        OneAnswer reset = OneAnswer.reset()) {
      assertEquals(
          "port, proto_unexpected_reply in handshake", Tried.of(new Tinc(), TINC, other.address()));
      assertEquals("port, eof_error in handshake", Tried.of(new Tinc(), TINC, cut.address()));
      assertEquals(
          "port, proto_unexpected_reply in handshake",
          Tried.of(new Tinc(), TINC, endless.address()));
      assertEquals(
          "port, connection_reset in handshake", Tried.of(new Tinc(), TINC, reset.address()));
    }
    assertThrows(InvalidSetting.class, () -> new TincSettings("two words"));
    assertThrows(InvalidSetting.class, () -> new TincSettings(""));
  }

  @Test
  void hostileReplies() {
    Random random = new Random(31);
    byte[] error = new ByteWriter().u8(0x12).u24(0).u32(7).u64(0).toByteArray();
    String id = "0 lab 17";
    String key = "1 427 672 0 0 " + "AB".repeat(64);
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes =
          switch (i % 3) {
            case 0 -> error.clone();
            case 1 -> id.getBytes(StandardCharsets.ISO_8859_1);
            default -> key.getBytes(StandardCharsets.ISO_8859_1);
          };
      for (int n = random.nextInt(3); n > 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      String line = new String(bytes, StandardCharsets.ISO_8859_1);
      try {
        switch (i % 3) {
          case 0 -> Nebula.recvError(bytes, 7);
          case 1 -> Tinc.node(line);
          default -> Tinc.metaKey(line);
        }
        read++;
      } catch (StepFailed e) {
        assertEquals(FailureKind.PROTO_UNEXPECTED_REPLY, e.kind());
      }
    }
    assertTrue(read > 100, "some can still be read: " + read);
  }
}
