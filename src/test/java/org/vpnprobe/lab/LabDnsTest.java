package org.vpnprobe.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vpnprobe.lab.LabWorld.AMPLE;
import static org.vpnprobe.lab.LabWorld.SHORT;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.vpnprobe.lab.LabWorld.Carried;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Resolver;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.RecordedTrial;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What is done to names. */
@NullMarked
class LabDnsTest {
  private static final Resolver ELSEWHERE = Resolver.of("elsewhere", "9.9.9.9");
  private static final LabWorld WORLD = new LabWorld(ELSEWHERE);
  private static final String NAME = "www.lab.example";
  private static final String FORGED = "203.0.113.66";

  @AfterAll
  static void close() {
    WORLD.close();
  }

  @Test
  void aCleanResolverTellsEverythingARealOneTells() throws StepFailed {
    try (Carried carrier = WORLD.carrier("");
        RecordedTrial trial = carrier.bare(AMPLE)) {
      InetAddress address = trial.path().resolve(NAME, Family.IP4).getFirst();
      assertEquals(List.of("noerror " + address.getHostAddress()), trial.observed("dns_answer"));
      assertEquals(List.of(), trial.observed("dns_bogon"));
      assertEquals("dns_nxdomain_error", failure(trial, "nobody.example"));
      assertEquals(List.of("nxdomain"), trial.observed("dns_answer").subList(1, 2));
      assertEquals(1, trial.path().resolve(NAME, Family.IP6).size());
    }
  }

  @Test
  void theCarriersResolverLiesAndOneElsewhereDoesNot() throws StepFailed {
    assertLie("nxdomain: [www.lab.example]", "dns_nxdomain_error");
    assertLie(
        "dns: [{action: poison, names: [www.lab.example], rcode: refused}]", "dns_refused_error");
    assertLie(
        "dns: [{action: poison, names: ['*.lab.example'], rcode: servfail}]", "dns_servfail_error");
    assertLie(
        "dns: [{action: poison, names: [www.lab.example], answer: ['2001::1']}]", "dns_no_answer");
    assertLie(
        "dns: [{action: poison, names: [www.lab.example], answer: [0.0.0.0]}]", "dns_bogon_error");
  }

  private static void assertLie(String yaml, String failure) throws StepFailed {
    try (Carried carrier = WORLD.carrier(yaml);
        Carried other = WORLD.carrier(yaml, ELSEWHERE, 1)) {
      try (RecordedTrial trial = carrier.bare(AMPLE)) {
        assertEquals(failure, failure(trial, NAME), yaml);
        assertEquals(1, trial.path().resolve("tokyo.example.net", Family.IP4).size());
      }
      try (RecordedTrial trial = other.bare(AMPLE)) {
        assertEquals("9.9.9.9:53", trial.path().facts().resolver());
        assertEquals(1, trial.path().resolve(NAME, Family.IP4).size());
      }
      String said = carrier.tried("https", AMPLE);
      assertEquals("nothing, " + failure + " in resolve", said);
      assertEquals("authenticated", carrier.tried("openvpn", AMPLE));
      assertEquals("authenticated", other.tried("https", AMPLE));
    }
  }

  @Test
  void aBogonIsNoted() throws StepFailed {
    String yaml = "dns: [{action: poison, names: [www.lab.example], answer: [10.10.34.34]}]";
    try (Carried carrier = WORLD.carrier(yaml);
        RecordedTrial trial = carrier.bare(AMPLE)) {
      assertEquals(
          List.of(InetAddress.ofLiteral("10.10.34.34")), trial.path().resolve(NAME, Family.IP4));
      assertEquals(List.of("10.10.34.34"), trial.observed("dns_bogon"));
    }
  }

