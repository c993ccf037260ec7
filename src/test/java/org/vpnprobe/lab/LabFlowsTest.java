package org.vpnprobe.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vpnprobe.lab.LabWorld.AMPLE;
import static org.vpnprobe.lab.LabWorld.SHORT;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.vpnprobe.lab.LabWorld.Carried;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Interference;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.RecordedTrial;

/** What is done to protocols, to the first packets of their flows and to later ones. */
@NullMarked
class LabFlowsTest {
  private static final LabWorld WORLD = new LabWorld();
  private static final String SILENT = "nothing, generic_timeout_error in handshake";
  private static final String SILENT_TCP = "port, generic_timeout_error in handshake";

  @AfterAll
  static void close() {
    WORLD.close();
  }

  @Test
  void openVpnIsDroppedOrResetAtItsFirstPacket() {
    try (Carried carrier = WORLD.carrier("drop: [openvpn]")) {
      assertEquals(SILENT, carrier.tried("openvpn", SHORT));
      assertEquals(SILENT_TCP, carrier.tried("openvpn-tcp", SHORT));
      assertPassed(carrier, "tls", "wireguard", "ikev2");
    }
    try (Carried carrier = WORLD.carrier("reset: [openvpn]")) {
      assertEquals("nothing, connection_refused in handshake", carrier.tried("openvpn", AMPLE));
      assertEquals("port, connection_reset in handshake", carrier.tried("openvpn-tcp", AMPLE));
      assertPassed(carrier, "tls", "wireguard", "ikev2");
    }
  }

  @Test
  void openVpnIsDroppedOrResetAtALaterPacket() {
    String after = "rules: [{action: %s, protocols: [openvpn], after: {packets: 4}}]";
    try (Carried carrier = WORLD.carrier(after.formatted("drop"))) {
      String datagrams = carrier.tried("openvpn", Duration.ofSeconds(2));
      assertTrue(datagrams.startsWith("handshake, "), datagrams);
      String stream = carrier.tried("openvpn-tcp", Duration.ofSeconds(2));
      assertTrue(stream.startsWith("handshake, "), stream);
      assertPassed(carrier, "tls", "wireguard", "ikev2");
    }
    try (Carried carrier = WORLD.carrier(after.formatted("reset"))) {
      String stream = carrier.tried("openvpn-tcp", AMPLE);
      assertTrue(stream.startsWith("handshake, connection_reset in "), stream);
      assertPassed(carrier, "tls", "wireguard", "ikev2");
    }
  }

  @Test
  void wireGuardAndIkeAreDropped() {
    try (Carried carrier = WORLD.carrier("drop: [wireguard]")) {
      assertEquals(SILENT, carrier.tried("wireguard", SHORT));
      assertPassed(carrier, "amneziawg", "openvpn", "ikev2", "tls");
    }
    try (Carried carrier = WORLD.carrier("drop: [ikev2]")) {
      assertEquals(SILENT, carrier.tried("ikev2", SHORT));
      assertPassed(carrier, "wireguard", "openvpn", "tls");
    }
  }

  @Test
  void junkFirstSavesAFlowOfWhichOnlyTheFirstPacketIsLookedAt() throws StepFailed {
    String rule = "rules: [{action: reset, protocols: [wireguard]%s}]";
    try (Carried careless = WORLD.carrier(rule.formatted(", first_packet_only: true"));
        Carried careful = WORLD.carrier(rule.formatted(""))) {
      assertEquals("connection_refused", sent(careless, 0));
      assertEquals("silence", sent(careless, 2));
      assertEquals("connection_refused", sent(careful, 0));
      assertEquals("connection_refused", sent(careful, 2));
      assertPassed(careless, "amneziawg", "openvpn");
    }
  }

  /** What comes of something like a WireGuard initiation after some junk, on one flow. */
  private static String sent(Carried carrier, int junk) throws StepFailed {
    byte[] initiation = new byte[148];
    initiation[0] = 1;
    return sent(carrier, junk, initiation);
  }

  private static String sent(Carried carrier, int junk, byte[] datagram) throws StepFailed {
    try (RecordedTrial trial = carrier.bare(AMPLE)) {
      Datagrams flow =
          trial
              .path()
              .udp(
                  new InetSocketAddress(
                      trial.path().resolve("lima.example.net", Family.IP4).getFirst(), 51820));
      for (int i = 0; i < junk; i++) {
        flow.send(new byte[] {9, 9, 9});
      }
      flow.send(datagram);
      assertEquals(null, flow.receive(Duration.ofMillis(100)));
      return "silence";
    } catch (StepFailed e) {
      return e.kind().id();
    }
  }

