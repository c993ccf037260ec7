package org.vpnprobe.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vpnprobe.analysis.Worlds.Odd;
import org.vpnprobe.analysis.simulation.Rehearsed.Behaviour;
import org.vpnprobe.analysis.simulation.Rehearsed.Details;
import org.vpnprobe.analysis.simulation.Rehearsed.Outcome;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Observation;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;

/** Each rule of design §4a.6, seen from a run in which it has to decide. */
class RulesTest {
  private static final String A = "a@mobile";

  private static Report.Cell cell(Map<String, Report.Cell> cells, String id) {
    return Objects.requireNonNull(cells.get(id), id);
  }

  private static void decides(Rule rule, Map<String, Report.Cell> cells, String id) {
    assertEquals(rule.id(), cell(cells, id).rule(), () -> cell(cells, id).toString());
    assertEquals(rule.state(), cell(cells, id).state());
  }

  @Test
  void whatAnswersIsReachable() {
    Map<String, Report.Cell> cells = Worlds.usual().cells((c, p, at) -> Outcome.up(80));
    assertEquals(10, cells.size());
    cells.keySet().forEach(id -> decides(Rule.REACHABLE_ANSWERED, cells, id));
    assertEquals(Boolean.TRUE, cell(cells, A).asExpected());
    assertNotNull(cell(cells, A).latency());
  }

  @Test
  void silenceHereAloneIsLikelyBlockedWhereSomethingElseOnTheAddressAnswers() {
    Map<String, Report.Cell> cells = Worlds.usual().cells(Worlds.silent(A));
    decides(Rule.CONTRAST, cells, A);
    assertTrue(cell(cells, A).counted() >= 4);
    assertTrue(Objects.requireNonNull(cell(cells, A).pValue()) <= 0.001);
    assertEquals(Boolean.FALSE, cell(cells, A).asExpected());
    decides(Rule.REACHABLE_ANSWERED, cells, "a@control");
    decides(Rule.REACHABLE_ANSWERED, cells, "a-port@mobile");
  }

  @Test
  void aNamedNeighbourIsContrastToo() {
    Worlds world = Worlds.usual().without("a-port").neighbour("a", "b");
    decides(Rule.CONTRAST, world.cells(Worlds.silent(A)), A);
  }

  @Test
  void withoutContrastItIsImpaired() {
    Map<String, Report.Cell> cells = Worlds.usual().without("a-port").cells(Worlds.silent(A));
    decides(Rule.IMPAIRED, cells, A);
    assertEquals(List.of("route_fault", "server_filter"), cell(cells, A).notExcluded());
  }

  @Test
  void aRefusedLoginIsNoBlockThoughTheControlsIsAccepted() {
    Map<String, Report.Cell> cells =
        Worlds.usual()
            .cells((cell, purpose, at) ->
                cell.id().equals(A) ? Outcome.fails(FailureKind.AUTH_REJECTED) : Outcome.up(80));
    decides(Rule.REFUSED, cells, A);
    assertTrue(cell(cells, A).advice().contains("this vantage"));
  }

  @Test
  void withoutAControlNobodyIsBlamed() {
    decides(Rule.NO_CONTROL, Worlds.alone().cells(Worlds.silent(A)), A);
  }

  @Test
  void withoutAWitnessNothingIsSaid() {
    Worlds world = Worlds.usual().without("b").without("c").without("d");
    decides(Rule.NO_WITNESS, world.cells(Worlds.silent(A)), A);
  }

  @Test
  void oneWitnessIsTooFewUnlessTheUserNamedIt() {
    Worlds one = Worlds.usual().without("c").without("d");
    decides(Rule.IMPAIRED_WITNESSES, one.cells(Worlds.silent(A)), A);
    Worlds named = Worlds.usual().without("c").without("d").witness("b");
    decides(Rule.CONTRAST, named.cells(Worlds.silent(A)), A);
  }

