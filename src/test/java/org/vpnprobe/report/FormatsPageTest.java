package org.vpnprobe.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page of formats has a row for each, and names every column and metric. */
class FormatsPageTest {
  private static final Path PAGE = Path.of("src/site/markdown/formats.md");

  private static List<String> table(String head) throws IOException {
    List<String> lines = Files.readAllLines(PAGE);
    int start = lines.indexOf(head);
    assertTrue(start >= 0, head);
    return lines.subList(start + 2, lines.size()).stream()
        .takeWhile(line -> line.startsWith("|"))
        .toList();
  }

  private static String written(String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Formats.named(format).orElseThrow().write(SampleDossier.rich(), out);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void everyFormatHasItsRow() throws Exception {
    List<String> rows = table("| Format | File | Shared | For |");
    assertEquals(
        Formats.names().stream()
            .map(name -> Formats.named(name).orElseThrow())
            .map(format ->
                "| `%s` | `%s` | %s |"
                    .formatted(format.name(), format.fileName(), format.shared() ? "yes" : "no"))
            .toList(),
        rows.stream()
            .map(row -> row.substring(0, row.lastIndexOf("|", row.length() - 2) + 1))
            .toList());
  }

  @Test
  void everyColumnIsThere() throws Exception {
    String page = Files.readString(PAGE);
    String csv = written("csv").lines().findFirst().orElseThrow().replace(',', ' ');
    assertTrue(page.contains("`" + csv + "`"), csv);
    String tsv = written("tsv").lines().findFirst().orElseThrow().replace('\t', ' ');
    assertTrue(page.contains("`" + tsv + "`"), tsv);
  }

  @Test
  void everyMetricIsThere() throws Exception {
    assertEquals(
        written("prometheus")
            .lines()
            .filter(line -> line.startsWith("# TYPE "))
            .map(line -> line.split(" ")[2])
            .toList(),
        table("| Metric | Labels | Value |").stream().map(row -> row.split("`")[1]).toList());
  }

  @Test
  void whatItPointsToIsThere() {
    for (String file :
        List.of(
            "ci/github-workflow.yml",
            "ci/gitlab-ci.yml",
            "prometheus/vpnprobe.rules.yml",
            "grafana/vpnprobe.json")) {
      assertTrue(Files.exists(Path.of("src/main/packaging/share", file)), file);
    }
  }
}
