package org.vpnprobe.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.vpnprobe.report.SampleReport.blocked;
import static org.vpnprobe.report.SampleReport.cell;
import static org.vpnprobe.report.SampleReport.reachable;
import static org.vpnprobe.report.SampleReport.with;

import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;

/** The exit codes of a run (design §4a.8). */
class OutcomeTest {
  private static final Report.Cell UP = reachable("a", "mobile");
  private static final Report.Cell FAILING = blocked("b", "mobile");
  private static final Report.Cell OPEN = cell("c", "mobile", State.INSUFFICIENT, null);

  private static int code(Report report, Outcome.Terms terms) {
    return Outcome.of(report, terms).exitCode();
  }

  private static Outcome.Terms expectations(boolean inconclusiveOk) {
    return new Outcome.Terms(null, null, inconclusiveOk);
  }

  private static Outcome.Terms failOn(State first, State... rest) {
    return new Outcome.Terms(EnumSet.of(first, rest), null, false);
  }

  private static Outcome.Terms minimum(@Nullable String text) {
    return new Outcome.Terms(null, text == null ? null : Outcome.Minimum.of(text), false);
  }

  @Test
  void metIsZeroNotMetIsOneUnknownIsThree() {
    assertEquals(0, code(with(List.of(UP)), expectations(false)));
    assertEquals(3, code(with(List.of(UP, OPEN)), expectations(false)));
    assertEquals(0, code(with(List.of(UP, OPEN)), expectations(true)));
    assertEquals(1, code(with(List.of(UP, OPEN, FAILING)), expectations(true)));
    assertEquals(3, code(with(List.of()), expectations(false)));
  }

  @Test
  void failOnTakesThePlaceOfExpectations() {
    assertEquals(0, code(with(List.of(UP, FAILING)), failOn(State.DOWN)));
    assertEquals(1, code(with(List.of(UP, FAILING)), failOn(State.DOWN, State.LIKELY_BLOCKED)));
    assertEquals(3, code(with(List.of(UP, OPEN)), failOn(State.DOWN)));
    assertEquals(1, code(with(List.of(UP, OPEN)), failOn(State.INSUFFICIENT)));
  }

  @Test
  void aControlsCellsAreNoCarriersFailure() {
    Report report = with(List.of(UP, cell("a", "frankfurt", State.DOWN, true)));
    assertEquals(0, code(report, failOn(State.DOWN)));
  }

  @Test
  void aMinimumIsHeldAgainstEveryCarrier() {
    Report report = with(List.of(UP, FAILING, OPEN, reachable("a", "unicom")));
    assertEquals(0, code(report, minimum("1")));
    assertEquals(1, code(report, minimum("2")), "unicom has one cell alone");
    Report mobile = with(List.of(UP, FAILING, OPEN));
    assertEquals(0, code(mobile, minimum("33%")));
    assertEquals(3, code(mobile, minimum("60%")), "the open cell could make it");
    assertEquals(1, code(mobile, minimum("67%")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "%", "-1", "101%", "1.5", "x", "1e3", "9999999999"})
  void whatIsNoMinimumIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Outcome.Minimum.of(text));
  }

  @Test
  void reasonsNameTheCells() {
    assertEquals(
        List.of("b@mobile is likely_blocked, expected reachable"),
        Outcome.of(with(List.of(UP, FAILING)), expectations(false)).reasons());
  }
}