  /** Where the whole protocol is silent, witnesses of its transport speak. */
  @Test
  void witnessesMayBeOfTheSameTransport() {
    Worlds world =
        Worlds.usual()
            .endpoint("e", "ikev2", Transport.UDP, "198.51.100.5:500")
            .endpoint("f", "ikev2", Transport.UDP, "198.51.100.6:500");
    Map<String, Report.Cell> cells =
        world.cells((c, p, at) ->
            c.vantage().equals("mobile") && List.of("a", "b", "c", "d").contains(c.endpoint())
                ? Outcome.silent(15_000)
                : Outcome.up(80));
    decides(Rule.CONTRAST, cells, A);
    decides(Rule.IMPAIRED, cells, "b@mobile");
  }

  @Test
  void aSuccessAtAnyTimeEndsTheSuspicion() {
    Behaviour late =
        (c, p, at) -> c.id().equals(A) && at < 130_000 ? Outcome.silent(15_000) : Outcome.up(80);
    decides(Rule.REACHABLE_ANSWERED, Worlds.usual().cells(late), A);
  }

  @Test
  void whatNobodyReachesIsDown() {
    Map<String, Report.Cell> cells =
        Worlds.usual()
            .cells(
                (c, p, at) -> c.endpoint().equals("a") ? Outcome.silent(15_000) : Outcome.up(80));
    decides(Rule.DOWN, cells, A);
    decides(Rule.DOWN, cells, "a@control");
    assertTrue(cell(cells, A).advice().contains("wrong"), "a silent protocol: off, or wrong keys");
  }

  /** A control that reaches nothing at all knows nothing. */
  @Test
  void anOfflineControlDoesNotMakeServersDown() {
    Map<String, Report.Cell> cells =
        Worlds.usual()
            .cells((c, p, at) ->
                c.vantage().equals("control") || c.id().equals(A)
                    ? Outcome.silent(15_000)
                    : Outcome.up(80));
    assertEquals(State.INSUFFICIENT, cell(cells, A).state());
    decides(Rule.CONTROL_FAILED, cells, "b@control");
  }

  @Test
  void aRefusalByTheServerIsOurMistake() {
    Behaviour refuses =
        (c, p, at) ->
            c.endpoint().equals("a") ? Outcome.fails(FailureKind.AUTH_REJECTED) : Outcome.up(80);
    Map<String, Report.Cell> cells = Worlds.usual().cells(refuses);
    decides(Rule.REFUSED, cells, A);
    decides(Rule.REFUSED, cells, "a@control");
    decides(Rule.REFUSED, Worlds.alone().cells(refuses), A);
  }

  @Test
  void aWrongCertificateEverywhereIsOurMistake() {
    Behaviour wrong =
        (c, p, at) ->
            c.endpoint().equals("a")
                ? Outcome.fails(FailureKind.SSL_UNKNOWN_AUTHORITY)
                : Outcome.up(80);
    decides(Rule.WRONG_IDENTITY, Worlds.usual().cells(wrong), A);
    decides(Rule.NO_CONTROL, Worlds.alone().cells(wrong), A);
  }

  @Test
  void aWrongCertificateHereAloneIsAManInTheMiddle() {
    Map<String, Report.Cell> cells =
        Worlds.usual()
            .cells((c, p, at) ->
                c.id().equals(A)
                    ? Outcome.fails(FailureKind.SSL_UNKNOWN_AUTHORITY)
                    : Outcome.up(80));
    decides(Rule.MITM, cells, A);
    assertEquals("tls.mitm", cell(cells, A).cause());
  }

  @Test
  void lessDeepThanFromTheControlIsDegraded() {
    Map<String, Report.Cell> cells =
        Worlds.usual()
            .cells((c, p, at) ->
                c.id().equals(A)
                    ? new Outcome(FailureKind.GENERIC_TIMEOUT_ERROR, Depth.HANDSHAKE, 15_000)
                    : Outcome.up(80));
    decides(Rule.DEGRADED, cells, A);
    assertEquals(Depth.HANDSHAKE, cell(cells, A).depth());
  }

