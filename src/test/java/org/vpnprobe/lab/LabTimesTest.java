package org.vpnprobe.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vpnprobe.lab.LabWorld.AMPLE;
import static org.vpnprobe.lab.LabWorld.SHORT;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.vpnprobe.lab.LabWorld.Carried;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Step;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.RecordedTrial;

/** What goes on for a while, begins later, or makes a flow slow. */
@NullMarked
class LabTimesTest {
  private static final LabWorld WORLD = new LabWorld();
  private static final String NAME = "vpn.lab.example";
  private static final String SILENT = "nothing, generic_timeout_error in handshake";

  @AfterAll
  static void close() {
    WORLD.close();
  }

  @Test
  void blockingOutlastsItsCauseByItsSecondsAtTheLabsPace() {
    // 180 s at pace 90 are 2 s.
    String rule = "rules: [{action: drop, sni: [vpn.lab.example], residual: {seconds: 180%s}}]";
    try (Carried carrier = WORLD.carrier(rule.formatted(""), 90)) {
      assertEquals("answered", neutral(carrier, "vpn.lab.example"));
      assertEquals("port, generic_timeout_error in tls", carrier.tried("tls", SHORT));
      assertEquals("generic_timeout_error in connect", neutral(carrier, "vpn.lab.example"));
      // Another port, another address.
      assertPassed(carrier, "tls-8443", "https", "openvpn-tcp");
      pause(2000);
      assertEquals("answered", neutral(carrier, "vpn.lab.example"));
    }
    try (Carried carrier = WORLD.carrier(rule.formatted(", action: reset"), 90)) {
      assertEquals("port, generic_timeout_error in tls", carrier.tried("tls", SHORT));
      assertEquals("connection_reset in handshake", neutral(carrier, "vpn.lab.example"));
      pause(2000);
      assertEquals("answered", neutral(carrier, "vpn.lab.example"));
    }
  }

  @Test
  void blockingMeetsDatagramsOfEveryKindOnThatPort() {
    String rule =
        "rules: [{action: drop, protocols: [wireguard], residual: {seconds: 180, action: reset}}]";
    try (Carried carrier = WORLD.carrier(rule, 90);
        RecordedTrial trial = carrier.bare(AMPLE)) {
      assertEquals("silence", junk(trial, 51820));
      assertEquals(SILENT, carrier.tried("wireguard", SHORT));
      assertEquals("connection_refused", junk(trial, 51820));
      assertEquals("silence", junk(trial, 51821));
      pause(2000);
      assertEquals("silence", junk(trial, 51820));
    }
  }

  private static String junk(RecordedTrial trial, int port) {
    try {
      InetAddress address = trial.path().resolve("lima.example.net", Family.IP4).getFirst();
      try (Datagrams flow = trial.path().udp(new InetSocketAddress(address, port))) {
        flow.send(new byte[] {9, 9, 9});
        return flow.receive(Duration.ofMillis(100)) == null ? "silence" : "answered";
      }
    } catch (StepFailed e) {
      return e.kind().id();
    }
  }

  @Test
  void blockingOfOneLocalPortLeavesOthersAlone() throws StepFailed {
    String rule =
        "rules: [{action: reset, sni: [vpn.lab.example], residual: {seconds: 180,"
            + " same_source_port: true}}]";
    try (Carried carrier = WORLD.carrier(rule);
        RecordedTrial trial = carrier.bare(AMPLE)) {
      InetAddress address = trial.path().resolve("vpn.lab.example", Family.IP4).getFirst();
      InetSocketAddress server = new InetSocketAddress(address, 443);
      ByteStream first = trial.path().tcp(server);
      assertEquals("connection_reset", written(first, FirstFlightTest.clientHello(NAME)));
      ByteStream same = trial.path().tcp(server, first.local().getPort());
      assertEquals(first.local(), same.local());
      assertEquals("connection_reset", written(same, new byte[] {9}));
      ByteStream other = trial.path().tcp(server, first.local().getPort() + 1);
      assertEquals("answered", written(other, LabWorld.ascii("nothing that TLS knows")));
    }
  }

  private static String written(ByteStream stream, byte[] bytes) {
    try {
      stream.write(bytes);
      stream.read(new byte[10], 0, 10);
      return "answered";
    } catch (StepFailed e) {
      return e.kind().id();
    }
  }

