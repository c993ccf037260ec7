package org.vpnprobe.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vpnprobe.lab.DnsResponder;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.DnsSettings.Transport;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;

class DnsTest {
  private static final Duration AMPLE = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(400);

  private static DnsSettings settings(
      Transport transport, @Nullable String type, @Nullable String answer, @Nullable String ca) {
    return new DnsSettings(
        transport, "www.example.net", type, answer, null, null, ca, null, null, null, null);
  }

  private static DnsSettings settings(Transport transport, @Nullable String answer) {
    boolean secured = transport == Transport.TLS || transport == Transport.HTTPS;
    return settings(transport, null, answer, secured ? Lab.material("lab_ca").orElseThrow() : null);
  }

  private static String tried(DnsSettings client, InetSocketAddress server, Duration deadline) {
    return tried(client, server, deadline, Depth.AUTHENTICATED);
  }

  private static String tried(
      DnsSettings client, InetSocketAddress server, Duration deadline, Depth goal) {
    try (RecordedTrial trial = new RecordedTrial(server, "dns.lab.example", goal, deadline)) {
      String failure = "";
      try {
        new Dns().open(client, trial).close();
      } catch (StepFailed e) {
        Failure failed = trial.trace.failure(e);
        failure = ", " + failed.id() + " in " + failed.step().id();
      }
      return (trial.deepest() == null ? "nothing" : trial.deepest().id()) + failure;
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void theExpectedAnswer(Transport transport) throws IOException {
    DnsSettings settings = settings(transport, "192.0.2.10");
    try (Responder server = new DnsResponder().start(settings)) {
      assertEquals("authenticated", tried(settings, server.address(), AMPLE));
      String wrong = tried(settings(transport, "192.0.2.11"), server.address(), AMPLE);
      assertEquals("handshake, proto_unexpected_reply:answer in handshake", wrong);
      assertEquals(
          "handshake",
          tried(settings(transport, "192.0.2.11"), server.address(), AMPLE, Depth.HANDSHAKE));
    }
    assertEquals(Depth.AUTHENTICATED, new Dns().facts(settings).ceiling());
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void withoutAnExpectationTheCertificateDecides(Transport transport) throws IOException {
    DnsSettings settings = settings(transport, null);
    try (Responder server = new DnsResponder().start(settings)) {
      boolean secured = settings.secured();
      assertEquals(
          secured ? "authenticated" : "handshake", tried(settings, server.address(), AMPLE));
      assertEquals(
          secured ? Depth.AUTHENTICATED : Depth.HANDSHAKE, new Dns().facts(settings).ceiling());
      if (secured) {
        assertEquals(
            "port, ssl_unknown_authority in tls",
            tried(settings(transport, null, null, null), server.address(), AMPLE));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void aRefusalIsAnAnswer(Transport transport) throws IOException {
    try (Responder server = new DnsResponder().start(settings(transport, "refused"))) {
      String refused = tried(settings(transport, null), server.address(), AMPLE);
      boolean secured = settings(transport, null).secured();
      assertEquals(secured ? "handshake, auth_rejected in handshake" : "handshake", refused);
      assertEquals(
          "handshake, auth_rejected:refused in handshake",
          tried(settings(transport, "192.0.2.10"), server.address(), AMPLE));
      assertEquals("authenticated", tried(settings(transport, "REFUSED"), server.address(), AMPLE));
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void aStoppedServer(Transport transport) throws IOException {
    DnsSettings settings = settings(transport, null);
    InetSocketAddress address;
    try (Responder server = new DnsResponder().start(settings)) {
      address = server.address();
    }
    String tried = tried(settings, address, AMPLE);
    assertTrue(tried.startsWith("nothing, connection_refused in "), tried);
  }

  @Test
  void otherTypes() throws IOException {
    DnsSettings text = settings(Transport.UDP, "TXT", "here", null);
    try (Responder server = new DnsResponder().start(text)) {
      assertEquals("authenticated", tried(text, server.address(), AMPLE));
    }
    DnsSettings mail = settings(Transport.UDP, "mx", "10 mail.example.net.", null);
    try (Responder server = new DnsResponder().start(mail)) {
      assertEquals("authenticated", tried(mail, server.address(), AMPLE));
    }
    DnsSettings six = settings(Transport.UDP, "AAAA", "2001:db8::1", null);
    try (Responder server = new DnsResponder().start(six)) {
      assertEquals("authenticated", tried(six, server.address(), AMPLE));
    }
  }

  /** The first query is lost, the second is answered: c-ares waits two seconds. */
  @Test
  void aLostQueryIsRepeated() throws IOException {
    DnsSettings settings = settings(Transport.UDP, "192.0.2.10");
    try (Responder server = new DnsResponder().start(settings);
        Dropping dropping = new Dropping(server.address(), 1)) {
      assertEquals("authenticated", tried(settings, dropping.address(), AMPLE));
    }
    try (Responder server = new DnsResponder().start(settings);
        Dropping all = new Dropping(server.address(), 99)) {
      assertEquals(
          "nothing, generic_timeout_error in handshake", tried(settings, all.address(), SHORT));
    }
  }

  /** Answers to other questions are passed over; alone they are told from silence. */
  @Test
  void somebodyElse() throws IOException {
    try (Dropping echo = Dropping.answering(query -> query)) {
      assertEquals(
          "nothing, proto_unexpected_reply in handshake",
          tried(settings(Transport.UDP, null), echo.address(), Duration.ofSeconds(1)));
    }
  }

  @Test
  void badSettings() {
    assertThrows(InvalidSetting.class, () -> settings(Transport.UDP, "NONSENSE", null, null));
    assertThrows(InvalidSetting.class, () -> settings(Transport.UDP, "ANY", null, null));
    assertThrows(InvalidSetting.class, () -> settings(Transport.TCP, null, null, "ca"));
    assertThrows(
        InvalidSetting.class,
        () -> new DnsSettings(null, "a..b", null, null, null, null, null, null, null, null, null));
  }

  /** Never anything but an answer, no answer, or the declared failure. */
  @Test
  void hostileReplies() throws Exception {
    Random random = new Random(7);
    DnsQuery query = DnsQuery.of(Name.fromString("www.example.net."), 1, new Random(1));
    Message message = new Message(query.bytes());
    message.getHeader().setFlag(Flags.QR);
    byte[] good = message.toWire();
    assertTrue(query.answer(good).isPresent());
    int answered = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = i % 3 == 0 ? new byte[random.nextInt(200)] : good.clone();
      if (i % 3 == 0) {
        random.nextBytes(bytes);
      } else {
        for (int n = random.nextInt(4); n >= 0; n--) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
      }
      try {
        Optional<DnsQuery.Reply> reply = query.answer(bytes);
        answered += reply.isPresent() ? 1 : 0;
        reply.ifPresent(r -> assertFalse(r.describe().isEmpty()));
      } catch (StepFailed e) {
        assertEquals(FailureKind.PROTO_UNEXPECTED_REPLY, e.kind());
        assertNull(e.argument());
      }
    }
    assertTrue(answered > 100, "some mutations leave an answer: " + answered);
  }
}