  @Test
  void missingKeysAreNeverABlock() {
    Map<String, Report.Cell> cells =
        Worlds.usual().odd("a", Odd.KEYLESS).cells((c, p, at) -> Outcome.up(80));
    decides(Rule.KEYS_MISSING, cells, A);
    assertEquals(0, cell(cells, A).trials());
    assertNull(cell(cells, A).asExpected());
  }

  @Test
  void aHurriedUserBlamesNobody() {
    decides(Rule.DEADLINE, Worlds.usual().odd("a", Odd.HURRIED).cells(Worlds.silent(A)), A);
  }

  @Test
  void residualBlockingNeedsASecondFlow() {
    Worlds world = Worlds.usual().odd("a", Odd.RESIDUAL);
    decides(Rule.REACHABLE_TWICE, world.cells((c, p, at) -> Outcome.up(80)), A);
    Behaviour once =
        (c, p, at) ->
            c.id().equals(A) && p != Purpose.SCREENING ? Outcome.silent(15_000) : Outcome.up(80);
    Map<String, Report.Cell> cells = world.cells(once);
    decides(Rule.SECOND_FLOW, cells, A);
    assertEquals(1 + SecondFlow.MOST, cell(cells, A).trials());
  }

  @Test
  void aSecondFlowThatIsLostIsLookedForAgain() {
    Worlds world = Worlds.usual().odd("a", Odd.RESIDUAL);
    List<Purpose> tried = new ArrayList<>();
    Behaviour lossy =
        (c, p, at) -> {
          if (!c.id().equals(A)) {
            return Outcome.up(80);
          }
          tried.add(p);
          return tried.size() == 2 ? Outcome.silent(15_000) : Outcome.up(80);
        };
    decides(Rule.REACHABLE_TWICE, world.cells(lossy), A);
    assertEquals(List.of(Purpose.SCREENING, Purpose.REPEAT, Purpose.REPEAT), tried);
  }

  @Test
  void aSuspectThatRecoversStillNeedsItsSecondFlow() {
    Worlds world = Worlds.usual().odd("a", Odd.RESIDUAL);
    List<Purpose> tried = new ArrayList<>();
    Behaviour late =
        (c, p, at) -> {
          if (!c.id().equals(A)) {
            return Outcome.up(80);
          }
          tried.add(p);
          return tried.size() == 1 ? Outcome.silent(15_000) : Outcome.up(80);
        };
    decides(Rule.REACHABLE_TWICE, world.cells(late), A);
    assertEquals(List.of(Purpose.SCREENING, Purpose.COUNTED, Purpose.REPEAT), tried);
  }

  @Test
  void ofTwoSuspectsOnOnePortOneIsExamined() {
    Worlds world = Worlds.usual().endpoint("a2", "wireguard", Transport.UDP, "198.51.100.1:51820");
    Map<String, Report.Cell> cells =
        world.cells((c, p, at) ->
            c.vantage().equals("mobile") && c.endpoint().matches("a2?")
                ? Outcome.silent(15_000)
                : Outcome.up(80));
    assertEquals(
        List.of(Rule.SHARED_PORT.id(), Rule.CONTRAST.id()).stream().sorted().toList(),
        List.of(cell(cells, A).rule(), cell(cells, "a2@mobile").rule()).stream().sorted().toList());
  }

  @Test
  void quickTriesTwiceAndBlamesNobody() {
    Map<String, Report.Cell> cells = Worlds.usual().profile(Profile.QUICK).cells(Worlds.silent(A));
    decides(Rule.QUICK, cells, A);
    assertEquals(2, cell(cells, A).trials());
    assertEquals(Boolean.FALSE, cell(cells, A).asExpected(), "it failed, whatever it is called");
  }

