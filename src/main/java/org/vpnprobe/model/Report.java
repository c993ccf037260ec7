package org.vpnprobe.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run (or several merged ones) found. Every writer starts from this; {@code report.json} is
 * its JSON form (design §6, contract).
 *
 * @param notes what the reader must know about the whole run: gates that closed, rehearsal, merging
 */
public record Report(
    int schemaVersion,
    String runId,
    Instant startedAt,
    Instant finishedAt,
    String toolVersion,
    Profile profile,
    boolean rehearsal,
    double pace,
    List<Carrier> carriers,
    List<Cell> cells,
    List<Event> events,
    List<Rejected> rejected,
    List<String> notes) {

  /** The version of {@code report.json} that this code writes. */
  public static final int SCHEMA_VERSION = 1;

  public Report {
    carriers = List.copyOf(carriers);
    cells = List.copyOf(cells);
    events = List.copyOf(events);
    rejected = List.copyOf(rejected);
    notes = List.copyOf(notes);
  }

  /**
   * One carrier or control.
   *
   * @param counts cells per state; states without a cell are absent
   * @param reachableShare null when there is no cell
   */
  public record Carrier(
      String name,
      String displayName,
      List<Long> asns,
      Role role,
      Vantage vantage,
      Map<State, Integer> counts,
      @Nullable Share reachableShare) {}

  /** How we stood in the carrier, and whether that worked ({@code ok offline unknown}). */
  public record Vantage(String kind, String state) {}

  /** low = reachable / all, high = (reachable + undecided) / all (design §4a.10). */
  public record Share(double low, double high) {}

  /** The verdict on one cell with the numbers that led to it. */
  public record Cell(
      String id,
      String endpoint,
      String protocol,
      Transport transport,
      Family family,
      String carrier,
      State state,
      @Nullable String cause,
      String rule,
      @Nullable Depth depth,
      Depth asked,
      Profile profile,
      int trials,
      int counted,
      int voided,
      @Nullable Witnesses witnesses,
      @Nullable Double pValue,
      @Nullable Double qValue,
      @Nullable Latency latency,
      @Nullable LastFailure lastFailure,
      List<String> evidence,
      List<String> notExcluded,
      String advice,
      Expectation expected,
      @Nullable Boolean asExpected,
      List<String> tags) {}

  /** n counted witness trials, how many failed, and p0 = max(0.02, upper bound). */
  public record Witnesses(int n, int failed, double p0) {}

  /** Time from the first byte of the handshake to its answer, over the successful trials. */
  public record Latency(Duration min, Duration p50, Duration p95) {}

  public record LastFailure(StepName step, String failure) {}
}
