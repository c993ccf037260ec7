package org.vpnprobe.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vpnprobe.analysis.simulation.Rehearsed;
import org.vpnprobe.analysis.simulation.Rehearsed.Behaviour;
import org.vpnprobe.analysis.simulation.Rehearsed.Outcome;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Egress;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Observation;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;
import org.vpnprobe.model.Transport;

/** Each gate closes for its own reason, voids what it has to, and leaves the rest alone. */
class GatesTest {
  private static final String MOBILE = "mobile";

  /** Three web servers, two gateways over UDP, a carrier and a control. */
  private static Worlds world() {
    return new Worlds()
        .carrier(MOBILE)
        .control("control")
        .endpoint("web-1", "tls", Transport.TCP, "198.51.100.1:443")
        .endpoint("web-2", "tls", Transport.TCP, "198.51.100.2:443")
        .endpoint("web-3", "tls", Transport.TCP, "198.51.100.3:443")
        .endpoint("wg-4", "wireguard", Transport.UDP, "198.51.100.4:51820")
        .endpoint("wg-5", "wireguard", Transport.UDP, "198.51.100.5:51820");
  }

  private static final Behaviour ALL_ANSWER = (cell, purpose, at) -> Outcome.up(80);

  /** From the carrier fails what this names, with this; all else answers. */
  private static Behaviour failing(String regex, FailureKind kind) {
    return (cell, purpose, at) ->
        cell.vantage().equals(MOBILE) && cell.id().matches(regex)
            ? Outcome.fails(kind)
            : Outcome.up(80);
  }

  private static Map<String, String> rules(Recorded recorded) {
    return rules(List.of(recorded));
  }

  private static Map<String, String> rules(List<Recorded> journals) {
    Map<String, String> rules = new TreeMap<>();
    for (Report.Cell cell : Analyst.report(journals).cells()) {
      if (cell.carrier().equals(MOBILE)) {
        rules.put(cell.id(), cell.rule());
      }
    }
    return rules;
  }

  private static String state(Recorded recorded) {
    return Analyst.report(List.of(recorded)).carriers().stream()
        .filter(carrier -> carrier.name().equals(MOBILE))
        .map(carrier -> carrier.vantage().state())
        .findFirst()
        .orElseThrow();
  }

  private static boolean says(Recorded recorded, Gate gate) {
    return Analyst.report(List.of(recorded)).notes().stream()
        .anyMatch(note -> note.contains(gate.sentence()));
  }

  @Test
  void nothingIsClosedWhereEverythingAnswers() {
    Recorded recorded = world().recorded(ALL_ANSWER);
    assertEquals("ok", state(recorded));
    for (Gate gate : Gate.values()) {
      assertTrue(!says(recorded, gate), gate.id());
    }
  }

  @Test
  void anchorsThatFailHereAloneShowThatTheVantageIsOffline() {
    Recorded recorded =
        world().anchor("web-1").recorded(failing(".*", FailureKind.GENERIC_TIMEOUT_ERROR));
    assertEquals("offline", state(recorded));
    assertTrue(says(recorded, Gate.OFFLINE));
    rules(recorded).values().forEach(rule -> assertEquals(Rule.VANTAGE_ANCHORS.id(), rule));
  }

  @Test
  void noDatagramAtAllIsNobodysBlame() {
    Recorded recorded = world().recorded(failing("wg-.*", FailureKind.GENERIC_TIMEOUT_ERROR));
    assertTrue(says(recorded, Gate.NO_UDP));
    assertEquals(Rule.NO_UDP.id(), rules(recorded).get("wg-4@mobile"));
    assertEquals(Rule.REACHABLE_ANSWERED.id(), rules(recorded).get("web-1@mobile"));
  }

  @Test
  void oneSilentGatewayDoesNotCloseTheGate() {
    Recorded recorded = world().recorded(failing("wg-4.*", FailureKind.GENERIC_TIMEOUT_ERROR));
    assertTrue(!says(recorded, Gate.NO_UDP));
  }

  /** One certificate for every web server of the mobile line, and none that is theirs. */
  private static Recorded behindPortal(Worlds world) {
    return changed(
        world.recorded(failing("web-.*", FailureKind.SSL_UNKNOWN_AUTHORITY)),
        m ->
            m.endpoint().startsWith("web")
                ? seen(
                    m,
                    "tls_certificate_sha256",
                    m.vantage().equals(MOBILE) ? "aa" : "of-" + m.endpoint())
                : m);
  }

