package org.vpnprobe.report;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.Explanation;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Observation;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.SourceMark;
import org.vpnprobe.model.State;
import org.vpnprobe.model.Step;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;

/** Dossiers with stories and lines of the file; one of them by somebody who means no good. */
final class SampleDossier {
  private static final Instant START = Instant.parse("2026-11-24T03:00:07Z");

  private SampleDossier() {}

  /** One cell of each outcome that CI systems tell apart, two of them with their trials. */
  static Dossier rich() {
    List<Report.Cell> cells =
        List.of(
            SampleReport.reachable("tokyo-wg", "mobile"),
            trojan(
                "london-trojan",
                "mobile",
                State.BLOCKED,
                "tls.reset.sni",
                "connection_reset",
                "Change the server name."),
            trojan(
                "oslo-trojan",
                "mobile",
                State.CONFIG_ERROR,
                null,
                "auth_rejected",
                "Check the password."),
            SampleReport.cell("paris-wg", "mobile", State.INSUFFICIENT, null),
            SampleReport.reachable("tokyo-wg", "frankfurt"));
    Map<String, SourceMark> sources =
        Map.of(
            "tokyo-wg", new SourceMark("probes.yaml", 12, 5),
            "london-trojan", new SourceMark("probes.yaml", 20, 5),
            "oslo-trojan", new SourceMark("fleet/probes, more.yaml", 3, 3));
    Map<String, Explanation> stories =
        Map.of(
            "tokyo-wg@mobile",
            story(
                cells.getFirst(),
                line(
                    "screening",
                    "tokyo-wg@mobile",
                    "reached authenticated",
                    List.of(
                        step(StepName.RESOLVE, 0, 12, null),
                        step(StepName.HANDSHAKE, 12, 43, null)))),
            "london-trojan@mobile",
            story(
                cells.get(1),
                line("control_before", "london-trojan@frankfurt", "reached tunnel", List.of()),
                line(
                    "counted",
                    "london-trojan@mobile",
                    "tls: connection_reset after port",
                    List.of(
                        step(StepName.RESOLVE, 0, 12, null),
                        step(StepName.CONNECT, 12, 40, null),
                        step(StepName.TLS, 52, 41, "connection_reset")))));
    return new Dossier(
        SampleReport.with(cells),
        cell -> Optional.ofNullable(stories.get(cell)),
        sources,
        List.of());
  }

  /**
   * Every text of the report is this one; names hold no more than a journal from somebody else can.
   */
  static Dossier hostile(String text) {
    Report.Cell cell = trojan(text, text, State.BLOCKED, text, "http_unexpected:" + text, text);
    Report.Cell open = SampleReport.cell(text + "2", text, State.INSUFFICIENT, null);
    Report sample = SampleReport.with(List.of(cell, open));
    Report report =
        new Report(
            sample.schemaVersion(),
            text,
            sample.startedAt(),
            sample.finishedAt(),
            text,
            sample.profile(),
            false,
            1,
            List.of(
                new Report.Carrier(
                    text,
                    text,
                    List.of(),
                    sample.carriers().getFirst().role(),
                    new Report.Vantage(text, text, text, text, List.of()),
                    Map.of(State.BLOCKED, 1, State.INSUFFICIENT, 1),
                    new Report.Share(0, 0.5))),
            List.of(cell, open),
            List.of(new org.vpnprobe.model.Event(java.time.LocalDate.EPOCH, text)),
            List.of(new org.vpnprobe.model.Rejected(text, 1, 1, text)),
            List.of(text),
            List.of(
                new Report.Rollup(
                    "tag", text, text, 1, Map.of(State.BLOCKED, 1), new Report.Share(0, 0))),
            List.of(
                new Report.Alternative(
                    text, text, text, Transport.TCP, false, 1, Depth.TUNNEL, null, START)));
    Explanation story =
        story(
            cell,
            new Explanation.Line(
                START,
                Duration.ofSeconds(1),
                text,
                cell.id(),
                "tls: " + text,
                text,
                List.of(step(StepName.TLS, 0, 1, "http_unexpected:" + text)),
                List.of(new Observation(Duration.ZERO, text, text))));
    return new Dossier(
        report,
        id -> id.equals(cell.id()) ? Optional.of(story) : Optional.empty(),
        Map.of(text, new SourceMark(text, 1, 1)),
        List.of());
  }

  private static Report.Cell trojan(
      String endpoint,
      String carrier,
      State state,
      @Nullable String cause,
      String failure,
      String said) {
    return new Report.Cell(
        endpoint + "@" + carrier,
        endpoint,
        "trojan",
        Transport.TCP,
        Family.IP4,
        carrier,
        state,
        cause,
        "some.rule",
        Depth.PORT,
        Depth.TUNNEL,
        Profile.STANDARD,
        6,
        5,
        1,
        new Report.Witnesses(40, 0, 0.0722),
        1.96e-6,
        3.92e-6,
        null,
        new Report.LastFailure(StepName.TLS, failure),
        List.of("5 counted failures in a row", said),
        List.of("server_filter"),
        said,
        Expectation.REACHABLE,
        false,
        List.of(said));
  }

  private static Explanation story(Report.Cell cell, Explanation.Line... lines) {
    return new Explanation(
        cell.id(),
        cell.state(),
        cell.cause(),
        cell.rule(),
        "A sentence.",
        List.of(lines),
        List.of(),
        cell.evidence(),
        cell.notExcluded(),
        cell.advice());
  }

  /** Its observations hold what must not leave: addresses, a name. */
  private static Explanation.Line line(String role, String from, String result, List<Step> steps) {
    return new Explanation.Line(
        START,
        Duration.ofMillis(95),
        role,
        from,
        result,
        role.equals("counted") ? "counted, with contrast" : "",
        steps,
        List.of(new Observation(Duration.ofMillis(9), "dns_answer", "192.0.2.77 vpn.example.org")));
  }

  private static Step step(StepName name, long start, long took, @Nullable String failure) {
    return new Step(
        name, Duration.ofMillis(start), Duration.ofMillis(took), 148, 1, 92, 1, failure);
  }
}
