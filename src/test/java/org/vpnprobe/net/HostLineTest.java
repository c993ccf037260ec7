package org.vpnprobe.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostLineTest {
  @ParameterizedTest
  @CsvSource({
    "wwan0, false, MODEM",
    "wwan0, true, MODEM", // A raw-IP modem has the type of a tunnel.
    "wwp0s20f0u6i4, false, MODEM",
    "ppp0, true, MODEM",
    "usb0, false, MODEM",
    "rmnet_data0, true, MODEM",
    "wlan0, false, WIRELESS",
    "wlp2s0, false, WIRELESS",
    "eth0, false, WIRED",
    "enp3s0, false, WIRED",
    "enx0c5b8f279a64, false, WIRED",
    "en0, false, WIRED",
    "tun0, true, TUNNEL",
    "wg0, true, TUNNEL",
    "docker0, false, BRIDGE",
    "br-4f2a, false, BRIDGE",
    "virbr0, false, BRIDGE",
    "veth12ab, false, BRIDGE",
    "ifb0, false, BRIDGE",
    "sit0, false, OTHER"
  })
  void itsNameSaysWhatItIs(String name, boolean tunnel, HostLine.Kind kind) {
    assertEquals(kind, HostLine.kind(name, tunnel));
  }

  @Test
  void onlyLinesOfCarriersAreCandidates() throws Exception {
    List<InetAddress> some = List.of(InetAddress.ofLiteral("192.0.2.1"));
    assertTrue(new HostLine("wwan0", HostLine.Kind.MODEM, true, some).couldBeACarrier());
    assertFalse(new HostLine("wg0", HostLine.Kind.TUNNEL, true, some).couldBeACarrier());
    assertFalse(new HostLine("docker0", HostLine.Kind.BRIDGE, false, some).couldBeACarrier());
  }

  /** Those of this host: up, with an address that leads somewhere, and no loopback. */
  @Test
  void theHostsOwnAreThere() throws Exception {
    for (HostLine line : HostLine.all()) {
      NetworkInterface found = NetworkInterface.getByName(line.name());
      assertTrue(found.isUp() && !found.isLoopback(), line.name());
      assertFalse(line.addresses().isEmpty(), line.name());
      assertTrue(line.addresses().stream().noneMatch(InetAddress::isLinkLocalAddress), line.name());
    }
  }
}
