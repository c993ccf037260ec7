package org.vpnprobe.analysis;

import java.time.Duration;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Profile;

/** How much a {@link WitnessRun} of a plan may come to, in real time and in trials. */
public final class Extent {
  /** Covers the longest standard run, nine minutes. */
  private static final int SURVEY_LOOKS = 6;

  private Extent() {}

  /** How many rounds a suspect may have. */
  public static int mostRounds(Plan plan) {
    return switch (plan.profile()) {
      case QUICK -> 0;
      case STANDARD -> Stopping.MOST_ROUNDS;
      case THOROUGH -> Stopping.MOST_ROUNDS_THOROUGH;
    };
  }

  /** How long a suspect may be examined at most: all its rounds and their gaps. */
  public static Duration longestExamination(Plan plan) {
    Timing timing = Timing.of(1);
    Duration gap = plan.profile() == Profile.THOROUGH ? timing.thoroughGap() : timing.roundGap();
    return gap.multipliedBy(mostRounds(plan));
  }

  /** How many flows after its first a cell may have that needs a second (QUIC). */
  public static long mostRepeats(Plan plan) {
    return plan.profile() == Profile.QUICK ? 0 : SecondFlow.MOST;
  }

  /** How long a control that runs alone goes on looking; zero for any other run. */
  public static Duration survey(Plan plan) {
    return plan.asControl()
        ? Timing.of(1).surveyGap().multipliedBy(surveyLooks(plan))
        : Duration.ZERO;
  }

  /** Rounded up, so that the last look stands at the end of the time asked for. */
  static int surveyLooks(Plan plan) {
    Duration gap = Timing.of(1).surveyGap();
    return plan.surveyFor() == null
        ? SURVEY_LOOKS
        : (int) Math.max(1, plan.surveyFor().plus(gap).minusNanos(1).dividedBy(gap));
  }
}
