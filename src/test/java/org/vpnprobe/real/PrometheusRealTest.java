package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.report.Formats;
import org.vpnprobe.report.SampleReport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Prometheus' own tool reads our metrics, our alert rules and the dashboard's queries. */
class PrometheusRealTest {
  private static final Path SHARE = Path.of("src/main/packaging/share").toAbsolutePath();
  private static final Path RULES = SHARE.resolve("prometheus/vpnprobe.rules.yml");
  private static final Path DASHBOARD = SHARE.resolve("grafana/vpnprobe.json");
  private static final Pattern METRIC = Pattern.compile("\\bvpnprobe_\\w+");

  @TempDir private Path folder = Path.of("");

  private record Said(int exit, String text) {}

  private Said promtool(String input, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Needs.program("promtool")));
    command.addAll(List.of(arguments));
    Path in = Files.writeString(Files.createTempFile(folder, "in", ""), input);
    Path out = Files.createTempFile(folder, "out", "");
    Process process =
        new ProcessBuilder(command)
            .redirectInput(in.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    try {
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), "promtool did not end");
    } finally {
      process.destroyForcibly();
    }
    return new Said(process.exitValue(), Files.readString(out));
  }

  private static String metrics() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Formats.named("prometheus").orElseThrow().write(SampleReport.dossier(), out);
    return out.toString(StandardCharsets.UTF_8);
  }

  /** It also lints names, units and help texts, and says what it dislikes. */
  @Test
  void itTakesTheMetricsWithoutAWord() throws Exception {
    assertEquals(new Said(0, ""), promtool(metrics(), "check", "metrics"));
    assertFalse(promtool(metrics() + "vpnprobe_x{ 1\n", "check", "metrics").exit() == 0);
    assertFalse(
        promtool("vpnprobe_x_milliseconds 1\n", "check", "metrics").text().isEmpty(),
        "what is not its manner is said");
  }

  @Test
  void itTakesTheRulesAndTheyAlertWhenTheyShould() throws Exception {
    Said checked = promtool("", "check", "rules", RULES.toString());
    assertEquals(0, checked.exit(), checked.text());
    String cases =
        Files.readString(
            Path.of("src/test/resources/org/vpnprobe/prometheus/vpnprobe.rules.test.yml"));
    Files.writeString(folder.resolve("rules.test.yml"), cases.replace("RULES", RULES.toString()));
    Said tested = promtool("", "test", "rules", folder.resolve("rules.test.yml").toString());
    assertEquals(0, tested.exit(), tested.text());
    Files.writeString(
        folder.resolve("rules.test.yml"),
        cases.replace("RULES", RULES.toString()).replace("values: 1x12 0x40", "values: 1x60"));
    Said contradicted = promtool("", "test", "rules", folder.resolve("rules.test.yml").toString());
    assertEquals(1, contradicted.exit(), "the cases can fail");
    List<String> alerts =
        Files.readString(RULES)
            .lines()
            .filter(line -> line.contains("- alert: "))
            .map(line -> line.substring(line.indexOf(": ") + 2))
            .toList();
    assertEquals(7, alerts.size());
    alerts.forEach(alert -> assertTrue(cases.contains("alertname: " + alert), alert));
  }

  /** Grafana's variables stand for a regular expression that matches all. */
  @Test
  void itUnderstandsTheDashboardsQueries() throws Exception {
    List<String> queries = new ArrayList<>();
    queries(new ObjectMapper().readTree(Files.readString(DASHBOARD)), queries);
    assertTrue(queries.size() >= 11, queries.toString());
    StringBuilder rules = new StringBuilder("groups:\n  - name: dashboard\n    rules:\n");
    for (int i = 0; i < queries.size(); i++) {
      String query = queries.get(i).replaceAll("\\$(instance|carrier|protocol)", ".*");
      assertFalse(query.contains("$"), query);
      rules.append("      - record: query:").append(i).append("\n        expr: |-\n          ");
      rules.append(query).append('\n');
    }
    Path file = Files.writeString(folder.resolve("dashboard.yml"), rules);
    Said said = promtool("", "check", "rules", file.toString());
    assertEquals(0, said.exit(), said.text());
    assertTrue(said.text().contains(queries.size() + " rules found"), said.text());
  }

  private static void queries(JsonNode node, List<String> found) {
    JsonNode query = node.get("expr");
    if (query != null) {
      found.add(query.asString());
    }
    node.forEach(child -> queries(child, found));
  }

  /** A query for a metric that nobody writes shows nothing for ever. */
  @Test
  void rulesAndDashboardAskForWhatIsWritten() throws Exception {
    String written = metrics();
    TreeSet<String> asked = new TreeSet<>();
    for (Path file : List.of(RULES, DASHBOARD)) {
      asked.addAll(
          METRIC
              .matcher(Files.readString(file))
              .results()
              .map(found -> found.group())
              .collect(Collectors.toSet()));
    }
    assertTrue(asked.size() >= 9, asked.toString());
    asked.forEach(name -> assertTrue(written.contains("# TYPE " + name + " gauge\n"), name));
  }
}
