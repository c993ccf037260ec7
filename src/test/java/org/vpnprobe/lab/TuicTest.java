package org.vpnprobe.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Facts;
import org.vpnprobe.protocol.RecordedTrial;
import org.vpnprobe.protocol.Tuic;
import org.vpnprobe.protocol.Tuic.TuicSettings;

/** tuic against the embedded server, as far as it goes. */
@NullMarked
class TuicTest {
  private static final String CA = Lab.material("lab_ca").orElseThrow();
  private static final Duration AMPLE = Duration.ofSeconds(20);

  private static TuicSettings settings(@Nullable String alpn, @Nullable String ca) {
    return new TuicSettings("tuic.lab.example", alpn, ca, null, null);
  }

  private static String tried(InetSocketAddress server, TuicSettings settings, Duration deadline) {
    try (RecordedTrial trial =
        new RecordedTrial(server, "tuic.lab.example", Depth.HANDSHAKE, deadline)) {
      String failure = "";
      try {
        new Tuic().open(settings, trial).close();
      } catch (StepFailed e) {
        Failure failed = trial.trace.failure(e);
        failure = ", " + failed.id() + " in " + failed.step().id();
      }
      return (trial.deepest() == null ? "nothing" : trial.deepest().id()) + failure;
    }
  }

  /** Less than a trusted certificate is nothing: anybody on the way can answer a first packet. */
  @Test
  void aTrustedCertificateIsTheHandshake() throws IOException {
    try (Responder server = new TuicResponder().start(settings("tuic", CA));
        LossyRelay relay = new LossyRelay(server.address(), 1)) {
      InetSocketAddress at = server.address();
      assertEquals("handshake", tried(at, settings("tuic", CA), AMPLE));
      assertEquals("handshake", tried(relay.address(), settings("tuic", CA), AMPLE));
      assertEquals(
          "nothing, ssl_unknown_authority in handshake", tried(at, settings("tuic", null), AMPLE));
      assertEquals("nothing, tls_alert:120 in handshake", tried(at, settings("h3", CA), AMPLE));
    }
  }

  @Test
  void aStoppedAndASilentServer() throws IOException {
    Responder server = new TuicResponder().start(settings(null, CA));
    server.close();
    assertEquals(
        "nothing, connection_refused in handshake",
        tried(server.address(), settings(null, CA), AMPLE));
    try (DatagramSocket silent = KwikServer.socket()) {
      assertEquals(
          "nothing, generic_timeout_error in handshake",
          tried(
              (InetSocketAddress) silent.getLocalSocketAddress(),
              settings(null, CA),
              Duration.ofSeconds(1)));
    }
  }

  @Test
  void itPromisesNoLogin() {
    Facts facts = new Tuic().facts(settings(null, CA));
    assertEquals(Depth.HANDSHAKE, facts.ceiling());
    assertTrue(facts.residual());
    assertFalse(facts.silent() || facts.keysMissing() || facts.obfuscated());
  }
}
