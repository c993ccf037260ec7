package org.vpnprobe.scenario;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.vpnprobe.analysis.Analyst;
import org.vpnprobe.analysis.Recorded;
import org.vpnprobe.config.Loaded;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;
import org.vpnprobe.engine.Run;
import org.vpnprobe.engine.Stations;
import org.vpnprobe.engine.SteadyClock;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.Role;

/**
 * One rehearsal: a file of carriers with what is expected of their cells, run to its end by the
 * engine. Lines {@code #= carrier endpoint state cause} say what is expected, {@code -} for no
 * cause; {@code *} stands for every endpoint that no other line names; all else is reachable.
 *
 * @param expected by cell
 * @param found by cell
 * @param report what the journal says in the end
 */
record Scenario(Map<String, String> expected, Map<String, String> found, Report report) {
  private static final String MARK = "#= ";

  static Scenario run(String name, Path folder) throws IOException {
    String carriers = text(name + ".yaml");
    Path file = folder.resolve(name + ".yaml");
    boolean whole = carriers.contains("\nendpoints:");
    Files.writeString(file, whole ? carriers : carriers + "\n" + text("endpoints.yaml"));
    Loaded loaded = load(file, name);
    List<Measurement> measurements = new ArrayList<>();
    Clock clock = SteadyClock.system(Instant.MIN);
    try (Stations stations = Stations.open(loaded, loaded.plan(), clock)) {
      Run run =
          new Run(
              loaded.plan(),
              stations.byVantage(),
              loaded.limits(),
              List.of(),
              measurements::add,
              state -> {},
              clock,
              null);
      run.run();
    }
    Report report =
        Analyst.report(List.of(new Recorded(loaded.plan(), measurements, clock.instant())));
    Map<String, String> found = new TreeMap<>();
    for (Report.Cell cell : report.cells()) {
      if (isCarrier(report, cell)) {
        found.put(
            cell.id(), cell.state().id() + " " + Objects.requireNonNullElse(cell.cause(), "-"));
      }
    }
    return new Scenario(expected(carriers, found), found, report);
  }

  private static Loaded load(Path file, String name) throws IOException {
    try {
      return ProbeFile.load(file, Options.of("test", Instant.now(), name).withLab(Lab::material));
    } catch (org.vpnprobe.config.InvalidFile e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  private static boolean isCarrier(Report report, Report.Cell cell) {
    return report.carriers().stream()
        .anyMatch(c -> c.name().equals(cell.carrier()) && c.role() == Role.CARRIER);
  }

  private static Map<String, String> expected(String carriers, Map<String, String> found) {
    Map<String, String> expected = new TreeMap<>();
    Map<String, String> others = new TreeMap<>();
    for (String line : carriers.lines().filter(l -> l.startsWith(MARK)).toList()) {
      String[] words = line.substring(MARK.length()).strip().split("\\s+");
      String verdict = words[2] + " " + words[3];
      if (words[1].equals("*")) {
        others.put(words[0], verdict);
      } else if (found.containsKey(words[1] + "@" + words[0])) {
        expected.put(words[1] + "@" + words[0], verdict);
      } else {
        throw new AssertionError("no cell for: " + line);
      }
    }
    found
        .keySet()
        .forEach(cell ->
            expected.putIfAbsent(
                cell, others.getOrDefault(cell.substring(cell.indexOf('@') + 1), "reachable -")));
    return expected;
  }

  private static String text(String resource) throws IOException {
    try (var in = Objects.requireNonNull(Scenario.class.getResourceAsStream(resource), resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** The cells that came out otherwise, with their evidence; empty when none did. */
  String wrong() {
    StringBuilder text = new StringBuilder();
    for (Report.Cell cell : report.cells()) {
      String wanted = expected.get(cell.id());
      if (wanted != null && !wanted.equals(found.get(cell.id()))) {
        text.append(cell.id())
            .append(": expected ")
            .append(wanted)
            .append(", found ")
            .append(found.get(cell.id()))
            .append(", ")
            .append(cell.rule());
        cell.evidence().forEach(line -> text.append("\n    ").append(line));
        text.append('\n');
      }
    }
    return text.toString();
  }
}
