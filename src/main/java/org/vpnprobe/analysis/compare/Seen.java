package org.vpnprobe.analysis.compare;

import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;

/**
 * What one report says of one cell, as far as comparing needs it. Keys of {@code report.json} have
 * the same names.
 *
 * @param counted failures that count
 * @param asExpected null where nothing could be judged
 */
public record Seen(
    String endpoint,
    String protocol,
    Family family,
    String carrier,
    State state,
    @Nullable String cause,
    String rule,
    int counted,
    Expectation expected,
    @Nullable Boolean asExpected) {

  /** The same of a cell of a whole report. */
  public static Seen of(Report.Cell cell) {
    return new Seen(
        cell.endpoint(),
        cell.protocol(),
        cell.family(),
        cell.carrier(),
        cell.state(),
        cell.cause(),
        cell.rule(),
        cell.counted(),
        cell.expected(),
        cell.asExpected());
  }

  /** {@code endpoint@carrier[/ip6]}. */
  public String id() {
    return CellFacts.id(endpoint, carrier, family);
  }

  /** What runs are compared by. */
  public Standing standing() {
    return Standing.of(state, rule, counted, expected, asExpected);
  }

  /** The same with this cause. */
  Seen withCause(@Nullable String other) {
    return new Seen(
        endpoint, protocol, family, carrier, state, other, rule, counted, expected, asExpected);
  }
}
