package org.vpnprobe.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.vpnprobe.analysis.Worlds.Odd;
import org.vpnprobe.analysis.simulation.Rehearsed.Behaviour;
import org.vpnprobe.analysis.simulation.Rehearsed.Outcome;
import org.vpnprobe.model.Experiment;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Observation;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;
import org.vpnprobe.model.Transport;
import org.vpnprobe.model.Variation;

/** Journals of several machines give what one machine with all vantages gives (design §4a.9). */
class ManyMachinesTest {
  /** One cell silent, one protocol refused, one server down, one key missing; the rest answers. */
  private static final Behaviour WORLD =
      (cell, purpose, at) -> {
        if (cell.id().equals("a@mobile") || cell.endpoint().equals("d")) {
          return Outcome.silent(15_000);
        }
        if (cell.endpoint().equals("login")) {
          return Outcome.fails(FailureKind.AUTH_REJECTED);
        }
        return Outcome.up(80);
      };

  private static Worlds world() {
    return new Worlds()
        .endpoint("a", "wireguard", Transport.UDP, "198.51.100.1:51820")
        .endpoint("a-port", "tcp", Transport.TCP, "198.51.100.1:22")
        .endpoint("b", "wireguard", Transport.UDP, "198.51.100.2:51820")
        .endpoint("c", "wireguard", Transport.UDP, "198.51.100.3:51820")
        .endpoint("d", "wireguard", Transport.UDP, "198.51.100.4:51820")
        .endpoint("e", "wireguard", Transport.UDP, "198.51.100.5:51820")
        .endpoint("login", "openvpn", Transport.UDP, "198.51.100.6:1194")
        .endpoint("keyless", "wireguard", Transport.UDP, "198.51.100.7:51820")
        .odd("keyless", Odd.KEYLESS);
  }

  private static Map<String, State> states(List<Recorded> journals) {
    Map<String, State> states = new TreeMap<>();
    Analyst.report(journals).cells().forEach(cell -> states.put(cell.id(), cell.state()));
    return states;
  }

  private static Recorded carrier(String name) {
    return world().carrier(name).controlElsewhere().recorded(WORLD);
  }

  private static Recorded control() {
    return world().control("control").onlyControls().recorded(WORLD);
  }

  @Test
  void theSameMatrixAsOneRun() {
    Recorded one = world().carrier("mobile").carrier("unicom").control("control").recorded(WORLD);
    Map<String, State> together = states(List.of(one));
    assertEquals(State.LIKELY_BLOCKED, together.get("a@mobile"));
    assertEquals(State.REACHABLE, together.get("a@unicom"));
    assertEquals(State.DOWN, together.get("d@unicom"));
    assertEquals(State.CONFIG_ERROR, together.get("login@mobile"));
    assertEquals(State.INSUFFICIENT, together.get("keyless@mobile"));
    assertEquals(together, states(List.of(carrier("mobile"), carrier("unicom"), control())));
    assertEquals(
        together, states(List.of(control(), carrier("unicom"), carrier("mobile"))), "in any order");
  }

  /** Alone, the carrier's journal blames nobody; that a control is elsewhere is no control. */
  @Test
  void withoutTheControlsJournalNobodyIsBlamed() {
    Map<String, State> alone = states(List.of(carrier("mobile")));
    assertEquals(State.INSUFFICIENT, alone.get("a@mobile"));
    assertEquals(State.REACHABLE, alone.get("b@mobile"));
  }

  /** The control's journal says when the server was away: such a failure does not count. */
  @Test
  void theControlElsewhereMayTakeTheBlameAway() {
    Behaviour away =
        (cell, purpose, at) ->
            cell.endpoint().equals("a") ? Outcome.silent(15_000) : WORLD.of(cell, purpose, at);
    Recorded control = world().control("control").onlyControls().recorded(away);
    assertEquals(State.DOWN, states(List.of(carrier("mobile"), control)).get("a@mobile"));
  }

  @Test
  void aSurveyGoesOnAsLongAsAsked() {
    Recorded usual = control();
    Recorded longer =
        world().control("control").onlyControls().surveyFor(Duration.ofMinutes(30)).recorded(WORLD);
    assertEquals(7, looks(usual));
    assertEquals(19, looks(longer), "one and then one every 100 s");
  }

  private static long looks(Recorded journal) {
    return journal.measurements().stream().filter(m -> m.endpoint().equals("b")).count();
  }

