package org.vpnprobe.analysis.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgreementTest {
  /** Runs one after the other against a baseline, as cron makes them. */
  private static final class Cron {
    private final boolean update;
    private final int needed;
    private Snapshot baseline;
    private List<Waiting> waiting = List.of();
    private int hour;

    Cron(String baseline, boolean update, int needed) {
      this.baseline = Sights.report(0, baseline);
      this.update = update;
      this.needed = needed;
    }

    /** What a run of these cells tells. */
    String run(String cells) {
      hour++;
      return resumed(cells, false);
    }

    String resumed(String cells, boolean partial) {
      Agreement agreement =
          Agreement.of(baseline, waiting, Sights.report(hour, cells), needed, partial);
      if (update) {
        baseline = agreement.accepted();
      }
      waiting = update ? agreement.open() : agreement.waiting();
      return agreement.told().changes().stream()
          .map(change -> change.kind().id())
          .collect(Collectors.joining(" "));
    }
  }

  /** Runs against a baseline that stays, and against one that takes over what is told. */
  @ParameterizedTest
  @CsvSource({
    // baseline, runs,                               told (stays),                         told
    // (updated)
    "ok,         blocked blocked blocked,            - newly_blocked newly_blocked,        - newly_blocked -",
    "ok,         blocked ok blocked ok,              - - - -,                              - - - -",
    "ok,         blocked ok blocked blocked,         - - - newly_blocked,                  - - - newly_blocked",
    "ok,         blocked blocked ok ok ok,           - newly_blocked - - -,                - newly_blocked - recovered -",
    "ok,         blocked blocked ok blocked blocked, - newly_blocked - - newly_blocked,    - newly_blocked - - -",
    "ok,         blocked offline blocked,            - - newly_blocked,                    - - newly_blocked",
    "ok,         blocked blocked offline blocked,    - newly_blocked newly_blocked newly_blocked, - newly_blocked - -",
    "ok,         offline unknown offline,            - - -,                                - - -",
    "blocked,    offline ok offline ok,              - - - recovered,                      - - - recovered",
    "blocked,    fails impaired fails,               - - -,                                - - -",
    "ok,         fails blocked,                      - failing,                            - failing",
    "ok,         blocked fails,                      - failing,                            - failing",
    "ok,         fails blocked blocked blocked,      - failing failing failing,            - failing - newly_blocked",
    "ok,         down blocked down blocked,          - - - -,                              - - - -",
    "down,       blocked fails blocked,              - - -,                                - - -",
    "fails,      blocked blocked,                    - newly_blocked,                      - newly_blocked",
    "ok,         impaired fails,                     - failing,                            - failing",
    "offline,    ok ok blocked blocked,              - - - newly_blocked,                  - - - newly_blocked",
    "offline,    blocked blocked,                    - newly_blocked,                      - newly_blocked",
    "degraded:flow.freeze, degraded:flow.throttle degraded:flow.throttle, - changed_cause, - changed_cause",
    "degraded:flow.freeze, degraded:flow.throttle degraded degraded:flow.throttle, - - -,  - - -",
  })
  void twoRunsAgree(String baseline, String runs, String stays, String updated) {
    assertEquals(updated, told(new Cron("a=" + baseline, true, 2), runs), "updated");
    assertEquals(stays, told(new Cron("a=" + baseline, false, 2), runs), "stays");
  }

  private static String told(Cron cron, String runs) {
    List<String> told = new ArrayList<>();
    for (String word : runs.split(" ")) {
      String kinds = cron.run("a=" + word);
      told.add(kinds.isEmpty() ? "-" : kinds);
    }
    return String.join(" ", told);
  }

  @Test
  void onceIsEnoughWhenAskedFor() {
    Cron cron = new Cron("a=ok", true, 1);
    assertEquals("newly_blocked", cron.run("a=blocked"));
    assertEquals("", cron.run("a=blocked"));
    assertEquals("", cron.run("a=offline"));
    assertEquals("recovered", cron.run("a=ok"));
    assertEquals("- - failing -", told(new Cron("a=ok", true, 3), "fails fails blocked fails"));
  }

  @Test
  void newAndGoneCells() {
    Cron cron = new Cron("a=ok", true, 2);
    assertEquals("", cron.run("a=ok b=ok"));
    assertEquals("new", cron.run("a=ok b=ok"));
    assertEquals("", cron.run("a=ok b=ok"));
    assertEquals("", cron.run("b=ok"));
    assertEquals("", cron.run("a=ok b=ok"), "it was back at once");
    assertEquals("", cron.run("b=ok"));
    assertEquals("gone", cron.run("b=ok"));
    assertEquals("", cron.run("b=ok"));
    assertEquals("", cron.run("b=ok c=unknown"));
    assertEquals("new", cron.run("b=ok c=unknown"), "new, though nothing is known of it");
    assertEquals("", cron.run("b=ok c=ok"), "and what was not known works");
    assertEquals("", cron.run("b=ok c=ok d=ok"));
    assertEquals("", cron.run("b=ok c=ok"));
    assertEquals("", cron.run("b=ok c=ok d=ok"), "it came and went: nothing agrees");
  }

  @Test
  void aRunOfSomeCellsLosesNoneOfTheOthers() {
    Cron cron = new Cron("a=ok b=ok", true, 2);
    cron.run("a=blocked b=ok c=ok");
    cron.hour++;
    assertEquals("", cron.resumed("b=ok", true));
    cron.hour++;
    assertEquals("", cron.resumed("b=ok", true));
    assertEquals("newly_blocked new", cron.run("a=blocked b=ok c=ok"));
    assertEquals(
        List.of("a@mobile", "b@mobile", "c@mobile"), List.copyOf(cron.baseline.cells().keySet()));
  }

  @Test
  void aRunDoesNotAgreeWithItself() {
    Cron cron = new Cron("a=ok", false, 2);
    assertEquals("", cron.run("a=blocked"));
    assertEquals("", cron.resumed("a=blocked", false), "the same run, gone on with");
    assertEquals("newly_blocked", cron.run("a=blocked"));
    assertEquals(2, cron.waiting.getFirst().runs());
    assertEquals("newly_blocked", cron.resumed("a=blocked", false));
    assertEquals(2, cron.waiting.getFirst().runs());
    assertEquals(Sights.report(1, "").startedAt(), cron.waiting.getFirst().since());
  }

  @Test
  void theBaselineKeepsWhatIsKnownBest() {
    Cron cron = new Cron("a=blocked:tls.reset.sni b=ok c=unknown", true, 2);
    cron.run("a=likely:tls.reset.other b=offline c=ok");
    assertEquals("tls.reset.sni", seen(cron, "a").cause());
    assertEquals(Standing.ANSWERS, seen(cron, "b").standing());
    assertEquals(Standing.ANSWERS, seen(cron, "c").standing());
    cron.run("a=impaired b=fails c=ok");
    assertEquals(Standing.BLOCKED, seen(cron, "a").standing());
    assertEquals(Standing.ANSWERS, seen(cron, "b").standing(), "once is not enough");
  }

  private static Seen seen(Cron cron, String endpoint) {
    return java.util.Objects.requireNonNull(cron.baseline.cells().get(endpoint + "@mobile"));
  }

  /** Whatever happens: told only what the last two judged runs say, and the least of it. */
  @Test
  void nothingIsToldThatTwoRunsInARowDoNotSay() {
    List<String> words =
        List.of("ok", "degraded", "fails", "blocked", "down", "refused", "offline", "impaired");
    Random random = new Random(5);
    int told = 0;
    for (int history = 0; history < 2000; history++) {
      Cron cron = new Cron("a=" + words.get(random.nextInt(6)), history % 2 == 0, 2);
      List<Seen> judged = new ArrayList<>();
      for (int run = 0; run < 12; run++) {
        Snapshot before = cron.baseline;
        Seen now = Sights.of("a", words.get(random.nextInt(words.size())));
        if (now.standing() != Standing.UNDECIDED) {
          judged.add(now);
        }
        cron.hour++;
        Agreement agreement =
            Agreement.of(
                before,
                cron.waiting,
                Sights.report(cron.hour, "").with(java.util.Map.of(now.id(), now)),
                2,
                false);
        if (cron.update) {
          cron.baseline = agreement.accepted();
        }
        cron.waiting = cron.update ? agreement.open() : agreement.waiting();
        for (Change change : agreement.told().changes()) {
          told++;
          List<Seen> two = judged.subList(judged.size() - 2, judged.size());
          Standing said = java.util.Objects.requireNonNull(change.after()).standing();
          assertTrue(
              two.stream()
                  .allMatch(seen ->
                      seen.standing() == said
                          || (said == Standing.FAILS && seen.standing().silent())),
              change + " after " + two);
          assertTrue(Change.between(before.cells().get("a@mobile"), change.after()).isPresent());
        }
      }
    }
    assertTrue(told > 1000, "the histories hold " + told + " changes");
  }

  @Test
  void atLeastOneRunHasToSeeIt() {
    Snapshot report = Sights.report(0, "a=ok");
    assertThrows(
        IllegalArgumentException.class, () -> Agreement.of(report, List.of(), report, 0, false));
  }
}
