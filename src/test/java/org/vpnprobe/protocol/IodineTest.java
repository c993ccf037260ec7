package org.vpnprobe.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.vpnprobe.lab.DnsResponder;
import org.vpnprobe.lab.IodineResponder;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Iodine.IodineSettings;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NULLRecord;
import org.xbill.DNS.Section;

class IodineTest {
  private static final IodineSettings ZONE = new IodineSettings("t.lab.example");
  private static final Duration SHORT = Duration.ofMillis(500);

  @Test
  void answers() throws IOException {
    InetSocketAddress stopped;
    try (Responder server = new IodineResponder().start(ZONE);
        Dropping once = new Dropping(server.address(), 1);
        Dropping lost = new Dropping(server.address(), 99)) {
      stopped = server.address();
      assertEquals("handshake", Tried.of(new Iodine(), ZONE, stopped));
      assertEquals("handshake", Tried.of(new Iodine(), ZONE, once.address()));
      IodineSettings other = new IodineSettings("t.other.example");
      assertEquals(
          "nothing, generic_timeout_error in handshake",
          Tried.of(new Iodine(), other, stopped, Depth.HANDSHAKE, SHORT));
      assertEquals(
          "nothing, generic_timeout_error in handshake",
          Tried.of(new Iodine(), ZONE, lost.address(), Depth.HANDSHAKE, SHORT));
    }
    assertEquals("nothing, connection_refused in handshake", Tried.of(new Iodine(), ZONE, stopped));
  }

  /** An ordinary name server answers, but not so. */
  @Test
  void otherNameServers() throws IOException {
    DnsSettings plain =
        new DnsSettings(null, null, null, null, null, null, null, null, null, null, null);
    try (Responder server = new DnsResponder().start(plain);
        Dropping echo = Dropping.answering(request -> request);
        Dropping junk = Dropping.answering(request -> new byte[5])) {
      for (InetSocketAddress other :
          new InetSocketAddress[] {server.address(), echo.address(), junk.address()}) {
        assertEquals(
            "nothing, proto_unexpected_reply in handshake",
            // Time for a cold start, and for an answer to the second query at the latest.
            Tried.of(new Iodine(), ZONE, other, Depth.HANDSHAKE, Duration.ofMillis(2500)));
      }
    }
    for (String bad : new String[] {"", "com", "a b.example", "a..example", ".example"}) {
      assertThrows(InvalidSetting.class, () -> new IodineSettings(bad), bad);
    }
  }

  @Test
  void hostileReplies() throws Exception {
    Random random = new Random(37);
    Message query = Iodine.query(ZONE, random);
    Message reply = new Message(query.toWire());
    reply.getHeader().setFlag(Flags.QR);
    byte[] data = {'V', 'N', 'A', 'K', 0, 0, 5, 2, 0};
    reply.addRecord(
        new NULLRecord(query.getQuestion().getName(), DClass.IN, 0, data), Section.ANSWER);
    byte[] good = reply.toWire();
    assertEquals(0x502, Iodine.version(good, query));
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = good.clone();
      for (int n = random.nextInt(3); n > 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        Iodine.version(bytes, query);
        read++;
      } catch (StepFailed e) {
        assertEquals(FailureKind.PROTO_UNEXPECTED_REPLY, e.kind());
      }
    }
    assertTrue(read > 100, "some can still be read: " + read);
  }
}
