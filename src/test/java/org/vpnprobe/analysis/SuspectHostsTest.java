package org.vpnprobe.analysis;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.Family;

/** Whose address another's experiments leave alone. */
class SuspectHostsTest {
  private static CellFacts cell(String endpoint, String line) {
    return new CellFacts(endpoint + "@" + line, endpoint, line, Family.IP4, Expectation.REACHABLE);
  }

  @Test
  void whoAnswersAfterAFailedScreeningIsNoSuspectAnyMore() {
    SuspectHosts hosts = new SuspectHosts();
    hosts.failed(cell("a", "hop"), "192.0.2.1");
    hosts.failed(cell("b", "hop"), "192.0.2.1");
    assertTrue(hosts.at("hop", "192.0.2.1"));
    assertFalse(hosts.at("cut", "192.0.2.1"), "each line by itself");
    hosts.answered(cell("a", "hop"));
    hosts.answered(cell("a", "hop"));
    hosts.answered(cell("b", "cut"));
    assertTrue(hosts.at("hop", "192.0.2.1"), "the other cell there is a suspect still");
    hosts.answered(cell("b", "hop"));
    assertFalse(hosts.at("hop", "192.0.2.1"));
  }
}
