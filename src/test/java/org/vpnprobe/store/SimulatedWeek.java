package org.vpnprobe.store;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;

/**
 * A week of 15-minute runs over two carriers and a control: on Thursday at six, mobile begins to
 * drop WireGuard, one server after the other; nine runs are missing on Tuesday, and for two hours
 * on Wednesday mobile's line is down. Now and then a run cannot judge a cell, or finds a short
 * fault.
 */
public final class SimulatedWeek {
  public static final int RUNS = 672;
  public static final Instant MONDAY = Instant.parse("2027-02-01T00:00:00Z");
  public static final Instant ORDER = Instant.parse("2027-02-04T06:00:00Z");

  private static final List<String> CARRIERS = List.of("mobile", "unicom", "frankfurt");

  /** Endpoints with their protocols. */
  private static final Map<String, String> ENDPOINTS =
      new java.util.TreeMap<>(
          Map.of(
              "wg-osaka", "wireguard",
              "wg-paris", "wireguard",
              "wg-seoul", "wireguard",
              "wg-tokyo", "wireguard",
              "ovpn-osaka", "openvpn",
              "ovpn-paris", "openvpn",
              "ovpn-seoul", "openvpn",
              "ovpn-tokyo", "openvpn",
              "tls-paris", "tls",
              "tls-tokyo", "tls"));

  private SimulatedWeek() {}

  /** When run number so much ends. */
  public static Instant at(int run) {
    return MONDAY.plus(Duration.ofMinutes(15L * run));
  }

  /** Writes the week. */
  public static void write(String where) throws IOException {
    Random random = new Random(5);
    try (History history = History.open(where)) {
      for (int run = 0; run < RUNS; run++) {
        List<Report.Cell> cells = new ArrayList<>();
        for (Map.Entry<String, String> endpoint : ENDPOINTS.entrySet()) {
          for (String carrier : CARRIERS) {
            State state = state(endpoint.getKey(), carrier, run, random.nextDouble());
            cells.add(Runs.cell(endpoint.getKey(), endpoint.getValue(), carrier, state));
          }
        }
        boolean missing = run >= 140 && run < 149;
        if (!missing) {
          history.append(
              Runs.run(
                  "run-" + run,
                  at(run),
                  cells,
                  List.of(Runs.event("2027-02-04", "carriers told to block individual VPNs"))));
        }
      }
    }
  }

  private static State state(String endpoint, String carrier, int run, double chance) {
    if (carrier.equals("mobile") && run >= 240 && run < 248) {
      return State.VANTAGE_OFFLINE;
    }
    if (carrier.equals("mobile") && endpoint.startsWith("wg") && run >= first(endpoint)) {
      return chance < 0.03
          ? State.INSUFFICIENT
          : chance < 0.1 ? State.IMPAIRED : State.LIKELY_BLOCKED;
    }
    return chance < 0.01 ? State.INSUFFICIENT : chance < 0.013 ? State.IMPAIRED : State.REACHABLE;
  }

  /** The first run in which a server is dropped. */
  public static int first(String endpoint) {
    int order = (int) Duration.between(MONDAY, ORDER).toMinutes() / 15;
    return switch (endpoint) {
      case "wg-tokyo", "wg-osaka" -> order;
      case "wg-seoul" -> order + 9;
      default -> order + 40;
    };
  }
}