  @Test
  void oneCertificateForAllIsAPortal() {
    Recorded recorded = behindPortal(world());
    assertEquals("captive_portal", state(recorded));
    assertEquals(Rule.CAPTIVE_PORTAL.id(), rules(recorded).get("web-2@mobile"));
    // What proves itself by its own key passes the portal.
    assertEquals(Rule.REACHABLE_ANSWERED.id(), rules(recorded).get("wg-4@mobile"));
  }

  /** Its gate was closed while it was measured; that others were measured again opens none. */
  @Test
  void aLaterRunOpensNoGateOfAnEarlierOne() {
    Recorded portal = behindPortal(world());
    Recorded later = world().without("web-3").later(Duration.ofHours(2)).recorded(ALL_ANSWER);
    Map<String, String> rules = rules(List.of(portal, later));
    assertEquals(Rule.CAPTIVE_PORTAL.id(), rules.get("web-3@mobile"));
    assertEquals(Rule.REACHABLE_ANSWERED.id(), rules.get("web-2@mobile"));
  }

  /** And one that closes later takes no answer back. */
  @Test
  void aLaterRunClosesNoGateOfAnEarlierOne() {
    Recorded fine = world().recorded(ALL_ANSWER);
    Recorded later = behindPortal(world().without("web-3").later(Duration.ofHours(2)));
    Map<String, String> rules = rules(List.of(fine, later));
    assertEquals(Rule.REACHABLE_ANSWERED.id(), rules.get("web-3@mobile"));
    assertEquals(Rule.CAPTIVE_PORTAL.id(), rules.get("web-2@mobile"));
  }

  @Test
  void twoForeignCertificatesAreNoPortal() {
    Recorded recorded =
        changed(
            world().recorded(failing("web-.*", FailureKind.SSL_UNKNOWN_AUTHORITY)),
            m ->
                m.endpoint().startsWith("web")
                    ? seen(m, "tls_certificate_sha256", m.vantage() + "-" + m.endpoint())
                    : m);
    assertTrue(!says(recorded, Gate.CAPTIVE_PORTAL));
  }

  @Test
  void anchorsAloneAnsweringMeansACutOrAList() {
    Recorded recorded =
        world()
            .anchor("web-1")
            .recorded(failing("(web-[23]|wg-.*)@.*", FailureKind.GENERIC_TIMEOUT_ERROR));
    assertTrue(says(recorded, Gate.CUT));
    Report.Cell cell =
        Analyst.report(List.of(recorded)).cells().stream()
            .filter(each -> each.id().equals("web-2@mobile"))
            .findFirst()
            .orElseThrow();
    assertTrue(
        cell.cause() == null || cell.cause().equals("allowlist.destination"),
        String.valueOf(cell.cause()));
  }

  @Test
  void familySixIsNotBlamedOnServersWhereItDoesNotWork() {
    Plan plan = withSix(world().plan());
    Recorded recorded =
        new Rehearsed(plan, failing(".*/ip6", FailureKind.NETWORK_UNREACHABLE)).recorded();
    assertTrue(says(recorded, Gate.NO_IP6));
    assertEquals(Rule.NO_IP6.id(), rules(recorded).get("web-1@mobile/ip6"));
    assertEquals(Rule.REACHABLE_ANSWERED.id(), rules(recorded).get("web-1@mobile"));
  }

  @Test
  void throughAnotherTunnelNothingIsSeenOfTheCarrier() {
    Recorded recorded =
        leaving(
            world().recorded(ALL_ANSWER),
            egress(Egress.Moment.START, 64500L, new Egress.Finding("own_tunnel", "tun0")));
    assertEquals("own_tunnel", state(recorded));
    rules(recorded).values().forEach(rule -> assertEquals(Rule.OWN_TUNNEL.id(), rule));
    Report report = Analyst.report(List.of(recorded));
    assertTrue(
        report.cells().stream()
            .filter(cell -> cell.carrier().equals("control"))
            .allMatch(cell -> cell.state() == State.REACHABLE),
        "a control may stand behind a tunnel");
  }

  @Test
  void aNetworkThatChangedIsNotBlamed() {
    Recorded measured = world().recorded(failing("web-2.*", FailureKind.CONNECTION_RESET));
    Recorded same =
        leaving(
            measured,
            egress(Egress.Moment.START, 64500L, null),
            egress(Egress.Moment.END, 64500L, null));
    Recorded other =
        leaving(
            measured,
            egress(Egress.Moment.START, 64500L, null),
            egress(Egress.Moment.END, 64501L, null));
    assertTrue(!says(same, Gate.EGRESS_CHANGED));
    assertTrue(says(other, Gate.EGRESS_CHANGED));
    assertEquals(Rule.EGRESS_CHANGED.id(), rules(other).get("web-2@mobile"));
    assertEquals(Rule.REACHABLE_ANSWERED.id(), rules(other).get("web-1@mobile"));
  }

