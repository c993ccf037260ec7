package org.vpnprobe.analysis.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vpnprobe.analysis.Rule;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.State;
import org.vpnprobe.report.SampleReport;

class ChangesTest {
  private static String changes(String before, String after) {
    return Changes.between(Sights.report(0, before), Sights.report(1, after)).changes().stream()
        .map(change -> change.kind().id() + " " + change.cell())
        .reduce((a, b) -> a + ", " + b)
        .orElse("");
  }

  /** Every way from one standing to another. */
  @ParameterizedTest
  @CsvSource({
    // from,   ok,        degraded, fails,   blocked,       down, refused, offline
    "ok,       -,         degraded, failing, newly_blocked, down, config_error, -",
    "degraded, recovered, -,        failing, newly_blocked, down, config_error, -",
    "fails,    recovered, degraded, -,       newly_blocked, down, config_error, -",
    "blocked,  recovered, degraded, -,       -,             down, config_error, -",
    "down,     recovered, degraded, -,       newly_blocked, -,    config_error, -",
    "refused,  recovered, degraded, -,       newly_blocked, down, -,       -",
    "offline,  -,         degraded, failing, newly_blocked, down, config_error, -",
  })
  void fromOneStandingToAnother(
      String from,
      String ok,
      String degraded,
      String fails,
      String blocked,
      String down,
      String refused,
      String offline) {
    List<String> to = List.of("ok", "degraded", "fails", "blocked", "down", "refused", "offline");
    List<String> kinds = List.of(ok, degraded, fails, blocked, down, refused, offline);
    for (int i = 0; i < to.size(); i++) {
      String expected = kinds.get(i).equals("-") ? "" : kinds.get(i) + " a@mobile";
      assertEquals(expected, changes("a=" + from, "a=" + to.get(i)), from + " to " + to.get(i));
    }
  }

  @Test
  void surerIsNoChange() {
    assertEquals("", changes("a=likely", "a=blocked"));
    assertEquals("", changes("a=blocked:tls.reset.sni", "a=likely"));
    assertEquals("", changes("a=impaired", "a=fails"));
    assertEquals("", changes("a=blocked", "a=impaired"), "less is known, and it still fails");
  }

  @ParameterizedTest
  @CsvSource({
    "tls.reset.other,              tls.reset.sni,                true",
    "tls.reset.other,              tls.timeout.sni,              false",
    "tls.reset.sni,                tls.reset.any_clienthello,    false",
    "tcp.reset,                    tcp.reset.any_data,           true",
    "tcp.reset,                    tcp.resetting,                false",
    "udp.timeout,                  vpn.wireguard.drop.handshake, true",
    "udp.timeout,                  udp.all_blocked,              true",
    "udp.timeout,                  ip.blackhole,                 true",
    "udp.timeout,                  vpn.wireguard.reset,          false",
    "tcp.timeout,                  tcp.port_blocked,             true",
    "tcp.timeout,                  tcp.reset,                    false",
    "vpn.wireguard.drop.handshake, udp.port_blocked,             false",
    "flow.throttle,                flow.freeze,                  false",
  })
  void aCauseFoundOutMoreDeeplyIsTheSame(String one, String other, boolean same) {
    String changed = same ? "" : "changed_cause a@mobile";
    assertEquals(changed, changes("a=blocked:" + one, "a=blocked:" + other));
    assertEquals(changed, changes("a=blocked:" + other, "a=blocked:" + one));
    assertEquals(changed, changes("a=degraded:" + one, "a=degraded:" + other));
    assertEquals("", changes("a=blocked:" + one, "a=blocked"));
    assertEquals("", changes("a=blocked", "a=blocked:" + one));
  }

  @Test
  void theDeeperCauseIsKept() {
    assertEquals("tls.reset.sni", Causes.deeper("tls.reset.sni", "tls.reset.other"));
    assertEquals("tls.reset.sni", Causes.deeper("tls.reset.other", "tls.reset.sni"));
    assertEquals("ip.blackhole", Causes.deeper("ip.blackhole", "udp.timeout"));
    assertEquals("flow.freeze", Causes.deeper("flow.throttle", "flow.freeze"));
    assertEquals("tcp.reset", Causes.deeper("tcp.reset", null));
    assertNull(Causes.deeper(null, null));
  }