  @Test
  void aBrokenVantageIsNotTheEndpointsFault() {
    Map<String, Report.Cell> cells =
        Worlds.usual()
            .cells((c, p, at) ->
                c.vantage().equals("mobile")
                    ? Outcome.fails(FailureKind.VANTAGE_ERROR)
                    : Outcome.up(80));
    decides(Rule.VANTAGE_FAILED, cells, A);
    assertNull(cell(cells, A).asExpected());
  }

  @Test
  void anchorsShowThatALineIsDead() {
    Map<String, Report.Cell> cells =
        Worlds.usual()
            .anchor("d")
            .cells((c, p, at) ->
                c.vantage().equals("mobile") ? Outcome.silent(15_000) : Outcome.up(80));
    decides(Rule.VANTAGE_ANCHORS, cells, A);
    Map<String, Report.Cell> unnamed =
        Worlds.usual()
            .cells((c, p, at) ->
                c.vantage().equals("mobile") ? Outcome.silent(15_000) : Outcome.up(80));
    assertEquals(State.INSUFFICIENT, cell(unnamed, A).state());
  }

  /** A control at another address of the name says nothing of the one that failed. */
  @Test
  void aControlAtAnotherAddressVouchesForNobody() {
    Details moved = new Details(StepName.HANDSHAKE, -1, List.of(), "203.0.113.7:51820");
    Map<String, Report.Cell> cells =
        Worlds.usual()
            .cells((c, p, at) ->
                c.id().equals(A)
                    ? new Outcome(FailureKind.GENERIC_TIMEOUT_ERROR, null, 15_000, moved)
                    : Outcome.up(80));
    assertEquals(State.INSUFFICIENT, cell(cells, A).state());
    assertEquals(0, cell(cells, A).counted());
  }

  /** A name that has moved: what answers at its old address says nothing of the new one. */
  @Test
  void contrastIsOfTheAddressThatFails() {
    Behaviour moved =
        (cell, purpose, at) -> {
          String now = at < 20_000 ? "198.51.100.1:51820" : "203.0.113.9:51820";
          if (!cell.endpoint().equals("a")) {
            return Outcome.up(80);
          }
          return cell.id().equals(A)
              ? new Outcome(
                  FailureKind.GENERIC_TIMEOUT_ERROR,
                  null,
                  15_000,
                  new Details(StepName.HANDSHAKE, -1, List.of(), now))
              : new Outcome(null, null, 80, new Details(StepName.HANDSHAKE, -1, List.of(), now));
        };
    decides(Rule.IMPAIRED, Worlds.usual().cells(moved), A);
  }

  /** A firewall of the web server, by country: said over TLS that had verified it. */
  @Test
  void aRefusalInsideVerifiedTlsIsTheServersOwn() {
    for (boolean verified : new boolean[] {true, false}) {
      List<Observation> seen =
          verified ? List.of(new Observation(Duration.ZERO, "tls_version", "TLSv1.3")) : List.of();
      Outcome forbidden =
          new Outcome(
              FailureKind.HTTP_UNEXPECTED,
              Depth.PORT,
              200,
              new Details(StepName.HANDSHAKE, -1, seen, null));
      Map<String, Report.Cell> cells =
          Worlds.usual().cells((c, p, at) -> c.id().equals(A) ? forbidden : Outcome.up(80));
      // In the clear anybody on the way can write the same page.
      decides(verified ? Rule.REFUSED : Rule.CONTRAST, cells, A);
    }
  }

  /** A server that is silent to strangers is silent to a key that nobody has told it, too. */
  @Test
  void aKeyThatNeverWorkedBlamesNobody() {
    Worlds world = Worlds.usual().ownKeys("a");
    Recorded silent = world.recorded(Worlds.silent(A));
    Map<String, Report.Cell> cells = Worlds.cells(List.of(silent));
    decides(Rule.IMPAIRED_OWN_KEYS, cells, A);
    assertNull(cell(cells, A).cause());
    assertTrue(cell(cells, A).notExcluded().contains("wrong_keys"));
    Recorded before = Worlds.usual().ownKeys("a").recorded((c, p, at) -> Outcome.up(80));
    Recorded later =
        Worlds.usual().ownKeys("a").later(Duration.ofDays(1)).recorded(Worlds.silent(A));
    decides(Rule.CONTRAST, Worlds.cells(List.of(before, later)), A);
  }

