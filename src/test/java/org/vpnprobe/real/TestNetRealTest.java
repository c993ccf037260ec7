package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The fixture itself: packets cross, rules bite one client only, nothing is left behind. */
@Tag("real")
class TestNetRealTest {
  @BeforeAll
  static void needs() {
    Needs.programs("ping");
  }

  @Test
  void aRuleBitesItsOwnClientOnly() {
    String namespace;
    try (TestNet net = TestNet.with("control", "mobile")) {
      namespace = net.server();
      net.interfere("mobile", "ip daddr 10.90.0.2 drop");
      for (String to : new String[] {"10.90.0.1", "fd90::1"}) {
        net.exec(net.client("control"), "ping", "-c1", "-W2", to);
        net.exec(net.client("mobile"), "ping", "-c1", "-W2", to);
      }
      net.exec(net.client("control"), "ping", "-c1", "-W2", "10.90.0.2");
      assertThrows(
          AssertionError.class,
          () -> net.exec(net.client("mobile"), "ping", "-c1", "-W1", "10.90.0.2"));
    }
    assertTrue(!new java.io.File("/run/netns/" + namespace).exists());
  }
}
