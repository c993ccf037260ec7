package org.vpnprobe.analysis.change;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vpnprobe.analysis.change.ChangeSimulation.Line;
import org.vpnprobe.model.PastVerdict;
import org.vpnprobe.model.State;

/** Changes in rows of verdicts, one letter each, fifteen minutes apart. */
class ChangesTest {
  private static Instant at(int run) {
    return ChangeSimulation.MONDAY.plus(Duration.ofMinutes(15L * run));
  }

  /**
   * ✓ reachable, ✗ likely blocked, ≈ impaired, ? insufficient, a space for a run that is missing.
   */
  private static Series row(String letters) {
    List<PastVerdict> verdicts = new ArrayList<>();
    for (int i = 0; i < letters.length(); i++) {
      char letter = letters.charAt(i);
      if (letter != ' ') {
        State state =
            switch (letter) {
              case '✓' -> State.REACHABLE;
              case '✗' -> State.LIKELY_BLOCKED;
              case '≈' -> State.IMPAIRED;
              default -> State.INSUFFICIENT;
            };
        verdicts.add(
            new PastVerdict(
                "r" + i, at(i), "a@m", state, letter == '✗' ? "ip.blackhole" : null, null));
      }
    }
    return Series.of(verdicts);
  }

  @Test
  void aBlockIsOneChangeBetweenTwoRuns() {
    List<Change> changes = Changes.in(row("✓".repeat(40) + "≈" + "✗".repeat(30)));
    assertEquals(1, changes.size());
    Change change = changes.getFirst();
    assertEquals(Sign.FAILS, change.to());
    assertEquals(at(39), change.lastBefore());
    assertEquals(at(40), change.firstAfter());
    assertEquals(State.REACHABLE, change.stateBefore());
    assertEquals(State.LIKELY_BLOCKED, change.stateAfter());
    assertEquals("ip.blackhole", change.causeAfter());
    assertEquals(new Tally(40, 0, 0), change.before());
    assertEquals(new Tally(0, 30, 1), change.after());
    assertTrue(change.pValue() < 1e-10, change.toString());
  }

  /** Before it worked again some runs named a cause: it is none of working. */
  @Test
  void aCauseBelongsToItsState() {
    Change change =
        Changes.in(row("✗".repeat(40) + "✓".repeat(30) + "✗✗" + "✓".repeat(30))).getFirst();
    assertEquals(State.REACHABLE, change.stateAfter());
    assertEquals(null, change.causeAfter());
  }

  @Test
  void itEndsToo() {
    List<Change> changes = Changes.in(row("✓".repeat(60) + "✗".repeat(20) + "✓".repeat(60)));
    assertEquals(List.of(Sign.FAILS, Sign.WORKS), changes.stream().map(Change::to).toList());
    assertEquals(at(80), changes.getLast().firstAfter());
    assertEquals(new Tally(0, 20, 0), changes.getLast().before());
  }

  @Test
  void aFewStrayRunsAreNoChange() {
    assertEquals(List.of(), Changes.in(row("✓".repeat(40) + "✗✗✗" + "✓".repeat(40))));
    assertEquals(List.of(), Changes.in(row("✓✓✓✗✗✗✗")), "too short a time to tell");
    assertEquals(List.of(), Changes.in(row("✗".repeat(50))), "it never was otherwise");
    assertEquals(List.of(), Changes.in(row("")));
    assertEquals(List.of(), Changes.in(row("✓")));
    assertEquals(
        1,
        Changes.in(row("✗" + "✓".repeat(40) + "✗".repeat(20))).size(),
        "a stray first run hides nothing");
  }

  @Test
  void whatCouldNotBeJudgedIsNoEvidence() {
    assertEquals(List.of(), Changes.in(row("✓".repeat(40) + "?".repeat(40))));
    Change change =
        Changes.in(row("✓".repeat(40) + "?".repeat(8) + "    " + "✗".repeat(20))).getFirst();
    assertEquals(at(39), change.lastBefore());
    assertEquals(at(52), change.firstAfter());
    assertEquals(8, change.silent());
  }

  @Test
  void flappingIsNoRowOfChanges() {
    assertEquals(List.of(), Changes.in(row("✓✗".repeat(300))));
    assertEquals(List.of(), Changes.in(row("✓✓✓✗✗✗".repeat(100))));
    assertEquals(List.of(), Changes.in(row("✓✓✓✓✓✗✗✗✗✗".repeat(60))));
  }

  @Test
  void anUnclearMomentGetsAWiderRange() {
    Change change = Changes.in(row("✓".repeat(40) + "✗✓✗✓" + "✗".repeat(40))).getFirst();
    assertTrue(!change.lastBefore().isAfter(at(39)), change.toString());
    assertTrue(!change.firstAfter().isBefore(at(44)), change.toString());
  }

  @Test
  void emptyIntervalsAreSaidToBeEmpty() {
    Series series = row("✓✓✓✓" + " ".repeat(10) + "✓✓✓" + "?".repeat(10) + "✓✓");
    assertEquals(
        List.of(new Gap(at(3), at(14), 0), new Gap(at(16), at(27), 10)), Gap.in(series, at(29)));
    assertEquals(
        new Gap(at(28), at(60), 0), Gap.in(series, at(60)).getLast(), "nothing since then");
    assertEquals(List.of(), Gap.in(row("✓✓✓✓✓"), at(5)));
  }

  /** The figures of the documentation, with fewer weeks. */
  @Test
  void simulatedWeeks() {
    for (double fails : new double[] {0.002, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9}) {
      assertTrue(
          ChangeSimulation.falseChanges(new Line(fails, 1, 0, 0), 60, 7) <= 0.02,
          "steady, fails " + fails);
    }
    assertTrue(
        ChangeSimulation.falseChanges(new Line(0.05, 1, 0.33, 0.33), 60, 8) <= 0.02,
        "poor records");
    assertTrue(
        ChangeSimulation.falseChanges(new Line(0.5, 3, 0, 0), 60, 9) <= 0.05,
        "flaps, three runs at a time");
    ChangeSimulation.Found block =
        ChangeSimulation.trueChange(
            new Line(0.01, 1, 0, 0), new Line(1, 1, 0, 0), 336, 672, 60, 10);
    assertTrue(block.once() >= 0.97 && block.missed() == 0, block.toString());
    ChangeSimulation.Found half =
        ChangeSimulation.trueChange(
            new Line(0.01, 1, 0, 0), new Line(0.5, 1, 0, 0), 336, 672, 60, 11);
    assertTrue(half.once() >= 0.9 && half.missed() == 0, half.toString());
  }
}