  @Test
  void twoEndpointsOnOneServerAreOneWitness() {
    Worlds world =
        Worlds.usual()
            .without("c")
            .without("d")
            .endpoint("b-too", "wireguard", Transport.UDP, "198.51.100.2:51821");
    decides(Rule.IMPAIRED_WITNESSES, world.cells(Worlds.silent(A)), A);
  }

  /** A server inside the network that no control reaches shows that datagrams work here. */
  @Test
  void datagramsThatComeFromInsideTheNetworkAreDatagrams() {
    Behaviour noneFromOutside =
        (c, p, at) -> {
          boolean inside = c.endpoint().startsWith("inside");
          boolean here = c.vantage().equals("mobile");
          return inside == here || c.endpoint().equals("a-port")
              ? Outcome.up(80)
              : Outcome.silent(15_000);
        };
    decides(Rule.NO_UDP, Worlds.usual().cells(noneFromOutside), A);
    Worlds world =
        Worlds.usual()
            .endpoint("inside-1", "dns", Transport.UDP, "203.0.113.1:53")
            .endpoint("inside-2", "dns", Transport.UDP, "203.0.113.2:53");
    decides(Rule.CONTRAST, world.cells(noneFromOutside), A);
  }

  /** One server whose certificate is another here is no portal, whatever runs on it. */
  @Test
  void aForeignCertificateOnOneServerIsNoPortal() {
    Behaviour oneServer = foreign(Set.of("t", "t-too"));
    Behaviour twoServers = foreign(Set.of("t", "t-too", "u"));
    Worlds world =
        Worlds.usual()
            .endpoint("t", "tls", Transport.TCP, "198.51.100.9:443")
            .endpoint("t-too", "tls", Transport.TCP, "198.51.100.9:8443")
            .endpoint("u", "tls", Transport.TCP, "198.51.100.10:443");
    assertNotEquals(Rule.CAPTIVE_PORTAL.id(), cell(world.without("u").cells(oneServer), A).rule());
    Worlds both = world.endpoint("u", "tls", Transport.TCP, "198.51.100.10:443");
    decides(Rule.CAPTIVE_PORTAL, both.cells(twoServers), "t@mobile");
  }

  private static Behaviour foreign(Set<String> endpoints) {
    return (c, p, at) -> {
      boolean tls = endpoints.contains(c.endpoint());
      boolean here = c.vantage().equals("mobile");
      if (!tls) {
        return c.id().equals(A) ? Outcome.silent(15_000) : Outcome.up(80);
      }
      Observation shown =
          new Observation(Duration.ZERO, "tls_certificate_sha256", here ? "portal" : c.endpoint());
      return new Outcome(
          here ? FailureKind.SSL_UNKNOWN_AUTHORITY : null,
          null,
          80,
          new Details(StepName.TLS, -1, List.of(shown), null));
    };
  }

  /** The witnesses fail as often: the line is bad, the endpoint is innocent. */
  @Test
  void aBadLineVoidsTheRounds() {
    Map<String, Report.Cell> cells =
        Worlds.usual()
            .cells((c, p, at) ->
                c.vantage().equals("mobile") && (c.endpoint().equals("a") || at > 20_000)
                    ? Outcome.silent(15_000)
                    : Outcome.up(80));
    assertEquals(State.INSUFFICIENT, cell(cells, A).state());
    assertEquals(0, cell(cells, A).counted());
    assertNull(cell(cells, A).asExpected());
  }

