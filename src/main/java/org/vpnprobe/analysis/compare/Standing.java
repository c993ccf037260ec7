package org.vpnprobe.analysis.compare;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.State;

/**
 * How a cell stands, as far as two runs can be compared by it. Coarser than the states: how sure a
 * verdict is differs from run to run without anything having changed.
 */
public enum Standing {
  /** It answers as deep as asked. */
  ANSWERS,
  /** It answers, but less deep than from the control, or its data is stopped or slowed. */
  DEGRADED,
  /**
   * It was tried and did not answer, and the reason is open: nobody is blamed. What {@code expect:
   * reachable} calls not met whatever the state is called (design §4a.8).
   */
  FAILS,
  /** {@code blocked} or {@code likely_blocked}. */
  BLOCKED,
  /** Nobody gets an answer anywhere. */
  DOWN,
  /** The server answers and refuses us. */
  REFUSED,
  /** Nothing could be judged: neither a change nor the end of one. */
  UNDECIDED;

  /**
   * Rules of insufficient cells that were tried on a line that works, and did not answer. All
   * others mean that nothing could be judged; so does a rule that this version does not know.
   */
  private static final Set<String> TRIED_IN_VAIN =
      Set.of(
          "insufficient.quick",
          "insufficient.deadline",
          "insufficient.shared_port",
          "insufficient.no_control",
          "insufficient.no_witness",
          "insufficient.control");

  private static final String NOT_SIGNIFICANT = "insufficient.not_significant";

  /**
   * How a cell of a report stands.
   *
   * @param counted failures that count: without any, an insignificant cell may have failed for its
   *     line
   * @param met what the report says of the expectation: of an endpoint expected to be reachable it
   *     tells whether a failure was judged
   */
  public static Standing of(
      State state, String rule, int counted, Expectation expected, @Nullable Boolean met) {
    return switch (state) {
      case REACHABLE -> ANSWERS;
      case DEGRADED -> DEGRADED;
      case BLOCKED, LIKELY_BLOCKED -> BLOCKED;
      case DOWN -> DOWN;
      case CONFIG_ERROR -> REFUSED;
      case VANTAGE_OFFLINE -> UNDECIDED;
      case IMPAIRED -> FAILS;
      case INSUFFICIENT -> {
        if (expected == Expectation.REACHABLE && met == null) {
          yield UNDECIDED;
        }
        boolean tried =
            TRIED_IN_VAIN.contains(rule) || (rule.equals(NOT_SIGNIFICANT) && counted > 0);
        yield tried ? FAILS : UNDECIDED;
      }
    };
  }

  /** True when it says that the cell does not answer. */
  public boolean silent() {
    return switch (this) {
      case FAILS, BLOCKED, DOWN, REFUSED -> true;
      case ANSWERS, DEGRADED, UNDECIDED -> false;
    };
  }
}
