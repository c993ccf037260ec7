package org.vpnprobe.protocol.ikev1;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vpnprobe.lab.Ikev1Responder;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.layer.ike.Group;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Dropping;
import org.vpnprobe.protocol.RecordedTrial;
import org.vpnprobe.protocol.ikev1.Ikev1Settings.Mode;
import org.vpnprobe.protocol.ikev1.Isakmp.Payload;

/** Phase 1 against the embedded gateway over loopback. */
class Ikev1Test {
  private static final Duration AMPLE = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(700);

  private static Ikev1Settings settings(Mode mode, @Nullable String psk, String... proposals) {
    return naming(mode, psk, null, proposals);
  }

  private static Ikev1Settings naming(
      Mode mode, @Nullable String psk, @Nullable String remote, String... proposals) {
    return new Ikev1Settings(
        mode,
        psk == null ? null : Secret.of(psk),
        "probe@example.net",
        remote,
        proposals.length == 0 ? null : List.of(proposals),
        null);
  }

  private static String tried(Ikev1Settings client, InetSocketAddress server, Duration deadline) {
    try (RecordedTrial trial = new RecordedTrial(server, Depth.TUNNEL, deadline)) {
      String failure = "";
      try {
        new Ikev1().open(client, trial).close();
      } catch (StepFailed e) {
        Failure failed = trial.trace.failure(e);
        failure = ", " + failed.id() + " in " + failed.step().id();
      }
      return (trial.deepest() == null ? "nothing" : trial.deepest().id()) + failure;
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void withTheSecretAndWithout(Mode mode) throws IOException {
    Ikev1Settings keyed = settings(mode, "s3cret");
    try (Responder server = new Ikev1Responder().start(keyed)) {
      assertEquals("authenticated", tried(keyed, server.address(), AMPLE));
      assertEquals("handshake", tried(settings(mode, null), server.address(), AMPLE));
      assertEquals(
          mode == Mode.MAIN
              ? "handshake, auth_rejected in auth"
              : "handshake, auth_wrong_server_key in auth",
          tried(settings(mode, "wrong"), server.address(), AMPLE));
      assertEquals(
          "authenticated",
          tried(naming(mode, "s3cret", "vpn.lab.example"), server.address(), AMPLE));
      assertEquals(
          "handshake, auth_wrong_server_key in auth",
          tried(naming(mode, "s3cret", "other.example"), server.address(), AMPLE));
      Mode other = mode == Mode.MAIN ? Mode.AGGRESSIVE : Mode.MAIN;
      assertEquals(
          "handshake, ike_notify:24:AUTHENTICATION_FAILED in handshake",
          tried(settings(other, "s3cret"), server.address(), AMPLE));
      assertEquals("handshake", tried(settings(other, null), server.address(), AMPLE));
    }
    assertEquals(Depth.AUTHENTICATED, new Ikev1().facts(keyed).ceiling());
    assertEquals(Depth.HANDSHAKE, new Ikev1().facts(settings(mode, null)).ceiling());
    assertFalse(new Ikev1().facts(settings(mode, null)).silent());
  }

  @Test
  void everyProposal() throws IOException {
    for (String proposal :
        List.of(
            "aes128-sha1-modp1024",
            "3des-md5-modp1024",
            "aes192-sha384-ecp384",
            "aes256-sha512-ecp521",
            "aes256-sha1-ecp256",
            "3des-sha1-modp2048")) {
      Ikev1Settings one = settings(Mode.MAIN, "s3cret", new String[] {proposal});
      try (Responder server = new Ikev1Responder().start(one)) {
        assertEquals("authenticated", tried(one, server.address(), AMPLE), proposal);
      }
    }
    try (Responder server =
        new Ikev1Responder().start(settings(Mode.MAIN, "s3cret", "aes256-sha1-modp1024"))) {
      assertEquals(
          "handshake, ike_notify:14:NO_PROPOSAL_CHOSEN in handshake",
          tried(settings(Mode.MAIN, "s3cret"), server.address(), AMPLE));
      assertEquals("handshake", tried(settings(Mode.MAIN, null), server.address(), AMPLE));
    }
  }

  @Test
  void silenceAndStrangers() throws IOException {
    Ikev1Settings keyed = settings(Mode.MAIN, "s3cret");
    InetSocketAddress stopped;
    try (Responder server = new Ikev1Responder().start(keyed);
        Dropping lost = new Dropping(server.address(), 99);
        Dropping once = new Dropping(server.address(), 1)) {
      stopped = server.address();
      assertEquals(
          "nothing, generic_timeout_error in handshake", tried(keyed, lost.address(), SHORT));
      // strongSwan's first repeat comes after four seconds.
      assertEquals("authenticated", tried(keyed, once.address(), AMPLE));
    }
    assertEquals("nothing, connection_refused in handshake", tried(keyed, stopped, AMPLE));
    try (Dropping echo = Dropping.answering(request -> request);
        Dropping junk = Dropping.answering(request -> new byte[5])) {
      assertEquals(
          "nothing, proto_malformed_reply in handshake", tried(keyed, echo.address(), SHORT));
      assertEquals(
          "nothing, proto_unexpected_reply in handshake", tried(keyed, junk.address(), SHORT));
    }
  }

  @Test
  void badSettings() {
    for (String bad :
        List.of("aes", "aes256-sha256", "aes256-sha256-curve25519", "des-md5-modp1024", "")) {
      assertThrows(InvalidSetting.class, () -> settings(Mode.MAIN, null, new String[] {bad}), bad);
    }
    assertThrows(
        InvalidSetting.class,
        () ->
            settings(
                Mode.AGGRESSIVE,
                null,
                new String[] {"aes256-sha1-modp2048", "aes256-sha1-modp1024"}));
    assertThrows(InvalidSetting.class, () -> settings(Mode.MAIN, ""));
  }

  /** What the two sides derive is the same, and messages sealed by one open for the other. */
  @Test
  void offersSurviveTheWire() throws StepFailed {
    assertEquals(Transform.broad(), Transform.decode(Transform.encode(Transform.broad())));
    assertEquals(
        Set.of(Group.MODP2048),
        Set.copyOf(Transform.oneGroup().stream().map(Transform::group).toList()));
    Isakmp message =
        Isakmp.clear(1, 2, Isakmp.MAIN, List.of(new Payload(Isakmp.VENDOR, Isakmp.NAT_T)));
    Isakmp read = Isakmp.decode(message.encode());
    assertArrayEquals(Isakmp.NAT_T, read.payloads().getFirst().body());
    assertEquals(-1L, Isakmp.decode(Isakmp.clear(-1, 2, 2, List.of()).encode()).initiator());
  }

  /** Never anything but a message or the declared failures. */
  @Test
  void hostileReplies() {
    Random random = new Random(11);
    byte[] choice =
        Isakmp.clear(
                1,
                2,
                Isakmp.MAIN,
                List.of(
                    new Payload(Isakmp.SA, Transform.encode(Transform.broad())),
                    new Payload(Isakmp.NOTIFY, new byte[8]),
                    new Payload(Isakmp.VENDOR, Isakmp.NAT_T)))
            .encode();
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = i % 4 == 0 ? new byte[random.nextInt(300)] : choice.clone();
      if (i % 4 == 0) {
        random.nextBytes(bytes);
      } else {
        for (int n = random.nextInt(4); n >= 0; n--) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
      }
      try {
        List<Payload> payloads = Isakmp.decode(bytes).payloads();
        Isakmp.notification(payloads);
        Transform.decode(Isakmp.require(payloads, Isakmp.SA, "SA"));
        read++;
      } catch (StepFailed e) {
        assertTrue(
            Set.of(FailureKind.PROTO_UNEXPECTED_REPLY, FailureKind.PROTO_MALFORMED_REPLY)
                .contains(e.kind()),
            e.kind().id());
      }
    }
    assertTrue(read > 100, "some mutations can be read: " + read);
  }
}
