package org.vpnprobe.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.vpnprobe.analysis.Analyst;
import org.vpnprobe.analysis.Recorded;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Loaded;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;
import org.vpnprobe.engine.Progress;
import org.vpnprobe.engine.Run;
import org.vpnprobe.engine.Stations;
import org.vpnprobe.engine.SteadyClock;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Report;

/**
 * What a run in compressed time said of the cells of carriers that interfere.
 *
 * @param trials all of them, for who wants to know why
 * @param took from the first trial to the last
 * @param notes of the report
 */
record Verdicts(
    List<Censor> censors,
    Map<String, Report.Cell> cells,
    List<Measurement> trials,
    Duration took,
    List<String> notes) {
  Verdicts {
    notes = List.copyOf(notes);
    trials = List.copyOf(trials);
  }

  /** What happens while a run goes on; called by its thread after each trial. */
  @FunctionalInterface
  interface Meanwhile {
    void after(Measurement m);
  }

  /** A file's text, run to its end. */
  static Verdicts of(Path home, List<Censor> censors, String text, double pace) throws IOException {
    return of(home, censors, text, pace, m -> {});
  }

  /** The same, while something happens. */
  static Verdicts of(Path home, List<Censor> censors, String text, double pace, Meanwhile meanwhile)
      throws IOException {
    return of(home, censors, text, pace, SteadyClock.system(Instant.MIN), meanwhile);
  }

  /** The same by another clock. */
  static Verdicts of(
      Path home, List<Censor> censors, String text, double pace, Clock clock, Meanwhile meanwhile)
      throws IOException {
    Path file = home.resolve("probes.yaml");
    Files.writeString(file, text);
    Loaded loaded = load(file);
    Plan plan = paced(loaded.plan(), pace, clock.instant());
    List<Measurement> measurements = new ArrayList<>();
    try (Stations stations = Stations.open(loaded, plan, clock)) {
      new Run(
              plan,
              stations.byVantage(),
              loaded.limits(),
              List.of(),
              m -> {
                measurements.add(m);
                meanwhile.after(m);
              },
              Progress.NONE,
              clock,
              null)
          .run();
    }
    Map<String, Report.Cell> cells = new LinkedHashMap<>();
    Report report = Analyst.report(List.of(new Recorded(plan, measurements, clock.instant())));
    report.cells().forEach(cell -> cells.put(cell.id(), cell));
    return new Verdicts(
        censors,
        cells,
        measurements,
        Duration.between(plan.createdAt(), clock.instant()),
        report.notes());
  }

  private static Loaded load(Path file) throws IOException {
    try {
      return ProbeFile.load(file, Options.of("test", Instant.now(), "run"));
    } catch (InvalidFile e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  /** The same plan in compressed time, which begins now. */
  private static Plan paced(Plan p, double pace, Instant now) {
    return new Plan(
        p.schemaVersion(),
        p.runId(),
        p.toolVersion(),
        now,
        p.seed(),
        p.profile(),
        pace,
        p.rehearsal(),
        p.asControl(),
        p.vantages(),
        p.endpoints(),
        p.cells(),
        p.anchors(),
        p.witnesses(),
        p.neighbours(),
        p.events(),
        p.rejected(),
        p.file(),
        p.diagnose(),
        p.resolvers(),
        p.clockAhead(),
        p.surveyFor(),
        p.controlElsewhere());
  }

  private static String found(Report.Cell cell) {
    return cell.state().id() + " " + Objects.requireNonNullElse(cell.cause(), "-");
  }

  /** The cells that came out otherwise, with their evidence; empty when none did. */
  String wrong() {
    StringBuilder text = new StringBuilder();
    for (Censor censor : censors) {
      for (Report.Cell cell : cells.values()) {
        if (cell.carrier().equals(censor.name())
            && !censor.wanted(cell.endpoint()).equals(found(cell))) {
          text.append(described(cell, "expected " + censor.wanted(cell.endpoint())));
        }
      }
    }
    return text.toString();
  }

  /** All cells that are not reachable, for a person. */
  String failing() {
    StringBuilder text = new StringBuilder("in " + took.toSeconds() + " s\n");
    cells.values().stream()
        .filter(cell -> !found(cell).equals("reachable -"))
        .forEach(cell -> text.append(described(cell, "")));
    return text.toString();
  }

  private static String described(Report.Cell cell, String expected) {
    return "%s: %s, %s; %s; %s\n    %s\n"
        .formatted(
            cell.id(),
            found(cell),
            cell.rule(),
            expected,
            cell.lastFailure(),
            String.join("\n    ", cell.evidence()));
  }
}