  @Test
  void anInjectedAnswerComesFirstAndTheRightOneLater() throws StepFailed {
    String yaml =
        "latency: 400ms, dns: [{action: inject, names: [www.lab.example], answer: ["
            + FORGED
            + "]}]";
    for (boolean own : new boolean[] {true, false}) {
      try (Carried carrier = own ? WORLD.carrier(yaml) : WORLD.carrier(yaml, ELSEWHERE, 1)) {
        RecordedTrial trial = carrier.bare(AMPLE);
        InetAddress first = trial.path().resolve(NAME, Family.IP4).getFirst();
        double took = trial.trace.elapsed().toNanos() / 1e6;
        assertEquals(InetAddress.ofLiteral(FORGED), first);
        assertTrue(took >= 80 && took < 0.7 * 400, () -> took + " ms");
        assertEquals(List.of(), trial.observed("dns_second_answer"));
        waitFor(trial, 460);
        trial.close();
        String right = trial.observed("dns_second_answer").getFirst();
        assertTrue(right.startsWith("noerror 198.18."), right);
        assertEquals("authenticated", carrier.tried("openvpn", AMPLE));
      }
    }
  }

  @Test
  void anAddressWithoutDnsAnswersOnlyWhereItIsInjected() throws Exception {
    String yaml =
        "latency: 100ms, dns: [{action: inject, names: [www.lab.example], answer: ["
            + FORGED
            + "]}]";
    try (Carried carrier = WORLD.carrier(yaml);
        RecordedTrial trial = carrier.bare(AMPLE)) {
      InetSocketAddress noDns = new InetSocketAddress("198.51.100.7", 53);
      Datagrams asked = trial.path().udp(noDns);
      asked.send(query(NAME));
      assertEquals(FORGED, answer(asked.receive(AMPLE)));
      StepFailed then = assertThrows(StepFailed.class, () -> asked.receive(AMPLE));
      assertEquals("connection_refused", then.kind().id());
      Datagrams innocent = trial.path().udp(noDns);
      innocent.send(query("tokyo.example.net"));
      assertThrows(StepFailed.class, () -> innocent.receive(AMPLE));
    }
  }

  @Test
  void aHijackerAnswersForEverybodyOverUdp() throws Exception {
    String yaml = "dns: [{action: hijack, answer: [198.51.100.99]%s}]";
    InetSocketAddress elsewhere = new InetSocketAddress("9.9.9.9", 53);
    try (Carried carrier = WORLD.carrier(yaml.formatted(""), ELSEWHERE, 1);
        RecordedTrial trial = carrier.bare(AMPLE)) {
      assertEquals(
          List.of(InetAddress.ofLiteral("198.51.100.99")),
          trial.path().resolve("anything.example", Family.IP4));
      Datagrams asked = trial.path().udp(elsewhere);
      asked.send(query(NAME));
      assertEquals("198.51.100.99", answer(asked.receive(AMPLE)));
      assertEquals(null, asked.receive(SHORT));
      assertTrue(overTcp(trial, elsewhere).startsWith("198.18."));
    }
    try (Carried carrier = WORLD.carrier(yaml.formatted(", tcp: true"), ELSEWHERE, 1);
        RecordedTrial trial = carrier.bare(AMPLE)) {
      assertEquals("198.51.100.99", overTcp(trial, elsewhere));
    }
  }

  @Test
  void anyResolverOfTheFileCanBeAsked() throws StepFailed {
    String yaml = "nxdomain: [www.lab.example]";
    Resolver doh = Resolver.of("doh", "https://dns.example/dns-query");
    Resolver none = Resolver.of("server", "198.51.100.7");
    try (Carried carrier = WORLD.carrier(yaml);
        RecordedTrial trial = carrier.bare(AMPLE)) {
      assertEquals("dns_nxdomain_error", failure(trial, NAME));
      assertEquals(1, trial.path().lookup(NAME, Family.IP4, ELSEWHERE, false).size());
      assertEquals(1, trial.path().lookup(NAME, Family.IP4, ELSEWHERE, true).size());
      assertEquals(List.of("9.9.9.9", "9.9.9.9"), trial.observed("dns_resolver"));
      assertEquals("connection_refused", lookedUp(trial, none, false));
      assertEquals("connection_refused", lookedUp(trial, none, true));
      assertEquals("config_error", lookedUp(trial, doh, false));
    }
  }

