package org.vpnprobe.analysis.change;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A carrier's cells before and after an event.
 *
 * @param event its moment
 * @param from the runs before it are looked at from here on
 * @param to and those after it up to here
 * @param before all verdicts of the cells that were judged on both sides
 * @param after the same
 * @param cells how many cells were judged on both sides
 * @param endpoints how many endpoints those are
 * @param shift the mean change of an endpoint's own share of runs that work, −1 to 1
 * @param pValue how often as large a shift comes from endpoints that go up as easily as down
 * @param otherDates how many dates of the time before were looked at in the same way
 * @param largestElsewhere the largest shift, without its sign, at any of them; null without one
 * @param moved the cells that changed in the direction of the shift, the first one first
 * @param protocols the same by protocol
 * @param controls the mean change of the controls' shares at the same endpoints, null without any
 * @param warnings what makes the comparison weak, a sentence each
 */
public record Comparison(
    Instant event,
    Instant from,
    Instant to,
    Tally before,
    Tally after,
    int cells,
    int endpoints,
    double shift,
    double pValue,
    int otherDates,
    @Nullable Double largestElsewhere,
    List<Moved> moved,
    List<Group> protocols,
    @Nullable Double controls,
    List<String> warnings) {
  public Comparison {
    moved = List.copyOf(moved);
    protocols = List.copyOf(protocols);
    warnings = List.copyOf(warnings);
  }

  /** A cell that changed about then. */
  public record Moved(String cell, String endpoint, String protocol, Change change) {}

  /**
   * The cells of one protocol.
   *
   * @param moved how many of them changed
   * @param first the first of those, null when none did
   */
  public record Group(
      String protocol, int cells, int moved, Tally before, Tally after, @Nullable Moved first) {}
}
