package org.vpnprobe.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;

/**
 * {@code vpnprobe.prom}: for node_exporter's textfile collector. Names follow Prometheus' practices
 * on naming, values are in base units, there are no timestamps (the collector refuses them). Labels
 * are names of the file and words of closed vocabularies: never addresses, sentences, run ids or
 * what a server said.
 */
final class PrometheusFormat implements Format {
  /** So many cells get series of their own; beyond, those that are as expected do not. */
  static final int MOST_CELLS = 10_000;

  private static final String RUN_TIME = "vpnprobe_last_run_timestamp_seconds";
  private static final String RUN_DURATION = "vpnprobe_last_run_duration_seconds";
  private static final String REHEARSAL = "vpnprobe_last_run_rehearsal";
  private static final String REJECTED = "vpnprobe_rejected_entries";
  private static final String LEFT_OUT = "vpnprobe_cells_left_out";
  private static final String BUILD = "vpnprobe_build_info";
  private static final String VANTAGE = "vpnprobe_carrier_vantage_up";
  private static final String CELLS = "vpnprobe_carrier_cells";
  private static final String SHARE = "vpnprobe_carrier_reachable_ratio";
  private static final String REACHABLE = "vpnprobe_cell_reachable";
  private static final String EXPECTED = "vpnprobe_cell_as_expected";
  private static final String STATE = "vpnprobe_cell_state";
  private static final String FAILURE = "vpnprobe_cell_failure_info";
  private static final String LATENCY = "vpnprobe_cell_latency_seconds";
  private static final String TRIALS = "vpnprobe_cell_trials";

  @Override
  public String name() {
    return "prometheus";
  }

  @Override
  public String fileName() {
    return "vpnprobe.prom";
  }

  @Override
  public boolean shared() {
    return false;
  }

  /** A collector runs as another user. Addresses are in it only where the user made them names. */
  @Override
  public boolean readByOthers() {
    return true;
  }