  @Test
  void byAWrongClockNoCertificateIsJudged() {
    Behaviour behaviour =
        (cell, purpose, at) ->
            cell.endpoint().equals("web-2")
                ? Outcome.fails(FailureKind.SSL_INVALID_CERTIFICATE)
                : Outcome.up(80);
    UnaryOperator<Measurement> years =
        m -> seen(m, "server_clock", m.started().plus(Duration.ofDays(800)).toString());
    Recorded right = world().recorded(behaviour);
    Recorded wrong = changed(right, years);
    assertTrue(!says(right, Gate.CLOCK));
    assertTrue(says(wrong, Gate.CLOCK));
    assertEquals(Rule.WRONG_IDENTITY.id(), rules(right).get("web-2@mobile"));
    assertEquals(Rule.CLOCK.id(), rules(wrong).get("web-2@mobile"));
    Recorded young =
        changed(
            right,
            m -> seen(m, "clock_at_least", m.started().plus(Duration.ofDays(800)).toString()));
    assertEquals(Rule.CLOCK.id(), rules(young).get("web-2@mobile"), "certificates of the future");
  }

  @Test
  void whatNeedsTheRightTimeIsJudgedByItsOwnWindow() {
    Behaviour behaviour =
        (cell, purpose, at) ->
            cell.endpoint().equals("web-2")
                ? Outcome.fails(FailureKind.GENERIC_TIMEOUT_ERROR)
                : Outcome.up(80);
    Recorded recorded = changed(world().recorded(behaviour), m -> seen(m, "clock_window_s", "120"));
    for (int seconds : new int[] {60, 180}) {
      Recorded off =
          changed(
              recorded, m -> seen(m, "server_clock", m.started().plusSeconds(seconds).toString()));
      assertEquals(seconds > 120, Rule.CLOCK.id().equals(rules(off).get("web-2@mobile")));
      Recorded set = changed(recorded, m -> seen(m, "clock_set_s", "-" + seconds));
      assertEquals(seconds > 120, says(set, Gate.CLOCK));
    }
  }

  private static Egress egress(Egress.Moment moment, long asn, Egress.@Nullable Finding finding) {
    return new Egress(
        MOBILE,
        Objects.requireNonNull(world().plan().createdAt()),
        moment,
        Egress.How.INTERFACE,
        null,
        asn,
        null,
        null,
        null,
        finding == null ? List.of() : List.of(finding));
  }

  private static Recorded leaving(Recorded recorded, Egress... egresses) {
    return new Recorded(
        recorded.plan(), recorded.measurements(), recorded.finishedAt(), List.of(egresses));
  }

  private static Recorded changed(Recorded recorded, UnaryOperator<Measurement> change) {
    return new Recorded(
        recorded.plan(),
        recorded.measurements().stream().map(change).toList(),
        recorded.finishedAt());
  }

  private static Measurement seen(Measurement m, String key, String value) {
    return new Measurement(
        m.id(),
        m.cell(),
        m.serves(),
        m.endpoint(),
        m.vantage(),
        m.family(),
        m.purpose(),
        m.round(),
        m.started(),
        m.took(),
        m.address(),
        m.deadline(),
        m.asked(),
        m.reached(),
        m.proof(),
        m.failure(),
        m.latency(),
        m.steps(),
        Stream.concat(
                m.observations().stream(), Stream.of(new Observation(Duration.ZERO, key, value)))
            .toList(),
        m.tainted());
  }

  private static Plan withSix(Plan p) {
    List<CellFacts> cells = new ArrayList<>(p.cells());
    for (CellFacts cell : p.cells()) {
      String id = CellFacts.id(cell.endpoint(), cell.vantage(), Family.IP6);
      cells.add(new CellFacts(id, cell.endpoint(), cell.vantage(), Family.IP6, cell.expected()));
    }
    return new Plan(
        p.schemaVersion(),
        p.runId(),
        p.toolVersion(),
        p.createdAt(),
        p.seed(),
        p.profile(),
        p.pace(),
        p.rehearsal(),
        p.asControl(),
        p.vantages(),
        p.endpoints(),
        cells,
        p.anchors(),
        p.witnesses(),
        p.neighbours(),
        p.events(),
        p.rejected(),
        p.file());
  }
}