  /** The interface goes away in the middle: the run ends all the same, and blames nobody. */
  @Test
  void aVantageThatBreaksInMidRunEndsTheRun() {
    Map<String, Report.Cell> cells =
        Worlds.usual()
            .cells((c, p, at) ->
                c.vantage().equals("mobile") && at > 60_000
                    ? Outcome.fails(FailureKind.NETWORK_DOWN)
                    : c.id().equals(A) ? Outcome.silent(15_000) : Outcome.up(80));
    assertEquals(State.INSUFFICIENT, cell(cells, A).state());
  }

  @Test
  void twoRunsHalfAnHourApartShowPersistence() {
    Recorded first = Worlds.usual().without("a-port").recorded(Worlds.silent(A));
    Recorded soon =
        Worlds.usual().without("a-port").later(Duration.ofMinutes(15)).recorded(Worlds.silent(A));
    Recorded later =
        Worlds.usual().without("a-port").later(Duration.ofMinutes(40)).recorded(Worlds.silent(A));
    decides(Rule.IMPAIRED, Worlds.cells(List.of(first, soon)), A);
    decides(Rule.PERSISTENCE, Worlds.cells(List.of(first, later)), A);
    Recorded between =
        Worlds.usual()
            .without("a-port")
            .later(Duration.ofMinutes(20))
            .recorded((c, p, at) -> Outcome.up(80));
    decides(Rule.IMPAIRED, Worlds.cells(List.of(first, between, later)), A);
    decides(Rule.REACHABLE_ANSWERED, Worlds.cells(List.of(first, between)), A);
    Recorded moved =
        Worlds.usual()
            .without("a-port")
            .without("a")
            .endpoint("a", "wireguard", Transport.UDP, "198.51.100.99:51820")
            .later(Duration.ofMinutes(40))
            .recorded(Worlds.silent(A));
    decides(Rule.IMPAIRED, Worlds.cells(List.of(first, moved)), A);
  }

  /** The first run's journal is gone; a history remembers what it showed. */
  @Test
  void anEarlierRunOfTheHistoryShowsPersistence() {
    Recorded first = Worlds.usual().without("a-port").recorded(Worlds.silent(A));
    Recorded later =
        Worlds.usual().without("a-port").later(Duration.ofMinutes(40)).recorded(Worlds.silent(A));
    Earlier failed = earlier("first", first, false, true);
    assertEquals(Rule.PERSISTENCE.id(), rule(later, failed));
    Report.Cell cell =
        Analyst.report(List.of(later), List.of(failed)).cells().stream()
            .filter(c -> c.id().equals(A))
            .findFirst()
            .orElseThrow();
    assertTrue(
        cell.evidence()
            .contains("the same since an earlier run of the history, " + first.plan().createdAt()),
        cell.evidence().toString());
    assertEquals(
        cell.evidence(),
        Stories.in(List.of(later), List.of(failed)).of(A).orElseThrow().evidence(),
        "the story knows the same");

    String impaired = Rule.IMPAIRED.id();
    assertEquals(impaired, rule(later), "without it");
    assertEquals(impaired, rule(later, earlier("first", first, false, false)), "it only failed");
    Recorded between = Worlds.usual().later(Duration.ofMinutes(20)).recorded(Worlds.silent("none"));
    assertEquals(impaired, rule(later, failed, earlier("b", between, true, false)), "it answered");
    Recorded soon = Worlds.usual().later(Duration.ofMinutes(15)).recorded(Worlds.silent(A));
    assertEquals(impaired, rule(later, earlier("soon", soon, false, true)), "too near");
    Recorded old =
        Worlds.usual().later(Duration.ofDays(-8).minusMinutes(1)).recorded(Worlds.silent(A));
    assertEquals(impaired, rule(later, earlier("old", old, false, true)), "too long ago");
    assertEquals(
        impaired,
        rule(later, earlier(later.plan().runId() + "+x", first, false, true)),
        "the same journal");
    Earlier moved = new Earlier("m", A, "other", first.plan().createdAt(), false, 1, false, true);
    assertEquals(impaired, rule(later, moved), "another server of that name");
    Earlier rehearsed =
        new Earlier(
            "r", A, failed.target(), failed.at(), !failed.rehearsal(), failed.pace(), false, true);
    assertEquals(impaired, rule(later, rehearsed), "a rehearsal");
    Recorded after = Worlds.usual().later(Duration.ofMinutes(90)).recorded(Worlds.silent(A));
    assertEquals(impaired, rule(later, earlier("after", after, false, true)), "not earlier");
  }

