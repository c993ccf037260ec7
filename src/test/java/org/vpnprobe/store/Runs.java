package org.vpnprobe.store;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Event;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.State;
import org.vpnprobe.model.Transport;

/** Reports of runs, as the analyst makes them. */
public final class Runs {
  private Runs() {}

  /** A report of these cells, five minutes long. */
  public static Report run(String id, Instant end, Report.Cell... cells) {
    return run(id, end, List.of(cells), List.of());
  }

  /** The same with events. */
  public static Report run(String id, Instant end, List<Report.Cell> cells, List<Event> events) {
    List<Report.Carrier> carriers = new ArrayList<>();
    for (String name : cells.stream().map(Report.Cell::carrier).distinct().sorted().toList()) {
      Map<State, Integer> counts = new EnumMap<>(State.class);
      cells.stream()
          .filter(cell -> cell.carrier().equals(name))
          .forEach(cell -> counts.merge(cell.state(), 1, Integer::sum));
      carriers.add(
          new Report.Carrier(
              name,
              name,
              List.of(),
              name.equals("frankfurt") ? Role.CONTROL : Role.CARRIER,
              new Report.Vantage("direct", "ok"),
              counts,
              new Report.Share(0, 1)));
    }
    return new Report(
        Report.SCHEMA_VERSION,
        id,
        end.minus(Duration.ofMinutes(5)),
        end,
        "0.1.0",
        Profile.STANDARD,
        false,
        1,
        carriers,
        cells,
        events,
        List.of(),
        List.of());
  }

  /** A cell in this state, with a rule that leads to it. */
  public static Report.Cell cell(String endpoint, String protocol, String carrier, State state) {
    String rule =
        switch (state) {
          case REACHABLE -> "reachable.answered";
          case DEGRADED -> "degraded.depth";
          case BLOCKED -> "blocked.mechanism";
          case LIKELY_BLOCKED -> "likely_blocked.contrast";
          case IMPAIRED -> "impaired.significant";
          case DOWN -> "down.everywhere";
          case CONFIG_ERROR -> "config_error.refused";
          case VANTAGE_OFFLINE -> "vantage_offline.anchors";
          case INSUFFICIENT -> "insufficient.not_significant";
        };
    boolean blocked = state == State.BLOCKED || state == State.LIKELY_BLOCKED;
    return cell(
        endpoint,
        protocol,
        carrier,
        state,
        rule,
        blocked ? "vpn." + protocol + ".drop.handshake" : null);
  }

  /** A cell that this rule decided. */
  public static Report.Cell cell(
      String endpoint,
      String protocol,
      String carrier,
      State state,
      String rule,
      @Nullable String cause) {
    boolean up = state == State.REACHABLE;
    return new Report.Cell(
        endpoint + "@" + carrier,
        endpoint,
        protocol,
        Transport.UDP,
        Family.IP4,
        carrier,
        state,
        cause,
        rule,
        up ? Depth.AUTHENTICATED : null,
        Depth.AUTHENTICATED,
        Profile.STANDARD,
        up ? 1 : 6,
        up ? 0 : 5,
        0,
        null,
        null,
        null,
        up
            ? new Report.Latency(
                Duration.ofMillis(40), Duration.ofMillis(43), Duration.ofMillis(90))
            : null,
        null,
        List.of(),
        List.of(),
        "",
        Expectation.REACHABLE,
        up,
        List.of());
  }

  /** An event on a day. */
  public static Event event(String day, String name) {
    return new Event(LocalDate.parse(day), name);
  }
}