  @Override
  public void write(Dossier dossier, OutputStream out) throws IOException {
    Report report = dossier.report();
    Exposition page = families();
    run(page, report);
    Map<String, String> carriers =
        labels(
            Stream.concat(
                report.carriers().stream().map(Report.Carrier::name),
                report.cells().stream().map(Report.Cell::carrier)));
    report.carriers().forEach(carrier -> carrier(page, carrier, of(carriers, carrier.name())));
    Map<String, String> endpoints = labels(report.cells().stream().map(Report.Cell::endpoint));
    List<Report.Cell> shown = shown(report.cells());
    page.sample(LEFT_OUT, report.cells().size() - (double) shown.size());
    shown.forEach(
        cell -> cell(page, cell, of(endpoints, cell.endpoint()), of(carriers, cell.carrier())));
    out.write(page.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static Exposition families() {
    return new Exposition()
        .gauge(RUN_TIME, "When the last run ended, in seconds since the epoch.")
        .gauge(RUN_DURATION, "How long the last run took.")
        .gauge(REHEARSAL, "1 if the embedded lab was measured and not the world.")
        .gauge(REJECTED, "Entries of the file that could not be used.")
        .gauge(LEFT_OUT, "Cells as expected that have no series here, for their number.")
        .gauge(BUILD, "The version that made the report; always 1.")
        .gauge(VANTAGE, "1 if the place that was measured from worked, 0 if it did not.")
        .gauge(CELLS, "Cells of the carrier in this state.")
        .gauge(
            SHARE,
            "Share of reachable cells; bound low counts the undecided out, bound high counts them in.")
        .gauge(REACHABLE, "1 if the asked depth was reached, 0 if not; none if not decided.")
        .gauge(EXPECTED, "1 if the cell is as expected, 0 if not; none if not judged.")
        .gauge(STATE, "The state of the cell; always 1.")
        .gauge(FAILURE, "Where and how the last trial failed, and why if known; always 1.")
        .gauge(LATENCY, "Median time from the first byte of the handshake to its answer.")
        .gauge(TRIALS, "Trials of the cell in the last run.");
  }

  private static void run(Exposition page, Report report) {
    page.sample(RUN_TIME, report.finishedAt().toEpochMilli() / 1e3);
    page.sample(
        RUN_DURATION, Duration.between(report.startedAt(), report.finishedAt()).toMillis() / 1e3);
    page.sample(REHEARSAL, report.rehearsal() ? 1 : 0);
    page.sample(REJECTED, report.rejected().size());
    page.sample(BUILD, 1, "version", Exposition.value(report.toolVersion()));
  }

  private static void carrier(Exposition page, Report.Carrier carrier, String name) {
    String[] who = {"carrier", name, "role", carrier.role().id()};
    String vantage = carrier.vantage().state();
    if (!vantage.equals("unknown")) {
      page.sample(VANTAGE, vantage.equals("ok") ? 1 : 0, who);
    }
    for (State state : State.values()) {
      page.sample(CELLS, carrier.counts().getOrDefault(state, 0), and(who, "state", state.id()));
    }
    Report.Share share = carrier.reachableShare();
    if (share != null) {
      page.sample(SHARE, share.low(), and(who, "bound", "low"));
      page.sample(SHARE, share.high(), and(who, "bound", "high"));
    }
  }

  private static void cell(Exposition page, Report.Cell cell, String endpoint, String carrier) {
    String[] which = {
      "endpoint",
      endpoint,
      "protocol",
      Exposition.value(cell.protocol()),
      "family",
      cell.family().id(),
      "carrier",
      carrier
    };
    switch (cell.state()) {
      case REACHABLE -> page.sample(REACHABLE, 1, which);
      case DEGRADED, BLOCKED, LIKELY_BLOCKED, IMPAIRED, DOWN, CONFIG_ERROR ->
          page.sample(REACHABLE, 0, which);
      case VANTAGE_OFFLINE, INSUFFICIENT -> {}
    }
    Boolean met = cell.asExpected();
    if (met != null) {
      page.sample(EXPECTED, met ? 1 : 0, which);
    }
    page.sample(STATE, 1, and(which, "state", cell.state().id()));
    Report.LastFailure failure = cell.lastFailure();
    if (failure != null && cell.state() != State.REACHABLE) {
      page.sample(
          FAILURE,
          1,
          and(
              which,
              "step",
              failure.step().id(),
              "failure",
              kind(failure.failure()),
              "cause",
              cell.cause() == null ? "" : Exposition.value(cell.cause())));
    }
    Report.Latency latency = cell.latency();
    if (latency != null) {
      page.sample(LATENCY, latency.p50().toNanos() / 1e9, which);
    }
    page.sample(TRIALS, cell.trials(), which);
  }

  /** The word of the vocabulary alone: its argument may be what a server said. */
  private static String kind(String failure) {
    int colon = failure.indexOf(':');
    String kind = colon < 0 ? failure : failure.substring(0, colon);
    return FailureKind.of(kind).orElse(FailureKind.UNKNOWN_FAILURE).id();
  }

  private static List<Report.Cell> shown(List<Report.Cell> cells) {
    if (cells.size() <= MOST_CELLS) {
      return cells;
    }
    return Stream.concat(
            cells.stream().filter(cell -> !Boolean.TRUE.equals(cell.asExpected())),
            cells.stream().filter(cell -> Boolean.TRUE.equals(cell.asExpected())))
        .limit(MOST_CELLS)
        .toList();
  }

  /** Names as labels. Two that would be the same are told apart: a double series voids the file. */
  private static Map<String, String> labels(Stream<String> names) {
    Map<String, String> labels = new HashMap<>();
    Set<String> taken = new HashSet<>();
    names
        .distinct()
        .forEach(name -> {
          String label = Exposition.value(name);
          for (int i = 2; !taken.add(label); i++) {
            label = String.format(Locale.ROOT, "%s (%d)", Exposition.value(name), i);
          }
          labels.put(name, label);
        });
    return labels;
  }

  private static String of(Map<String, String> labels, @Nullable String name) {
    return labels.getOrDefault(name, "");
  }

  private static String[] and(String[] labels, String... more) {
    return Stream.concat(Stream.of(labels), Stream.of(more)).toArray(String[]::new);
  }
}
