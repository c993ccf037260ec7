package org.vpnprobe.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Quic;
import org.vpnprobe.protocol.Quic.QuicSettings;
import org.vpnprobe.protocol.RecordedTrial;

/** quic against the embedded server, kwik's. */
@NullMarked
class QuicTest {
  private static final String CA = Lab.material("lab_ca").orElseThrow();
  private static final Duration AMPLE = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(600);

  private static QuicSettings settings(@Nullable String alpn, @Nullable Boolean negotiation) {
    return new QuicSettings("vpn.lab.example", alpn, CA, null, null, negotiation);
  }

  private static Responder server() throws IOException {
    return new QuicResponder().start(settings(null, null));
  }

  private static String tried(
      InetSocketAddress server, QuicSettings settings, Depth goal, Duration deadline) {
    try (RecordedTrial trial = new RecordedTrial(server, "vpn.lab.example", goal, deadline)) {
      String failure = "";
      try {
        new Quic().open(settings, trial).close();
      } catch (StepFailed e) {
        Failure failed = trial.trace.failure(e);
        failure = ", " + failed.id() + " in " + failed.step().id();
      }
      assertTrue(trial.trace.elapsed().compareTo(deadline.plusSeconds(2)) < 0, "deadline");
      return (trial.deepest() == null ? "nothing" : trial.deepest().id()) + failure;
    }
  }

  @Test
  void eachDepth() throws IOException {
    try (Responder server = server()) {
      InetSocketAddress at = server.address();
      assertEquals("authenticated", tried(at, settings(null, null), Depth.AUTHENTICATED, AMPLE));
      assertEquals("handshake", tried(at, settings(null, null), Depth.HANDSHAKE, AMPLE));
      assertEquals("handshake", tried(at, settings(null, true), Depth.AUTHENTICATED, AMPLE));
    }
  }

  @Test
  void foreignCertificates() throws IOException {
    try (Responder server = server()) {
      InetSocketAddress at = server.address();
      String pin = DemoPki.server().fingerprint();
      QuicSettings system = new QuicSettings("vpn.lab.example", null, null, null, null, null);
      QuicSettings right = new QuicSettings("vpn.lab.example", null, null, pin, null, null);
      QuicSettings wrong =
          new QuicSettings("vpn.lab.example", null, null, "ab".repeat(32), null, null);
      QuicSettings name =
          new QuicSettings("vpn.lab.example", null, CA, null, "other.invalid", null);
      assertEquals("authenticated", tried(at, right, Depth.AUTHENTICATED, AMPLE));
      assertEquals(
          "handshake, ssl_unknown_authority in handshake",
          tried(at, system, Depth.AUTHENTICATED, AMPLE));
      assertEquals(
          "handshake, ssl_wrong_pin in handshake", tried(at, wrong, Depth.AUTHENTICATED, AMPLE));
      assertEquals(
          "handshake, ssl_invalid_hostname in handshake",
          tried(at, name, Depth.AUTHENTICATED, AMPLE));
    }
  }

  /** RFC 7301 section 3.2: no_application_protocol. */
  @Test
  void anApplicationThatTheServerDoesNotSpeak() throws IOException {
    try (Responder server = server()) {
      assertEquals(
          "tls_alert:120 in handshake",
          tried(server.address(), settings("other", null), Depth.AUTHENTICATED, AMPLE)
              .replaceAll("^[a-z]+, ", ""));
      assertEquals(
          "nothing, tls_alert:120 in handshake",
          tried(server.address(), settings("other", null), Depth.HANDSHAKE, AMPLE));
    }
  }

  @Test
  void aStoppedServerRefuses() throws IOException {
    Responder server = server();
    server.close();
    for (Depth goal : List.of(Depth.HANDSHAKE, Depth.AUTHENTICATED)) {
      assertEquals(
          "nothing, connection_refused in handshake",
          tried(server.address(), settings(null, null), goal, AMPLE));
    }
  }