  @Test
  void quicIsFoundByTheNameInItsInitial() throws StepFailed {
    byte[] initial = QuicInitialTest.sample();
    String rule = "rules: [{action: reset, protocols: [quic], sni: [%s]}]";
    try (Carried blocked = WORLD.carrier(rule.formatted("example.com"));
        Carried other = WORLD.carrier(rule.formatted("other.example"));
        Carried tls = WORLD.carrier("reset_sni: [example.com]");
        Carried all = WORLD.carrier("reset: [quic]")) {
      assertEquals("connection_refused", sent(blocked, 0, initial));
      assertEquals("silence", sent(other, 0, initial));
      assertEquals("silence", sent(tls, 0, initial));
      assertEquals("connection_refused", sent(all, 0, initial));
    }
  }

  @Test
  void theServerReceivesWhatIsOnlyDroppedOnItsWayBack() throws StepFailed {
    try (Carried carrier =
        WORLD.carrier("rules: [{action: drop_replies, to: [lima.example.net, vpn.lab.example]}]")) {
      assertEquals(SILENT, carrier.tried("wireguard", SHORT));
      assertEquals("nothing, generic_timeout_error in connect", carrier.tried("tls", SHORT));
      assertPassed(carrier, "openvpn", "https", "ikev2");
    }
    try (Carried carrier = WORLD.carrier("rules: [{action: drop_replies, protocols: [ikev2]}]");
        RecordedTrial trial = carrier.bare(AMPLE)) {
      LabDatagrams flow =
          (LabDatagrams) trial.path().udp(new InetSocketAddress("198.51.100.7", 4500));
      byte[] init = new byte[32 + 4];
      init[4] = 1;
      init[4 + 17] = 0x20;
      init[4 + 18] = 34;
      init[4 + 27] = 32;
      flow.send(init);
      assertEquals(null, flow.receive(Duration.ofMillis(200)));
      assertTrue(flow.delivered() >= init.length, "nothing reached the server");
    }
  }

  @Test
  void aTunnelComesUpAndDiesAfterSomeDataPackets() {
    assertEquals("tunnel", tunnel("", "wireguard"));
    for (String protocol : new String[] {"wireguard", "openvpn"}) {
      String rule = "rules: [{action: drop, protocols: [%s], after: {data_packets: %d}}]";
      String dead = tunnel(rule.formatted(protocol, 0), protocol);
      assertTrue(dead.startsWith("authenticated, ") && dead.endsWith(" in tunnel"), dead);
      assertEquals("tunnel", tunnel(rule.formatted(protocol, 9), protocol));
    }
  }

  private static String tunnel(String yaml, String name) {
    try (Carried carrier = WORLD.carrier(yaml)) {
      return carrier.outcome(name, Depth.TUNNEL, Duration.ofSeconds(3)).text();
    }
  }

  @Test
  void rulesAddUp() {
    String mixture =
        "latency: 20ms, drop: [wireguard], refuse: ['tokyo.example.net:443'], nxdomain:"
            + " [alt.lab.example], rules: [{action: reset, sni: [vpn.lab.example], residual:"
            + " {seconds: 180}}, {action: prohibit, to: ['tokyo.example.net:1194']}]";
    try (Carried carrier = WORLD.carrier(mixture)) {
      assertEquals(SILENT, carrier.tried("wireguard", SHORT));
      assertEquals("nothing, connection_refused in connect", carrier.tried("openvpn-tcp", AMPLE));
      assertEquals("nothing, admin_prohibited in handshake", carrier.tried("openvpn", AMPLE));
      assertEquals("port, connection_reset in tls", carrier.tried("tls", AMPLE));
      assertEquals("connection_reset in handshake", neutral(carrier, "vpn.lab.example"));
      assertEquals("nothing, dns_nxdomain_error in resolve", carrier.tried("tls-8443", AMPLE));
      assertPassed(carrier, "https", "ikev2", "amneziawg");
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

  @Test
  void sshIsFoundByTheServersBannerToo() {
    Middlebox middlebox =
        new Middlebox(
            LabWorld.interference("drop: [ssh]"),
            new LabNetwork(List.of()),
            new Line(Interference.NONE, 1, 1));
    InetSocketAddress server = new InetSocketAddress("192.0.2.22", 22);
    FlowWatch ssh = middlebox.watch(Transport.TCP, server, 50_000);
    assertEquals(Effect.DROP, ssh.server(LabWorld.ascii("SSH-2.0-OpenSSH_9.9\r\n")));
    assertEquals(Effect.DROP, ssh.effect());
    FlowWatch mail = middlebox.watch(Transport.TCP, server, 50_001);
    assertEquals(Effect.PASS, mail.server(LabWorld.ascii("220 mail.example SSH-2.0\r\n")));
    assertEquals(Effect.PASS, mail.client(LabWorld.ascii("EHLO a.example\r\n")));
  }
}
