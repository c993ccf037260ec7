package org.vpnprobe.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NumbersTest {
  private static final Timing REAL = Timing.of(1);
  private static final Duration LONG = Duration.ofSeconds(120);

  /** One-sided: 1 − 0.05^(1/N) where nothing failed; tables of Clopper and Pearson elsewhere. */
  @Test
  void boundsOfTheWitnesses() {
    assertEquals(1, Numbers.p0(0, 0));
    assertEquals(1 - Math.pow(0.05, 1 / 24.0), Numbers.p0(24, 0), 1e-9);
    assertEquals(0.3942, Numbers.p0(10, 1), 1e-4);
    assertEquals(0.02, Numbers.p0(1000, 0));
    assertEquals(1, Numbers.p0(5, 5));
  }

  @Test
  void bonferroniOverTheSuspects() {
    Numbers few = Numbers.of(4, LONG, 24, 0, 10);
    assertEquals(Math.pow(few.p0(), 4), few.pValue(), 1e-12);
    assertEquals(10 * few.pValue(), few.qValue(), 1e-12);
    assertTrue(few.significant(REAL));
    assertFalse(Numbers.of(4, LONG, 24, 0, 300).significant(REAL), "too many suspects");
    assertTrue(Numbers.of(5, LONG, 24, 0, 300).significant(REAL));
  }

  @Test
  void eachConditionIsNeeded() {
    assertFalse(Numbers.of(3, LONG, 1000, 0, 1).significant(REAL), "three are too few");
    assertFalse(Numbers.of(4, Duration.ofSeconds(100), 1000, 0, 1).significant(REAL), "too soon");
    assertFalse(Numbers.of(4, LONG, 20, 4, 1).significant(REAL), "a bad line");
    assertTrue(
        Numbers.of(4, Duration.ofSeconds(12), 1000, 0, 1).significant(Timing.of(10)),
        "a rehearsal's time is shorter");
  }

  @Test
  void theMixtureIsAnEValue() {
    assertEquals(1, Numbers.mixed(0, 20, LONG, 100, 0, 1).pValue());
    assertTrue(Numbers.mixed(10, 20, LONG, 100, 0, 1).pValue() < 1e-4);
    // Under p0 itself its mean is 1: E[1/p] over one trial.
    double p0 = Numbers.p0(100, 0);
    double failed = 1 / Numbers.mixed(1, 0, LONG, 100, 0, 1).pValue();
    assertTrue(p0 * failed < 1);
  }
}
