package org.vpnprobe.analysis;

import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.State;

/** {@code as_expected} (design §4a.8). */
final class Expecting {
  private Expecting() {}

  /** What is expected of a cell; nobody expects a control to be blocked. */
  static Expectation of(CellRecord cell) {
    Expectation expected = cell.cell().expected();
    return cell.vantage().role() == Role.CONTROL && expected != Expectation.REACHABLE
        ? Expectation.ANY
        : expected;
  }

  /** True or false where the cell was judged, null where it could not be. */
  static @Nullable Boolean met(CellRecord cell, Rule rule) {
    State state = rule.state();
    return switch (of(cell)) {
      case ANY -> Boolean.TRUE;
      case REACHABLE ->
          state == State.REACHABLE ? Boolean.TRUE : judged(cell, rule) ? Boolean.FALSE : null;
      case BLOCKED ->
          switch (state) {
            case BLOCKED, LIKELY_BLOCKED -> Boolean.TRUE;
            case IMPAIRED, INSUFFICIENT, VANTAGE_OFFLINE -> null;
            default -> Boolean.FALSE;
          };
      case UNREACHABLE ->
          state == State.REACHABLE
              ? Boolean.FALSE
              : judged(cell, rule) && cell.controlAnswered() ? Boolean.TRUE : null;
    };
  }

  /** A cell that failed is judged, whatever its state is called, unless nothing of it counts. */
  private static boolean judged(CellRecord cell, Rule rule) {
    return switch (rule) {
      case KEYS_MISSING, NOT_TRIED, SECOND_FLOW -> false;
      case VANTAGE_FAILED,
          VANTAGE_ANCHORS,
          CAPTIVE_PORTAL,
          OWN_TUNNEL,
          NO_IP6,
          NO_UDP,
          NO_RESOLVER,
          EGRESS_CHANGED,
          CLOCK ->
          false; // The gate is closed.
      default -> !cell.rounds().map(Expecting::lineWasBad).orElse(false);
    };
  }

  /** Every round was void because the control or the witnesses failed as well. */
  private static boolean lineWasBad(Rounds rounds) {
    return !rounds.tried().isEmpty()
        && rounds.tried().stream()
            .allMatch(t ->
                t.kind() == Rounds.Kind.VOID
                    && (t.why().startsWith("witness_failed") || t.why().startsWith("instrument")));
  }
}
