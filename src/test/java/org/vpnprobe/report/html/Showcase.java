package org.vpnprobe.report.html;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.Explanation;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Event;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Observation;
import org.vpnprobe.model.PastVerdict;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Rejected;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.SourceMark;
import org.vpnprobe.model.State;
import org.vpnprobe.model.Step;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.report.Dossier;

/**
 * Made dossiers: carriers and endpoints in every state, weeks of earlier runs, dated events, and
 * text that would like to be more than text.
 */
public final class Showcase {
  /** What a hostile file or server might say; none of it may act, or turn what stands beside it. */
  public static final List<String> HOSTILE =
      List.of(
          "</script><script>alert(1)</script>",
          "\"><img src=x onerror=alert(2)>",
          "' onfocus=alert(3) autofocus x='",
          "javascript:alert(4)",
          "${7*7} @if(true) $unsafe{x} !{y}",
          "</style><svg onload=alert(5)>",
          "abc\u202Egnp.exe\u2066\u200B",
          "<!-- <![CDATA[ ]]> -->",
          "\u0000\u0007\u001B[31m&#x3c;b&gt;");

  private static final Instant END = Instant.parse("2026-11-24T03:05:30.250Z");
  private static final List<String> CARRIERS =
      List.of("china-mobile", "china-unicom", "china-telecom", "frankfurt");

  private Showcase() {}

  /** Every state, history, events, hostile names. */
  public static Dossier all() {
    List<Report.Cell> cells = new ArrayList<>();
    State[] states = State.values();
    String[] protocols = {"wireguard", "wireguard", "openvpn", "ikev2", "trojan", "hysteria2"};
    for (int i = 0; i < 12; i++) {
      for (int c = 0; c < CARRIERS.size(); c++) {
        boolean failing = c < 3 && (i + 2 * c) % 4 == 0;
        State state = failing ? states[1 + (i + c) % (states.length - 1)] : State.REACHABLE;
        cells.add(cell("endpoint-" + i, protocols[i % 6], CARRIERS.get(c), state, i == 4));
      }
    }
    for (String name : HOSTILE) {
      cells.add(cell(name, "tls", "china-mobile", State.BLOCKED, false));
    }
    return dossier(report(cells, CARRIERS, true), past(cells));
  }

  /** Reachable, blocked, and a control: the smallest report worth having. */
  public static Dossier small() {
    List<Report.Cell> cells =
        List.of(
            cell("tokyo-wg", "wireguard", "china-mobile", State.LIKELY_BLOCKED, false),
            cell("tokyo-wg", "wireguard", "china-unicom", State.REACHABLE, false),
            cell("tokyo-wg", "wireguard", "frankfurt", State.REACHABLE, false));
    return dossier(
        report(cells, List.of("china-mobile", "china-unicom", "frankfurt"), false), List.of());
  }

  /** Many endpoints on five carriers and a control; one cell in ten of the carriers' fails. */
  public static Dossier large(int endpoints) {
    List<String> carriers = List.of("mobile", "unicom", "telecom", "cbn", "cernet", "frankfurt");
    List<Report.Cell> cells = new ArrayList<>();
    for (int i = 0; i < endpoints; i++) {
      for (int c = 0; c < carriers.size(); c++) {
        boolean failing = c < 5 && (i * 7 + c * 3) % 10 == 0;
        State state = failing ? State.values()[1 + i % 8] : State.REACHABLE;
        cells.add(
            cell("server-" + i + "-berlin", "protocol-" + i % 24, carriers.get(c), state, false));
      }
    }
    return dossier(report(cells, carriers, false), List.of());
  }

  private static Dossier dossier(Report report, List<PastVerdict> past) {
    Map<String, Report.Cell> byId = new LinkedHashMap<>();
    report.cells().forEach(cell -> byId.put(cell.id(), cell));
    return new Dossier(
        report,
        id -> Optional.ofNullable(byId.get(id)).map(Showcase::explained),
        Map.of("endpoint-0", new SourceMark("probes.yaml", 14, 5)),
        past);
  }