  @Test
  void silenceIsATimeoutAtTheDeadline() throws IOException {
    try (DatagramSocket silent = KwikServer.socket()) {
      InetSocketAddress at = (InetSocketAddress) silent.getLocalSocketAddress();
      for (Boolean negotiation : new Boolean[] {false, true}) {
        for (Depth goal : List.of(Depth.HANDSHAKE, Depth.AUTHENTICATED)) {
          assertEquals(
              "nothing, generic_timeout_error in handshake",
              tried(at, settings(null, negotiation), goal, SHORT));
        }
      }
    }
  }

  /** The first datagram is lost: the repeat after a second is answered. */
  @Test
  void theFirstDatagramIsSentAgain() throws IOException {
    try (Responder server = server()) {
      for (Boolean negotiation : new Boolean[] {false, true}) {
        for (Depth goal : List.of(Depth.HANDSHAKE, Depth.AUTHENTICATED)) {
          try (LossyRelay relay = new LossyRelay(server.address(), 1)) {
            String depth = Boolean.TRUE.equals(negotiation) ? "handshake" : goal.id();
            assertEquals(depth, tried(relay.address(), settings(null, negotiation), goal, AMPLE));
          }
        }
      }
    }
  }

  /** What comes from elsewhere or is garbage neither answers nor ends anything. */
  @Test
  void garbageIsNoAnswer() throws IOException {
    try (DatagramSocket rude = KwikServer.socket()) {
      Thread.ofVirtual().start(() -> answerGarbage(rude));
      InetSocketAddress at = (InetSocketAddress) rude.getLocalSocketAddress();
      for (Depth goal : List.of(Depth.HANDSHAKE, Depth.AUTHENTICATED)) {
        String tried = tried(at, settings(null, null), goal, SHORT);
        assertTrue(tried.startsWith("nothing, "), tried);
      }
    }
  }

  private static void answerGarbage(DatagramSocket socket) {
    Random random = new Random(5);
    try {
      DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
      while (true) {
        packet.setLength(2048);
        socket.receive(packet);
        for (int i = 0; i < 20; i++) {
          byte[] garbage = new byte[random.nextInt(1400) + 1];
          random.nextBytes(garbage);
          socket.send(new DatagramPacket(garbage, garbage.length, packet.getSocketAddress()));
        }
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  /** Nothing of the library outlives its trial, however that ended. */
  @Test
  void noThreadIsLeft() throws Exception {
    try (Responder server = server();
        DatagramSocket silent = KwikServer.socket()) {
      InetSocketAddress nobody = (InetSocketAddress) silent.getLocalSocketAddress();
      tried(server.address(), settings(null, null), Depth.AUTHENTICATED, AMPLE);
      List<String> before = clientThreads();
      try (ExecutorService trials = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<String>> all = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
          InetSocketAddress at = i % 3 == 0 ? nobody : server.address();
          QuicSettings settings = settings(i % 3 == 1 ? "other" : null, null);
          all.add(trials.submit(() -> tried(at, settings, Depth.AUTHENTICATED, AMPLE_SHORT)));
        }
        for (Future<String> one : all) {
          one.get();
        }
      }
      long end = System.nanoTime() + AMPLE.toNanos();
      List<String> after = clientThreads();
      while (after.size() > before.size() && System.nanoTime() < end) {
        Thread.sleep(20);
        after = clientThreads();
      }
      assertTrue(after.size() <= before.size(), () -> "left: " + clientThreads());
    }
  }

  private static final Duration AMPLE_SHORT = Duration.ofSeconds(4);

  /** As kwik names those of a client. */
  private static List<String> clientThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name ->
            name.matches(
                "(receiver\\d|receiver-loop|sender|idle-timer.*|scheduler-.*|callbacks--.*|loss-detection.*)"))
        .sorted()
        .toList();
  }
}
