package org.vpnprobe.report.html;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.vpnprobe.model.Rejected;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.Role;
import org.vpnprobe.report.Dossier;

/**
 * All that the page shows.
 *
 * @param policy what the browser may load and run: this page's style and script, by their hashes
 * @param title what the browser's tab says
 * @param when the time of the run
 * @param facts what was measured, in a few words each
 * @param rehearsal one sentence, empty for a real run
 */
public record Page(
    String policy,
    String style,
    String script,
    String title,
    String when,
    List<String> facts,
    String rehearsal,
    List<CarrierCard> carriers,
    HeatMap map,
    List<Look> looks,
    Timeline timeline,
    LatencyPlot latency,
    FailurePlot failures,
    List<RollupTable> rollups,
    List<String> notes,
    List<String> rejected,
    Shelf shelf,
    String run,
    String version) {

  static Page of(Dossier dossier) throws IOException {
    Report report = dossier.report();
    Titles titles = new Titles(report.carriers());
    Shelf shelf = Shelf.of(dossier, titles);
    String style = resource("page.css");
    String script = resource("page.js");
    HeatMap map = HeatMap.of(report, titles, shelf.numbers());
    return new Page(
        policy(style, script),
        style,
        script,
        (report.rehearsal() ? "Rehearsal: " : "")
            + "VPN reachability, "
            + Wording.minute(report.startedAt())
            + " UTC",
        when(report),
        facts(report),
        report.rehearsal() ? rehearsal(report) : "",
        report.carriers().stream().map(carrier -> CarrierCard.of(report, carrier, titles)).toList(),
        map,
        Look.all(),
        Timeline.of(dossier, titles),
        LatencyPlot.of(report, titles),
        FailurePlot.of(report, titles),
        RollupTable.of(report),
        report.notes().stream().map(note -> Wording.safe(note, 400)).toList(),
        report.rejected().stream().map(Page::rejected).toList(),
        shelf,
        Wording.name(report.runId()),
        Wording.name(report.toolVersion()));
  }

  private static String rehearsal(Report report) {
    String pace =
        report.pace() == Math.rint(report.pace())
            ? Long.toString((long) report.pace())
            : Double.toString(report.pace());
    return "The embedded lab was measured, not the world"
        + (report.pace() == 1 ? "." : "; time ran " + pace + " times as fast.");
  }

  private static String when(Report report) {
    boolean sameDay =
        report
            .startedAt()
            .atOffset(ZoneOffset.UTC)
            .toLocalDate()
            .equals(report.finishedAt().atOffset(ZoneOffset.UTC).toLocalDate());
    return Wording.minute(report.startedAt())
        + " to "
        + (sameDay ? Wording.clock(report.finishedAt()) : Wording.minute(report.finishedAt()))
        + " UTC";
  }

  private static List<String> facts(Report report) {
    long controls = report.carriers().stream().filter(c -> c.role() == Role.CONTROL).count();
    List<String> facts = new ArrayList<>();
    facts.add(
        Wording.count(
                report.cells().stream().map(Report.Cell::endpoint).distinct().count(), "endpoint")
            + " from "
            + Wording.count(report.carriers().size() - controls, "carrier")
            + (controls == 0 ? "" : " and " + Wording.count(controls, "control")));
    facts.add(report.profile().id() + " profile");
    return facts;
  }

  private static String rejected(Rejected entry) {
    return Wording.name(entry.file())
        + ":"
        + entry.line()
        + ":"
        + entry.column()
        + ": "
        + Wording.safe(entry.message(), 400);
  }

  /** Content Security Policy Level 3: nothing is loaded, and only what has these hashes is used. */
  private static String policy(String style, String script) {
    return "default-src 'none'; style-src '"
        + hash(style)
        + "'; script-src '"
        + hash(script)
        + "'; base-uri 'none'; form-action 'none'";
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