  /** Every answer tells the time that it is in the world, to the second. */
  private static Recorded timed(Recorded journal, Duration ahead) {
    List<Measurement> measurements = new ArrayList<>();
    for (Measurement m : journal.measurements()) {
      Instant told = m.ended().truncatedTo(ChronoUnit.SECONDS);
      List<Observation> observations =
          m.succeeded()
              ? List.of(new Observation(m.took(), "server_clock", told.toString()))
              : List.of();
      measurements.add(
          new Measurement(
              m.id(),
              m.cell(),
              m.serves(),
              m.endpoint(),
              m.vantage(),
              m.family(),
              m.purpose(),
              m.round(),
              m.started().plus(ahead),
              m.took(),
              m.address(),
              m.deadline(),
              m.asked(),
              m.reached(),
              m.proof(),
              m.failure(),
              m.latency(),
              m.steps(),
              observations,
              m.tainted()));
    }
    return new Recorded(
        journal.plan().at(journal.plan().createdAt().plus(ahead)),
        measurements,
        journal.finishedAt().plus(ahead));
  }

  @Test
  void clocksAreMeasuredByServersThatBothSpokeTo() {
    Duration off = Duration.ofMinutes(47);
    Recorded control = timed(control(), off);
    Recorded mobile = timed(carrier("mobile"), Duration.ZERO);
    // Without the servers' clocks the two have nothing to do with each other.
    Recorded mute =
        new Recorded(mobile.plan(), carrier("mobile").measurements(), mobile.finishedAt());
    assertEquals(State.INSUFFICIENT, states(List.of(mute, control)).get("a@mobile"));
    Report report = Analyst.report(List.of(mobile, control));
    assertEquals(State.LIKELY_BLOCKED, states(List.of(mobile, control)).get("a@mobile"));
    assertTrue(
        report.notes().stream().anyMatch(n -> n.contains("2820 s ahead") && n.contains("servers")),
        report.notes().toString());
  }

  /** The clocks that are made to agree are still those by which certificates were judged. */
  @Test
  void aCorrectedClockIsStillAWrongOne() {
    Behaviour dated =
        (cell, purpose, at) ->
            cell.id().equals("a@mobile")
                ? Outcome.fails(FailureKind.SSL_INVALID_CERTIFICATE)
                : Outcome.up(80);
    Duration years = Duration.ofDays(-800);
    Recorded mobile = world().carrier("mobile").controlElsewhere().recorded(dated);
    Recorded control =
        timed(world().control("control").onlyControls().recorded(dated), years.abs());
    Recorded right = timed(control(), Duration.ZERO);
    Recorded wrong = timed(mobile, years);
    for (List<Recorded> journals : List.of(List.of(wrong, right), List.of(right, wrong))) {
      assertEquals(State.INSUFFICIENT, states(journals).get("a@mobile"));
    }
    assertEquals(
        State.INSUFFICIENT,
        states(List.of(timed(mobile, Duration.ZERO), control)).get("a@mobile"),
        "one of the two is wrong, and which is not known");
  }

  @Test
  void whatTheUserSaysOfAClockHolds() {
    Duration off = Duration.ofMinutes(-47);
    Recorded late = timed(control(), off);
    Recorded said =
        new Recorded(
            ahead(late, off),
            control().measurements().stream().map(m -> m.at(m.started().plus(off))).toList(),
            late.finishedAt());
    Map<String, State> states = states(List.of(carrier("mobile"), said));
    assertEquals(State.LIKELY_BLOCKED, states.get("a@mobile"));
    assertTrue(
        Analyst.report(List.of(carrier("mobile"), said)).notes().stream()
            .anyMatch(note -> note.contains("2820 s behind as its file says")));
  }

  @Test
  void anExperimentIsNoTrialOfTheEndpointOnAnotherClockEither() {
    Recorded journal = carrier("mobile");
    List<Measurement> measurements = new ArrayList<>(journal.measurements());
    Measurement failed =
        measurements.stream().filter(m -> m.cell().equals("a@mobile")).findFirst().orElseThrow();
    measurements.add(
        new Measurement(
            "a@mobile/experiment/1",
            failed.cell(),
            failed.cell(),
            failed.endpoint(),
            failed.vantage(),
            failed.family(),
            Purpose.EXPERIMENT,
            0,
            journal.finishedAt(),
            failed.took(),
            failed.address(),
            failed.deadline(),
            failed.asked(),
            failed.asked(),
            "junk first",
            null,
            failed.took(),
            List.of(),
            List.of(),
            null,
            new Experiment(
                "junk_before", 1, new Variation.FirstFlight(Variation.Alteration.JUNK_FIRST))));
    Duration off = Duration.ofMinutes(-47);
    Recorded said =
        new Recorded(
            ahead(timed(journal, off), off),
            measurements.stream().map(m -> m.at(m.started().plus(off))).toList(),
            journal.finishedAt().plus(off));
    assertEquals(State.LIKELY_BLOCKED, states(List.of(said, control())).get("a@mobile"));
  }