  private static Report.Cell cell(
      String endpoint, String protocol, String carrier, State state, boolean ip6) {
    boolean up = state == State.REACHABLE;
    int spread = Math.floorMod((endpoint + carrier).hashCode(), 97);
    return new Report.Cell(
        endpoint + "@" + carrier + (ip6 ? "/ip6" : ""),
        endpoint,
        protocol,
        protocol.equals("tls") ? Transport.TCP : Transport.UDP,
        ip6 ? Family.IP6 : Family.IP4,
        carrier,
        state,
        state == State.BLOCKED ? "vpn." + protocol + ".drop.handshake" : null,
        up ? "reachable.answered" : state.id() + ".some_rule",
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
                Duration.ofMillis(20 + spread),
                Duration.ofMillis(30 + 4 * spread),
                Duration.ofMillis(90 + 8 * spread))
            : null,
        up ? null : new Report.LastFailure(StepName.HANDSHAKE, "generic_timeout_error"),
        up ? List.of() : List.of("5 counted failures in a row", HOSTILE.get(0)),
        up ? List.of() : List.of("server_filter"),
        up ? "" : "Obfuscate, or use another protocol: this one is recognised here.",
        Expectation.REACHABLE,
        up ? Boolean.TRUE : state == State.INSUFFICIENT ? null : Boolean.FALSE,
        List.of("asia"));
  }

  private static Explanation explained(Report.Cell cell) {
    List<Explanation.Line> lines = new ArrayList<>();
    boolean up = cell.state() == State.REACHABLE;
    for (int i = 0; i < (up ? 1 : 6); i++) {
      Instant at = END.minusSeconds(300 - 45L * i);
      lines.add(line(at, i == 0 ? "screening" : "counted", cell.id(), up, i == 3));
      if (!up) {
        lines.add(
            line(at.plusSeconds(9), "control_after", cell.endpoint() + "@frankfurt", true, false));
        lines.add(line(at.plusSeconds(15), "witness", "other@" + cell.carrier(), true, false));
        lines.add(line(at.plusSeconds(21), "witness", "other@" + cell.carrier(), true, false));
      }
    }
    return new Explanation(
        cell.id(),
        cell.state(),
        cell.cause(),
        cell.rule(),
        up
            ? "the server proved itself to the asked depth"
            : "significant, and a mechanism shown twice that neither loss nor a filter can make",
        lines,
        up ? List.of() : List.of("p = p0^n = 0.0722^5 = 1.96e-06 (at most 0.001)"),
        cell.evidence(),
        cell.notExcluded(),
        cell.advice());
  }

  private static Explanation.Line line(
      Instant at, String role, String from, boolean up, boolean voided) {
    List<Step> steps =
        List.of(
            new Step(StepName.RESOLVE, Duration.ZERO, Duration.ofMillis(8), 34, 1, 50, 1, null),
            new Step(
                StepName.HANDSHAKE,
                Duration.ofMillis(8),
                Duration.ofMillis(up ? 44 : 15_000),
                148,
                3,
                up ? 92 : 0,
                up ? 1 : 0,
                up ? null : "generic_timeout_error"));
    return new Explanation.Line(
        at,
        Duration.ofMillis(up ? 52 : 15_008),
        role,
        from,
        up ? "reached authenticated" : "handshake: generic_timeout_error",
        !role.equals("counted") || up ? "" : voided ? "void: the control failed" : "counted",
        steps,
        List.of(
            new Observation(Duration.ofMillis(9), "banner", HOSTILE.get(1)),
            new Observation(Duration.ofMillis(9), "banner", HOSTILE.get(6))));
  }

  /** Twice a day for twenty days; wireguard fails on china-mobile since the twelfth. */
  private static List<PastVerdict> past(List<Report.Cell> cells) {
    List<PastVerdict> past = new ArrayList<>();
    for (int run = 40; run > 0; run--) {
      Instant at = END.minus(Duration.ofHours(12L * run));
      for (Report.Cell cell : cells) {
        boolean hit = cell.protocol().equals("wireguard") && cell.carrier().equals("china-mobile");
        State state =
            hit && run < 16
                ? State.LIKELY_BLOCKED
                : cell.endpoint().equals("endpoint-3") && run % 9 == 0
                    ? State.IMPAIRED
                    : State.REACHABLE;
        past.add(new PastVerdict("run-" + run, at, cell.id(), state, null, null));
      }
    }
    return past;
  }

  private static Report report(List<Report.Cell> cells, List<String> names, boolean rehearsal) {
    return new Report(
        Report.SCHEMA_VERSION,
        "run-of-the-showcase",
        Instant.parse("2026-11-24T03:00:00Z"),
        END,
        "0.1.0",
        Profile.STANDARD,
        rehearsal,
        rehearsal ? 15 : 1,
        names.stream().map(name -> carrier(name, cells)).toList(),
        cells,
        List.of(
            new Event(LocalDate.of(2026, 11, 16), "carriers told to block " + HOSTILE.get(0)),
            new Event(LocalDate.of(2027, 2, 1), "order to block individual VPNs")),
        List.of(new Rejected("probes.yaml", 12, 5, "unknown protocol " + HOSTILE.get(1))),
        List.of("Seen from these vantages; another line of the same carrier may differ."),
        rollups(cells, names),
        List.of(
            new Report.Alternative(
                "china-mobile",
                "endpoint-5",
                "hysteria2",
                Transport.UDP,
                false,
                443,
                Depth.AUTHENTICATED,
                Duration.ofMillis(43),
                END)));
  }

  private static Report.Carrier carrier(String name, List<Report.Cell> cells) {
    Map<State, Integer> counts = counts(cells, name, null);
    double all = Math.max(1, counts.values().stream().mapToInt(Integer::intValue).sum());
    double low = counts.getOrDefault(State.REACHABLE, 0) / all;
    return new Report.Carrier(
        name,
        switch (name) {
          case "china-mobile" -> "China Mobile";
          case "china-unicom" -> "China Unicom";
          case "china-telecom" -> "China Telecom";
          default -> name;
        },
        List.of(9808L),
        name.equals("frankfurt") ? Role.CONTROL : Role.CARRIER,
        new Report.Vantage("interface", "ok", "mobile", "CN", List.of()),
        counts,
        new Report.Share(low, low + counts.getOrDefault(State.INSUFFICIENT, 0) / all));
  }

  private static Map<State, Integer> counts(
      List<Report.Cell> cells, String carrier, @Nullable String protocol) {
    Map<State, Integer> counts = new EnumMap<>(State.class);
    cells.stream()
        .filter(cell -> cell.carrier().equals(carrier))
        .filter(cell -> protocol == null || cell.protocol().equals(protocol))
        .forEach(cell -> counts.merge(cell.state(), 1, Integer::sum));
    return counts;
  }

  private static List<Report.Rollup> rollups(List<Report.Cell> cells, List<String> names) {
    Map<String, String> protocols = new TreeMap<>();
    cells.forEach(cell -> protocols.put(cell.protocol(), ""));
    List<Report.Rollup> rollups = new ArrayList<>();
    for (String protocol : protocols.keySet()) {
      for (String name : names) {
        Map<State, Integer> counts = counts(cells, name, protocol);
        int all = counts.values().stream().mapToInt(Integer::intValue).sum();
        if (all > 0) {
          Report.Share share = new Report.Share(0.5, 0.75);
          rollups.add(new Report.Rollup("protocol", protocol, name, all, counts, share));
        }
      }
    }
    return rollups;
  }
}
