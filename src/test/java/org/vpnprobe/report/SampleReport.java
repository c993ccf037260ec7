package org.vpnprobe.report;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Event;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Rejected;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.State;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;

/** A small report with one of everything that a writer has to care for, hostile text included. */
public final class SampleReport {
  private SampleReport() {}

  /** The same with all that formats draw on; no stories, no earlier runs. */
  public static Dossier dossier() {
    return new Dossier(
        mixed(), cell -> java.util.Optional.empty(), java.util.Map.of(), java.util.List.of());
  }

  /** Two carriers and a control, four cells. */
  public static Report mixed() {
    return with(
        List.of(
            reachable("tokyo-wg", "mobile"),
            blocked("paris-ovpn", "mobile"),
            cell("bad\u001b[31mname\tx", "unicom", State.INSUFFICIENT, null),
            reachable("tokyo-wg", "frankfurt")));
  }

  /** A report of these cells alone. */
  public static Report with(List<Report.Cell> cells) {
    return new Report(
        Report.SCHEMA_VERSION,
        "run-1",
        Instant.parse("2026-11-24T03:00:00Z"),
        Instant.parse("2026-11-24T03:05:30.250Z"),
        "0.1.0",
        Profile.STANDARD,
        false,
        1,
        List.of(
            carrier("mobile", Role.CARRIER, cells),
            carrier("unicom", Role.CARRIER, cells),
            carrier("frankfurt", Role.CONTROL, cells)),
        cells,
        List.of(new Event(LocalDate.of(2027, 2, 1), "order to block")),
        List.of(new Rejected("probes.yaml", 12, 5, "unknown protocol “wiregard”")),
        List.of("From these vantages only."));
  }

  static Report.Cell reachable(String endpoint, String carrier) {
    return cell(endpoint, carrier, State.REACHABLE, true);
  }

  static Report.Cell blocked(String endpoint, String carrier) {
    return cell(endpoint, carrier, State.LIKELY_BLOCKED, false);
  }

  /** A cell in this state; what goes with the state is filled in. */
  public static Report.Cell cell(
      String endpoint, String carrier, State state, @Nullable Boolean asExpected) {
    boolean up = state == State.REACHABLE;
    return new Report.Cell(
        endpoint + "@" + carrier,
        endpoint,
        "wireguard",
        Transport.UDP,
        Family.IP4,
        carrier,
        state,
        null,
        up ? "reachable.answered" : "some.rule",
        up ? Depth.AUTHENTICATED : null,
        Depth.AUTHENTICATED,
        Profile.STANDARD,
        up ? 1 : 6,
        up ? 0 : 5,
        up ? 0 : 1,
        up ? null : new Report.Witnesses(40, 0, 0.0722),
        up ? null : 1.96e-6,
        up ? null : 3.92e-6,
        up
            ? new Report.Latency(
                Duration.ofNanos(41_260_000), Duration.ofMillis(43), Duration.ofMillis(90))
            : null,
        up ? null : new Report.LastFailure(StepName.HANDSHAKE, "generic_timeout_error"),
        up ? List.of() : List.of("5 counted failures in a row"),
        up ? List.of() : List.of("route_fault", "server_filter"),
        up ? "" : "Try another port.",
        Expectation.REACHABLE,
        asExpected,
        List.of("asia"));
  }

  private static Report.Carrier carrier(String name, Role role, List<Report.Cell> cells) {
    Map<State, Integer> counts =
        cells.stream()
            .filter(cell -> cell.carrier().equals(name))
            .collect(
                java.util.stream.Collectors.groupingBy(
                    Report.Cell::state, java.util.stream.Collectors.summingInt(cell -> 1)));
    return new Report.Carrier(
        name,
        name,
        List.of(9808L),
        role,
        new Report.Vantage("interface", "ok"),
        counts,
        new Report.Share(0.5, 0.75));
  }
}