  @Test
  void theMostUrgentComesFirst() {
    assertEquals(
        "newly_blocked c@mobile, newly_blocked d@mobile, recovered a@mobile, new e@mobile, gone"
            + " b@mobile",
        changes("a=down b=ok c=ok d=fails", "a=ok c=blocked d=likely e=ok"));
  }

  @Test
  void whatCouldNotBeJudgedIsCountedAndIsNoChange() {
    Changes changes =
        Changes.between(
            Sights.report(0, "a=ok b=blocked c=unknown d=ok"),
            Sights.report(1, "a=offline b=unknown c=offline d=ok"));
    assertTrue(changes.isEmpty());
    assertEquals(List.of("a@mobile", "b@mobile"), changes.undecided());
    assertEquals(4, changes.compared());
  }

  @Test
  void aReportHasNotChangedSinceItself() {
    Snapshot report = Snapshot.of(SampleReport.mixed());
    Changes changes = Changes.between(report, report);
    assertTrue(changes.isEmpty());
    assertEquals(4, changes.compared());
    assertEquals(List.of(), changes.undecided());
  }

  /** An insufficient cell either failed, or nothing is known: told by the rule that decided. */
  @Test
  void everyRuleHasAStanding() {
    for (Rule rule : Rule.values()) {
      Standing standing = Standing.of(rule.state(), rule.id(), 4, Expectation.ANY, true);
      Standing expected =
          switch (rule) {
            case REACHABLE_ANSWERED, REACHABLE_TWICE -> Standing.ANSWERS;
            case BLOCKED, BLOCKED_NAME, LIKELY_NAME, CONTRAST, EXPERIMENT, PERSISTENCE, MITM ->
                Standing.BLOCKED;
            case DEGRADED, DEGRADED_DATA -> Standing.DEGRADED;
            case DOWN -> Standing.DOWN;
            case SETTINGS, REFUSED, WRONG_IDENTITY -> Standing.REFUSED;
            case IMPAIRED,
                IMPAIRED_WITNESSES,
                IMPAIRED_OWN_KEYS,
                IMPAIRED_MTU,
                IMPAIRED_NAME,
                PROBABILISTIC ->
                Standing.FAILS;
            case QUICK,
                DEADLINE,
                SHARED_PORT,
                NO_CONTROL,
                NO_WITNESS,
                NOT_SIGNIFICANT,
                CONTROL_FAILED ->
                Standing.FAILS;
            case SECOND_FLOW,
                NOT_TRIED,
                KEYS_MISSING,
                VANTAGE_FAILED,
                VANTAGE_ANCHORS,
                CAPTIVE_PORTAL,
                OWN_TUNNEL,
                NO_IP6,
                NO_UDP,
                NO_RESOLVER,
                EGRESS_CHANGED,
                CLOCK ->
                Standing.UNDECIDED;
          };
      assertEquals(expected, standing, rule.id());
    }
  }

  @Test
  void aLineThatWasBadTellsNothing() {
    String rule = "insufficient.not_significant";
    assertEquals(
        Standing.UNDECIDED, Standing.of(State.INSUFFICIENT, rule, 0, Expectation.ANY, true));
    assertEquals(
        Standing.UNDECIDED, Standing.of(State.INSUFFICIENT, rule, 0, Expectation.REACHABLE, null));
    assertEquals(
        Standing.FAILS, Standing.of(State.INSUFFICIENT, rule, 2, Expectation.REACHABLE, false));
    assertEquals(
        Standing.UNDECIDED,
        Standing.of(
            State.INSUFFICIENT, "insufficient.of_a_later_version", 4, Expectation.ANY, true));
    assertFalse(Standing.UNDECIDED.silent());
  }
}
