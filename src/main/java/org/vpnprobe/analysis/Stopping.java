package org.vpnprobe.analysis;

import org.vpnprobe.model.Profile;

/** When a suspect has been looked at enough (design §4a.4 and §4a.7). */
enum Stopping {
  GO_ON,
  /** The last trial waits for the witness after it. */
  WAIT,
  STOP;

  private static final int MOST_COUNTED = 8;
  static final int MOST_ROUNDS = 12;
  static final int MOST_ROUNDS_THOROUGH = 64;

  /** A line whose witness trials measure nothing any more (its interface is gone) ends the wait. */
  private static final int MOST_WAITS = 50;

  /** So many rounds show that the controls fail, too, or give a chance without any control. */
  static final int ROUNDS_WITHOUT_CONTROL = 3;

  /** A 26 % censor lets so many pass with a chance below 3 %. */
  private static final int SUCCESSES_THOROUGH = 12;

  static Stopping of(Suspect suspect, Rounds rounds, Trials trials, Timing timing) {
    boolean thorough = trials.plan().profile() == Profile.THOROUGH;
    boolean succeeded = trials.answered(suspect.cell()) && !thorough;
    if (succeeded || settled(rounds, timing)) {
      return STOP;
    }
    if (thorough && successes(rounds) >= SUCCESSES_THOROUGH && rounds.counted() == 0) {
      return STOP;
    }
    boolean controlled = suspect.hasControl() || trials.plan().hasControlElsewhere();
    boolean judgeable = controlled && witnessed(rounds);
    int most =
        !judgeable || rounds.controlFailures() >= ROUNDS_WITHOUT_CONTROL
            ? ROUNDS_WITHOUT_CONTROL
            : thorough ? MOST_ROUNDS_THOROUGH : MOST_ROUNDS;
    if (!rounds.tried().isEmpty()
        && rounds.tried().getLast().kind() == Rounds.Kind.OPEN
        && !rounds.witnesses().isEmpty()
        && suspect.waits() < MOST_WAITS
        && judgeable) {
      return WAIT;
    }
    boolean enough =
        rounds.tried().size() >= most || (!thorough && rounds.counted() >= MOST_COUNTED);
    return enough ? STOP : GO_ON;
  }

  /**
   * Significant, and with contrast where there is something to try beside the suspect: on a lossy
   * line that fails at times, too, and a further round costs little.
   */
  private static boolean settled(Rounds rounds, Timing timing) {
    return rounds.numbers().significant(timing)
        && (!rounds.hasContrast() || rounds.contrasted().significant(timing));
  }

  /** Nothing can count without a witness; the first may come during the first rounds. */
  private static boolean witnessed(Rounds rounds) {
    return !rounds.witnesses().isEmpty() || rounds.tried().size() < ROUNDS_WITHOUT_CONTROL;
  }

  private static long successes(Rounds rounds) {
    return rounds.tried().stream().filter(t -> t.kind() == Rounds.Kind.SUCCESS).count();
  }
}