  @Test
  void theFlowThatIsFoundMayPassAndLaterOnesNot() {
    String rule =
        "rules: [{action: drop, protocols: [wireguard, tls], residual: {seconds: 600, first_passes:"
            + " true}}]";
    try (Carried carrier = WORLD.carrier(rule)) {
      for (String name : new String[] {"wireguard", "tls"}) {
        assertEquals("authenticated", carrier.tried(name, AMPLE), name);
      }
      assertEquals(SILENT, carrier.tried("wireguard", SHORT));
      assertEquals("nothing, generic_timeout_error in connect", carrier.tried("tls", SHORT));
      assertPassed(carrier, "openvpn", "amneziawg", "ikev2");
    }
  }

  @Test
  void aFlowFreezesAfterSoManyBytesOrPackets() {
    warmUp();
    try (Carried carrier = WORLD.carrier("rules: [{action: drop, after: {bytes: 16384}}]")) {
      LabWorld.Outcome frozen = frozen(carrier);
      long moved = steps(frozen).mapToLong(step -> step.sent() + step.received()).sum();
      assertTrue(moved > 14_000 && moved <= 16_384, "moved " + moved);
      assertPassed(carrier, "tls", "openvpn", "wireguard", "ikev2");
    }
    try (Carried carrier = WORLD.carrier("rules: [{action: drop, after: {packets: 25}}]")) {
      LabWorld.Outcome frozen = frozen(carrier);
      long moved =
          steps(frozen).mapToLong(step -> step.sentPackets() + step.receivedPackets()).sum();
      // Our goodbye is swallowed.
      assertTrue(moved == 25 || moved == 26, "moved " + moved);
      assertPassed(carrier, "tls", "wireguard", "ikev2");
    }
  }

  /** An answer of 48,000 bytes that does not come to its end. */
  private static LabWorld.Outcome frozen(Carried carrier) {
    LabWorld.Outcome outcome = carrier.outcome("https", Depth.AUTHENTICATED, Duration.ofSeconds(3));
    assertTrue(outcome.text().contains("generic_timeout_error"), outcome.text());
    return outcome;
  }

  private static Stream<Step> steps(LabWorld.Outcome outcome) {
    return outcome.trial().trace.steps().stream();
  }

  /** Loads what takes a while the first time. */
  private static void warmUp() {
    try (Carried carrier = WORLD.carrier("")) {
      assertPassed(carrier, "https");
    }
  }

  @Test
  void aThrottledFlowIsSlowAndOthersAreNot() {
    warmUp();
    // About 53,000 bytes at 1,000 a second of real time: 53 s, 2.6 s at pace 20.
    for (String to : new String[] {", sni: [www.lab.example]", ", to: [www.lab.example]", ""}) {
      try (Carried carrier =
          WORLD.carrier("rules: [{action: throttle, rate: 1000" + to + "}]", 20)) {
        assertTrue(seconds(carrier, "https") > 2.4, to);
        assertPassed(carrier, "wireguard", "tls");
      }
    }
    String other = "rules: [{action: throttle, rate: 1000, sni: [vpn.lab.example]}]";
    try (Carried carrier = WORLD.carrier(other, 20)) {
      // A busy machine may be slow by itself, but not always.
      assertTrue(IntStream.range(0, 3).anyMatch(i -> seconds(carrier, "https") < 2));
    }
  }

  private static double seconds(Carried carrier, String name) {
    LabWorld.Outcome outcome = carrier.outcome(name, Depth.AUTHENTICATED, AMPLE);
    assertEquals("authenticated", outcome.text());
    return steps(outcome).mapToDouble(step -> step.took().toNanos() / 1e9).sum();
  }

  @Test
  void lossesComeInBursts() {
    try (Carried carrier = WORLD.carrier("bursts: {every: 20s, last: 20s}", 100)) {
      int lost = 0;
      int turns = 0;
      boolean before = true;
      for (int i = 0; i < 120; i++) {
        // No time for a second SYN (1 s at pace 100).
        boolean passed = carrier.tried("tcp", Duration.ofMillis(9)).equals("port");
        lost += passed ? 0 : 1;
        turns += passed == before ? 0 : 1;
        before = passed;
        pause(10);
      }
      assertTrue(lost > 10 && lost < 110, "lost " + lost);
      // Independent losses would change about 60 times.
      assertTrue(turns < 40, "turned " + turns);
    }
  }

  /** A byte that says nothing. */
  private static String neutral(Carried carrier, String host) {
    return carrier.sent(host, 443, SHORT, LabWorld.ascii("\r\n\r\n\r\n\r\n"));
  }

  private static void assertPassed(Carried carrier, String... names) {
    for (String name : names) {
      assertEquals("authenticated", carrier.tried(name, AMPLE), name);
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