  private static org.vpnprobe.model.Plan ahead(Recorded journal, Duration off) {
    org.vpnprobe.model.Plan p = journal.plan();
    return new org.vpnprobe.model.Plan(
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
        p.cells(),
        p.anchors(),
        p.witnesses(),
        p.neighbours(),
        p.events(),
        p.rejected(),
        p.file(),
        p.diagnose(),
        p.resolvers(),
        off,
        p.surveyFor(),
        p.controlElsewhere());
  }

  @Test
  void secondsAreNoOffsetAndLiarsAreNotBelieved() {
    Recorded mobile = timed(carrier("mobile"), Duration.ZERO);
    Clocks near = new Clocks(List.of(mobile, timed(control(), Duration.ofMillis(900))));
    assertEquals(Duration.ZERO, near.offset(1).ahead());
    assertEquals("measured", near.offset(1).source());
    Recorded liar = timed(control(), Duration.ofMinutes(5));
    List<Measurement> mixed = new ArrayList<>(liar.measurements());
    timed(control(), Duration.ZERO).measurements().stream()
        .filter(m -> m.endpoint().equals("b"))
        .forEach(m -> mixed.replaceAll(old -> old.id().equals(m.id()) ? m : old));
    Clocks torn = new Clocks(List.of(mobile, new Recorded(liar.plan(), mixed, liar.finishedAt())));
    assertEquals("assumed", torn.offset(1).source());
  }

  @Test
  void sharedKeysAreNamed() {
    Recorded mobile =
        world().odd("a", Odd.KEYED).carrier("mobile").controlElsewhere().recorded(WORLD);
    Recorded control =
        world().odd("a", Odd.KEYED).control("control").onlyControls().recorded(WORLD);
    Report report = Analyst.report(List.of(mobile, control));
    assertTrue(
        report.notes().stream()
            .anyMatch(n -> n.contains("failures of both are void") && n.endsWith(": a.")),
        report.notes().toString());
    assertNotEquals(State.LIKELY_BLOCKED, states(List.of(mobile, control)).get("a@mobile"));
    // One journal alone shares with nobody.
    assertTrue(
        Analyst.report(List.of(mobile)).notes().stream().noneMatch(n -> n.contains("machines")));
  }

  @Test
  void countsAreHonest() {
    Recorded one = world().carrier("mobile").carrier("unicom").control("control").recorded(WORLD);
    Report report = Analyst.report(List.of(one));
    Map<String, Report.Rollup> rollups = new LinkedHashMap<>();
    report.rollups().forEach(r -> rollups.put(r.by() + " " + r.value() + " " + r.carrier(), r));
    Report.Rollup wireguard = get(rollups, "protocol wireguard mobile");
    // a likely_blocked, b c e reachable, d down, keyless insufficient.
    assertEquals(6, wireguard.cells());
    assertEquals(3, wireguard.count(State.REACHABLE));
    assertEquals(1, wireguard.count(State.LIKELY_BLOCKED));
    assertEquals(new Report.Share(3 / 6.0, 4 / 6.0), wireguard.share());
    assertEquals(8, get(rollups, "carrier * mobile").cells());
    assertEquals(1, get(rollups, "port 22/tcp unicom").count(State.REACHABLE));
    assertEquals(6, get(rollups, "port 51820/udp control").cells());
    for (Report.Carrier carrier : report.carriers()) {
      Report.Rollup all = get(rollups, "carrier * " + carrier.name());
      assertEquals(carrier.counts(), all.counts());
      assertEquals(carrier.reachableShare(), all.share());
      long cells =
          report.rollups().stream()
              .filter(r -> r.by().equals("protocol") && r.carrier().equals(carrier.name()))
              .mapToInt(Report.Rollup::cells)
              .sum();
      assertEquals(all.cells(), cells, "every cell has one protocol");
    }
    assertTrue(report.rollups().stream().noneMatch(r -> r.by().equals("tag")), "no tags, no rows");
  }

  private static Report.Rollup get(Map<String, Report.Rollup> rollups, String key) {
    return Objects.requireNonNull(rollups.get(key), key);
  }
}
