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
 * @param alternatives what works on carriers where something does not, best first
 * @param rollups counts by what cells have in common, carrier by carrier
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
    List<String> notes,
    List<Rollup> rollups,
    List<Alternative> alternatives) {

  /** The version of {@code report.json} that this code writes. */
  public static final int SCHEMA_VERSION = 1;

  public Report {
    carriers = List.copyOf(carriers);
    cells = List.copyOf(cells);
    events = List.copyOf(events);
    rejected = List.copyOf(rejected);
    notes = List.copyOf(notes);
    rollups = List.copyOf(rollups);
    alternatives = List.copyOf(alternatives);
  }

  /** A report without roll-ups. */
  public Report(
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
    this(
        schemaVersion,
        runId,
        startedAt,
        finishedAt,
        toolVersion,
        profile,
        rehearsal,
        pace,
        carriers,
        cells,
        events,
        rejected,
        notes,
        List.of(),
        List.of());
  }

  /**
   * Something that works on a carrier.
   *
   * @param ip6 over IPv6
   * @param depth how far its proof goes
   * @param latency median, null when it was not measured
   * @param answered when it last answered
   */
  public record Alternative(
      String carrier,
      String endpoint,
      String protocol,
      Transport transport,
      boolean ip6,
      int port,
      Depth depth,
      @Nullable Duration latency,
      Instant answered) {}

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

  /**
   * How we stood in the carrier, and whether that worked ({@code ok offline unknown}).
   *
   * @param network {@code mobile fixed mixed backbone cloud proxy unknown}: what kind of line it is
   * @param country the carrier's, null when not known
   * @param egress where it left for the Internet, by time, without addresses
   */
  public record Vantage(
      String kind, String state, String network, @Nullable String country, List<Egress> egress) {
    public Vantage {
      egress = egress.stream().map(Egress::withoutAddress).toList();
    }

    /** A place of which nothing more is known. */
    public Vantage(String kind, String state) {
      this(kind, state, "unknown", null, List.of());
    }
  }

  /**
   * Cells of one carrier that have something in common.
   *
   * @param by {@code carrier protocol tag port}
   * @param value the protocol, tag or port; {@code *} for the carrier as a whole
   * @param counts cells per state; states without a cell are absent
   */
  public record Rollup(
      String by, String value, String carrier, int cells, Map<State, Integer> counts, Share share) {
    /** The cells in this state. */
    public int count(State state) {
      return counts.getOrDefault(state, 0);
    }
  }

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
