package org.vpnprobe.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.Secret;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Facts;
import org.vpnprobe.protocol.Http3Get.Http3Settings;
import org.vpnprobe.protocol.Hysteria2;
import org.vpnprobe.protocol.Hysteria2.Hysteria2Settings;
import org.vpnprobe.protocol.RecordedTrial;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Target;
import org.vpnprobe.protocol.TunnelCheck;

/** hysteria2 against the embedded server, on flupke's HTTP/3. */
@NullMarked
class Hysteria2Test {
  private static final String CA = Lab.material("lab_ca").orElseThrow();
  private static final Duration AMPLE = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofSeconds(1);

  private static Hysteria2Settings settings(
      @Nullable String password, @Nullable String obfs, @Nullable String target) {
    return new Hysteria2Settings(
        password == null ? null : Secret.of(password),
        obfs == null ? null : Secret.of(obfs),
        "hy.lab.example",
        CA,
        null,
        null,
        target == null ? null : Target.of(target));
  }

  private static String tried(
      InetSocketAddress server, Hysteria2Settings settings, Duration deadline) {
    Depth goal = new Hysteria2().facts(settings).ceiling();
    try (RecordedTrial trial = new RecordedTrial(server, "hy.lab.example", goal, deadline)) {
      String failure = "";
      try (Session session = new Hysteria2().open(settings, trial)) {
        if (goal == Depth.TUNNEL) {
          TunnelCheck.run(session, trial);
        }
      } catch (StepFailed e) {
        Failure failed = trial.trace.failure(e);
        failure = ", " + failed.id() + " in " + failed.step().id();
        assertFalse(failed.detail().contains("pässword"), "secrets stay secret");
      }
      return (trial.deepest() == null ? "nothing" : trial.deepest().id()) + failure;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "salamander-key"})
  void eachDepth(String obfs) throws IOException {
    String key = obfs.isEmpty() ? null : obfs;
    try (Responder server = new Hysteria2Responder().start(settings("pässword", key, null))) {
      InetSocketAddress at = server.address();
      assertEquals("authenticated", tried(at, settings("pässword", key, null), AMPLE));
      for (String target : new String[] {"http://a.example/x", "echo://b.example:7"}) {
        assertEquals("tunnel", tried(at, settings("pässword", key, target), AMPLE), target);
      }
      assertEquals("tunnel", tried(at, settings("pässword", key, "tcp://[2001:db8::1]:22"), AMPLE));
      assertEquals(
          "authenticated, proxy_refused:1 in tunnel",
          tried(at, settings("pässword", key, "echo://b.example:1"), AMPLE));
      assertEquals(
          "nothing, auth_rejected in auth", tried(at, settings("other", key, null), AMPLE));
    }
  }

  @Test
  void anotherKeyOfSalamanderGetsSilence() throws IOException {
    try (Responder server = new Hysteria2Responder().start(settings("p", "salamander", null))) {
      String silence = "nothing, generic_timeout_error in handshake";
      assertEquals(silence, tried(server.address(), settings("p", "other-key", null), SHORT));
      assertEquals(silence, tried(server.address(), settings("p", null, null), SHORT));
    }
  }

  @Test
  void aWebServerIsNoHysteria() throws IOException {
    Http3Settings web = new Http3Settings(null, 200, null, null, null, null, null, null);
    try (Responder server = new Http3Responder().start(web)) {
      assertEquals(
          "nothing, auth_rejected in auth",
          tried(server.address(), settings("p", null, null), AMPLE));
    }
  }

  @Test
  void aForeignCertificateGetsNoPassword() throws IOException {
    Hysteria2Settings system =
        new Hysteria2Settings(Secret.of("p"), null, "hy.lab.example", null, null, null, null);
    try (Responder server = new Hysteria2Responder().start(system)) {
      assertEquals(
          "nothing, ssl_unknown_authority in handshake", tried(server.address(), system, AMPLE));
    }
  }

  @Test
  void aLostFirstDatagramAndAStoppedServer() throws IOException {
    Hysteria2Settings settings = settings("p", "salamander", null);
    Responder server = new Hysteria2Responder().start(settings);
    try (server;
        LossyRelay relay = new LossyRelay(server.address(), 1)) {
      assertEquals("authenticated", tried(relay.address(), settings, AMPLE));
    }
    assertEquals(
        "nothing, connection_refused in handshake", tried(server.address(), settings, AMPLE));
  }

  @Test
  void withoutAPasswordNothingCanBeJudged() throws IOException {
    Hysteria2Settings none = settings(null, null, null);
    Facts facts = new Hysteria2().facts(none);
    assertTrue(facts.keysMissing());
    assertFalse(facts.silent());
    assertTrue(facts.residual());
    Facts disguised = new Hysteria2().facts(settings("p", "salamander", "echo://a.example:7"));
    assertTrue(disguised.silent() && disguised.obfuscated());
    assertFalse(disguised.keysMissing());
    assertEquals(Depth.TUNNEL, disguised.ceiling());
    try (Responder server = new Hysteria2Responder().start(Objects.requireNonNull(none))) {
      assertTrue(
          tried(server.address(), none, AMPLE)
              .startsWith("nothing, proto_no_reply_unauthenticated"));
    }
  }
}