  private static String lookedUp(RecordedTrial trial, Resolver resolver, boolean tcp) {
    return assertThrows(
            StepFailed.class, () -> trial.path().lookup(NAME, Family.IP4, resolver, tcp))
        .kind()
        .id();
  }

  @Test
  void queriesVanish() throws StepFailed {
    String yaml = "dns: [{action: drop, names: ['*.lab.example']}]";
    try (Carried carrier = WORLD.carrier(yaml)) {
      assertEquals("nothing, generic_timeout_error in resolve", carrier.tried("https", SHORT));
      assertEquals("authenticated", carrier.tried("openvpn", AMPLE));
    }
  }

  @Test
  void aResolverElsewhereIsBehindTheMiddlebox() {
    String yaml = "rules: [{action: drop, transport: udp}]";
    try (Carried carrier = WORLD.carrier(yaml, ELSEWHERE, 1)) {
      assertEquals("nothing, generic_timeout_error in resolve", carrier.tried("tls", SHORT));
    }
    try (Carried carrier = WORLD.carrier("allow_only: [9.9.9.9, vpn.lab.example]", ELSEWHERE, 1)) {
      assertEquals("authenticated", carrier.tried("tls", AMPLE));
    }
  }

  @Test
  void aLostQueryIsSentAgain() {
    try (Carried carrier = WORLD.carrier("loss: 1", ELSEWHERE, 100)) {
      assertEquals("nothing, generic_timeout_error in resolve", carrier.tried("tls", SHORT));
    }
    try (Carried carrier = WORLD.carrier("loss: 0.5", ELSEWHERE, 100)) {
      long found = 0;
      for (int i = 0; i < 40; i++) {
        try (RecordedTrial trial = carrier.bare(Duration.ofSeconds(1))) {
          found += trial.path().resolve(NAME, Family.IP4).size();
        } catch (StepFailed e) {
          assertEquals("generic_timeout_error", e.kind().id());
        }
      }
      // Three tries at a half: seven of eight.
      assertTrue(found >= 28 && found < 40, "found " + found);
    }
  }

  @Test
  void thereIsNoDnsOverHttps() {
    Resolver doh = Resolver.of("doh", "https://dns.example/dns-query");
    assertThrows(InvalidSetting.class, () -> WORLD.carrier("", doh, 1));
  }

  private static void waitFor(RecordedTrial trial, long millis) throws StepFailed {
    ((LabPath) trial.path()).pause(Duration.ofMillis(millis));
  }

  private static String failure(RecordedTrial trial, String name) {
    return assertThrows(StepFailed.class, () -> trial.path().resolve(name, Family.IP4)).kind().id();
  }

  private static byte[] query(String name) throws Exception {
    Name asked = Name.fromString(name, Name.root);
    return Message.newQuery(Record.newRecord(asked, Type.A, DClass.IN)).toWire();
  }

  private static String answer(byte @org.jspecify.annotations.Nullable [] bytes) throws Exception {
    Message message = new Message(bytes);
    assertEquals(Rcode.NOERROR, message.getRcode());
    ARecord record = (ARecord) message.getSection(Section.ANSWER).getFirst();
    return record.getAddress().getHostAddress();
  }

  private static String overTcp(RecordedTrial trial, InetSocketAddress server) throws Exception {
    byte[] query = query(NAME);
    try (ByteStream stream = trial.path().tcp(server)) {
      stream.write(new byte[] {0, (byte) query.length});
      stream.write(query);
      byte[] length = stream.readFully(2);
      return answer(stream.readFully((length[0] & 0xff) << 8 | (length[1] & 0xff)));
    }
  }
}