  private static Earlier earlier(String run, Recorded recorded, boolean up, boolean significant) {
    return new Earlier(
        run,
        A,
        java.util.Objects.requireNonNull(Targets.of(List.of(recorded)).get(A)),
        recorded.plan().createdAt(),
        recorded.plan().rehearsal(),
        recorded.plan().pace(),
        up,
        significant);
  }

  private static String rule(Recorded recorded, Earlier... earlier) {
    return Analyst.report(List.of(recorded), List.of(earlier)).cells().stream()
        .filter(cell -> cell.id().equals(A))
        .map(Report.Cell::rule)
        .findFirst()
        .orElseThrow();
  }

  /** The carrier's journal from one machine, the control's from another. */
  @Test
  void journalsOfTwoMachinesPairByTime() {
    Recorded carrier = Worlds.alone().recorded(Worlds.silent(A));
    Recorded control = Worlds.usual().onlyControls().recorded((c, p, at) -> Outcome.up(80));
    Map<String, Report.Cell> cells = Worlds.cells(List.of(carrier, control));
    assertTrue(cell(cells, A).counted() >= 1, () -> cell(cells, A).toString());
    Recorded hoursLater =
        Worlds.usual()
            .onlyControls()
            .later(Duration.ofHours(3))
            .recorded((c, p, at) -> Outcome.up(80));
    decides(Rule.NO_CONTROL, Worlds.cells(List.of(carrier, hoursLater)), A);
  }

  @Test
  void oneKeyOnTwoMachinesTaintsBoth() {
    Recorded carrier = Worlds.alone().odd("a", Odd.KEYED).recorded(Worlds.silent(A));
    Recorded control =
        Worlds.usual().odd("a", Odd.KEYED).onlyControls().recorded((c, p, at) -> Outcome.up(80));
    Report report = Analyst.report(List.of(carrier, control));
    assertTrue(report.notes().stream().anyMatch(note -> note.contains("two machines")));
    assertEquals(0, cell(Worlds.cells(List.of(carrier, control)), A).counted());
  }

  @Test
  void taintedFailuresDoNotCount() {
    Recorded run = Worlds.usual().recorded(Worlds.silent(A));
    Recorded tainted =
        new Recorded(
            run.plan(),
            run.measurements().stream()
                .map(m -> m.purpose() == Purpose.COUNTED ? m.tainted("residual_window") : m)
                .toList(),
            run.finishedAt());
    Report.Cell cell = cell(Worlds.cells(List.of(tainted)), A);
    assertEquals(State.INSUFFICIENT, cell.state());
    assertEquals(0, cell.counted());
  }

  @ParameterizedTest
  @EnumSource
  void expectations(Expectation expected) {
    @Nullable Boolean[] found = {
      cell(Worlds.usual().expecting(expected).cells((c, p, at) -> Outcome.up(80)), A).asExpected(),
      cell(Worlds.usual().expecting(expected).cells(Worlds.silent(A)), A).asExpected(),
      cell(Worlds.usual().without("a-port").expecting(expected).cells(Worlds.silent(A)), A)
          .asExpected(),
      cell(Worlds.usual().odd("a", Odd.KEYLESS).expecting(expected).cells(Worlds.silent(A)), A)
          .asExpected()
    };
    // Reachable, likely_blocked, impaired, missing keys.
    List<String> wanted =
        switch (expected) {
          case REACHABLE -> List.of("true", "false", "false", "null");
          case BLOCKED -> List.of("false", "true", "null", "null");
          case UNREACHABLE -> List.of("false", "true", "true", "null");
          case ANY -> List.of("true", "true", "true", "true");
        };
    List<String> told = new ArrayList<>();
    for (Boolean value : found) {
      told.add(String.valueOf(value));
    }
    assertEquals(wanted, told);
  }

