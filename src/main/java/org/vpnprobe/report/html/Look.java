package org.vpnprobe.report.html;

import java.util.List;
import org.vpnprobe.model.State;

/**
 * How a state looks: a word, a symbol and (in the style sheet, by class) a tone for each, so that
 * colour says nothing alone.
 *
 * @param css the class of everything drawn in this state
 * @param symbol the same as the style sheet's
 * @param word what people read
 * @param meaning one line for the legend
 */
public record Look(State state, String css, String symbol, String word, String meaning) {
  private static final List<Look> ALL =
      List.of(
          new Look(State.REACHABLE, "ok", "✓", "reachable", "answered, with proof"),
          new Look(State.DEGRADED, "dg", "◐", "degraded", "answers, but less than it should"),
          new Look(State.BLOCKED, "bl", "✕", "blocked", "stopped here, by a mechanism shown twice"),
          new Look(
              State.LIKELY_BLOCKED, "lb", "✕", "likely blocked", "stopped here, mechanism open"),
          new Look(
              State.IMPAIRED,
              "im",
              "≈",
              "impaired",
              "fails beyond chance, place of the fault open"),
          new Look(State.DOWN, "dn", "↓", "down", "no answer anywhere"),
          new Look(
              State.CONFIG_ERROR, "ce", "!", "config error", "the server answered and refused us"),
          new Look(
              State.VANTAGE_OFFLINE, "of", "–", "vantage offline", "nothing can be said from here"),
          new Look(State.INSUFFICIENT, "in", "?", "not decided", "not enough is known"));

  /** Of every state, the best first. */
  static List<Look> all() {
    return ALL;
  }

  /** Of every state but the good one, the worst first. */
  static List<Look> troubles() {
    return List.of(
        of(State.BLOCKED),
        of(State.LIKELY_BLOCKED),
        of(State.IMPAIRED),
        of(State.DEGRADED),
        of(State.CONFIG_ERROR),
        of(State.DOWN),
        of(State.INSUFFICIENT),
        of(State.VANTAGE_OFFLINE));
  }

  /** Of this state. */
  public static Look of(State state) {
    return ALL.stream().filter(look -> look.state == state).findFirst().orElseThrow();
  }
}
