package org.vpnprobe.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vpnprobe.lab.LabWorld.AMPLE;
import static org.vpnprobe.lab.LabWorld.SHORT;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.vpnprobe.lab.LabWorld.Carried;
import org.vpnprobe.model.Depth;

/** What is done to addresses and ports, whatever is sent there. */
@NullMarked
class LabAddressesTest {
  private static final LabWorld WORLD = new LabWorld();
  private static final String SILENT_CONNECT = "nothing, generic_timeout_error in connect";
  private static final String SILENT = "nothing, generic_timeout_error in handshake";

  @AfterAll
  static void close() {
    WORLD.close();
  }

  @Test
  void everythingAnswersThroughACleanCarrier() {
    assertOthersPass("", Set.of());
  }

  @Test
  void aBlackHoleSwallowsEveryPortOfItsAddress() {
    try (Carried carrier = WORLD.carrier("blackhole: [tokyo.example.net]")) {
      assertEquals(SILENT, carrier.tried("openvpn", SHORT));
      assertEquals(SILENT_CONNECT, carrier.tried("openvpn-tcp", SHORT));
    }
    assertOthersPass("blackhole: [tokyo.example.net]", Set.of("openvpn", "openvpn-tcp"));
  }

  @Test
  void aPortIsDroppedOrResetAndItsNeighboursAreNot() {
    String drop = "blackhole: ['tokyo.example.net:443']";
    try (Carried carrier = WORLD.carrier(drop)) {
      assertEquals(SILENT_CONNECT, carrier.tried("openvpn-tcp", SHORT));
    }
    assertOthersPass(drop, Set.of("openvpn-tcp"));
    String reset = "refuse: ['tokyo.example.net:443']";
    try (Carried carrier = WORLD.carrier(reset)) {
      assertEquals("nothing, connection_refused in connect", carrier.tried("openvpn-tcp", AMPLE));
    }
    assertOthersPass(reset, Set.of("openvpn-tcp"));
  }

  @Test
  void aUdpPortIsDroppedAndTheTcpPortOfThatNumberIsNot() {
    String drop = "rules: [{action: drop, transport: udp, to: ['tokyo.example.net:1194']}]";
    try (Carried carrier = WORLD.carrier(drop)) {
      assertEquals(SILENT, carrier.tried("openvpn", SHORT));
      assertEquals("authenticated", carrier.tried("openvpn-1194-tcp", AMPLE));
    }
    assertOthersPass(drop, Set.of("openvpn"));
  }

  @Test
  void allUdpIsDroppedButNamesAreStillFound() {
    String drop = "rules: [{action: drop, transport: udp}]";
    Set<String> datagrams = Set.of("openvpn", "ikev2", "wireguard", "amneziawg");
    try (Carried carrier = WORLD.carrier(drop)) {
      for (String name : datagrams) {
        assertEquals(SILENT, carrier.tried(name, SHORT), name);
      }
    }
    assertOthersPass(drop, datagrams);
  }

  @Test
  void icmpSaysThatItIsProhibited() {
    String rule = "rules: [{action: prohibit, to: [tokyo.example.net, 198.51.100.7]}]";
    try (Carried carrier = WORLD.carrier(rule)) {
      for (String name : List.of("openvpn", "openvpn-tcp", "ikev2")) {
        LabWorld.Outcome outcome = carrier.outcome(name, Depth.AUTHENTICATED, AMPLE);
        String step = name.equals("openvpn-tcp") ? "connect" : "handshake";
        assertEquals("nothing, admin_prohibited in " + step, outcome.text(), name);
        assertEquals(List.of("3/13 from=router"), outcome.trial().observed("icmp"), name);
      }
    }
    assertOthersPass(rule, Set.of("openvpn", "openvpn-tcp", "ikev2"));
  }

  @Test
  void onlyWhatIsListedPasses() {
    String rule = "allow_only: [www.lab.example, '198.51.100.7:4500']";
    try (Carried carrier = WORLD.carrier(rule)) {
      assertEquals("authenticated", carrier.tried("https", AMPLE));
      assertEquals("authenticated", carrier.tried("ikev2", AMPLE));
      assertEquals(SILENT_CONNECT, carrier.tried("tls", SHORT));
      assertEquals(SILENT_CONNECT, carrier.tried("openvpn-tcp", SHORT));
      assertEquals(SILENT, carrier.tried("wireguard", SHORT));
    }
  }

  @Test
  void aResetOfASynComesAfterARoundTripOrIsInjected() {
    String to = "to: ['tokyo.example.net:443']";
    try (Carried hop = WORLD.carrier("latency: 400ms, rules: [{action: reset, " + to + "}]");
        Carried injector =
            WORLD.carrier("latency: 400ms, rules: [{action: reset, inject: true, " + to + "}]")) {
      LabWorld.Outcome fromHop = hop.outcome("openvpn-tcp", Depth.PORT, AMPLE);
      LabWorld.Outcome injected = injector.outcome("openvpn-tcp", Depth.PORT, AMPLE);
      assertEquals("nothing, connection_refused in connect", fromHop.text());
      assertEquals("nothing, connection_refused in connect", injected.text());
      assertTrue(fromHop.afterMillis() >= 400, () -> fromHop.afterMillis() + " ms");
      assertTrue(injected.afterMillis() >= 80, () -> injected.afterMillis() + " ms");
      assertTrue(injected.afterMillis() < 0.7 * 400, () -> injected.afterMillis() + " ms");
    }
  }

  @Test
  void nothingPassesOfflineNotEvenNames() {
    try (Carried carrier = WORLD.carrier("offline: true")) {
      assertEquals("nothing, generic_timeout_error in resolve", carrier.tried("tls", SHORT));
      assertEquals(SILENT, carrier.tried("ikev2", SHORT));
    }
  }

  private static void assertOthersPass(String yaml, Set<String> but) {
    try (Carried carrier = WORLD.carrier(yaml)) {
      for (String name : LabWorld.ALL) {
        if (!but.contains(name)) {
          String deepest = name.equals("tcp") ? "port" : "authenticated";
          assertEquals(deepest, carrier.tried(name, AMPLE), name);
        }
      }
    }
  }
}