  /** A run that is broken off anywhere and resumed comes to the same end. */
  @Test
  void resumingAnywhereLosesAndRepeatsNothing() {
    Worlds world = Worlds.usual();
    Recorded whole = world.recorded(Worlds.silent(A));
    Plan plan = whole.plan();
    for (int kept = 0; kept <= whole.measurements().size(); kept++) {
      List<Measurement> before = whole.measurements().subList(0, kept);
      Recorded resumed =
          new org.vpnprobe.analysis.simulation.Rehearsed(plan, Worlds.silent(A)).resumed(before);
      List<String> ids = resumed.measurements().stream().map(Measurement::id).toList();
      assertEquals(ids.size(), ids.stream().distinct().count(), "nothing twice");
      assertEquals(
          State.LIKELY_BLOCKED,
          cell(Worlds.cells(List.of(resumed)), A).state(),
          "broken off after " + kept);
    }
  }

  /** Whatever else happened: one success of the cell, and nobody is blamed. */
  @Test
  void addingASuccessNeverLeadsToBlame() {
    Recorded run = Worlds.usual().recorded(Worlds.silent(A));
    for (int i = 0; i < run.measurements().size(); i++) {
      List<Measurement> changed = new ArrayList<>(run.measurements());
      Measurement m = changed.get(i);
      if (!m.cell().equals(A)) {
        continue;
      }
      changed.set(i, succeeded(m));
      Recorded other = new Recorded(run.plan(), changed, run.finishedAt());
      assertEquals(State.REACHABLE, cell(Worlds.cells(List.of(other)), A).state());
    }
  }

  private static Measurement succeeded(Measurement m) {
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
        Duration.ofMillis(80),
        m.address(),
        m.deadline(),
        m.asked(),
        m.asked(),
        "answered",
        null,
        Duration.ofMillis(80),
        List.of(),
        List.of(),
        null);
  }

  @Test
  void theSameJournalGivesTheSameReport() {
    Recorded run = Worlds.usual().recorded(Worlds.silent(A));
    assertEquals(Analyst.report(List.of(run)), Analyst.report(List.of(run)));
  }

  @Test
  void anExplanationComputesTheNumbersAgain() {
    Recorded run = Worlds.usual().recorded(Worlds.silent(A));
    Explanation story = Stories.in(List.of(run)).of(A).orElseThrow();
    assertEquals(State.LIKELY_BLOCKED, story.state());
    assertTrue(story.numbers().contains("significant"), story.numbers().toString());
    assertTrue(
        story.timeline().stream().filter(line -> line.standing().startsWith("counted")).count()
            >= 4);
    assertTrue(Stories.in(List.of(run)).of("nobody@mobile").isEmpty());
  }

  @Test
  void whatAPlanCannotFindOutIsSaidBefore() {
    assertEquals(
        List.of(),
        Judgeability.of(
            Worlds.usual()
                .endpoint("b-port", "tcp", Transport.TCP, "198.51.100.2:22")
                .endpoint("c-port", "tcp", Transport.TCP, "198.51.100.3:22")
                .plan()));
    assertTrue(
        Judgeability.of(Worlds.alone().plan()).stream()
            .anyMatch(limit -> limit.sentence().contains("control")));
    assertTrue(
        Judgeability.of(Worlds.usual().without("c").without("d").plan()).stream()
            .anyMatch(limit -> limit.sentence().contains("at most impaired")));
    assertTrue(
        Judgeability.of(Worlds.usual().odd("a", Odd.KEYLESS).plan()).stream()
            .anyMatch(limit -> limit.cells().equals(List.of(A, "a@control"))));
  }
}
