package org.vpnprobe.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class FormatsTest {
  /** The HTML page has a test of its own. */
  static List<Format> formats() {
    return Formats.names().stream()
        .filter(name -> !name.equals("html"))
        .map(name -> Formats.named(name).orElseThrow())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void theSampleIsWrittenAsAgreed(Format format) throws Exception {
    assertEquals(golden("sample-" + format.fileName()), written(format));
  }

  /** The keys of design §6, which scripts rely on. */
  @Test
  void theContractsKeysAreThere() throws Exception {
    JsonNode report = new ObjectMapper().readTree(written(new JsonFormat()));
    assertHas(
        report,
        "schema_version run_id started_at finished_at tool carriers cells rejected".split(" "));
    assertHas(report.get("tool"), "name", "version");
    assertHas(
        report.get("carriers").get(0),
        "name display_name asns role vantage counts reachable_share".split(" "));
    assertHas(report.get("carriers").get(0).get("vantage"), "kind", "state");
    assertHas(report.get("carriers").get(0).get("reachable_share"), "low", "high");
    assertHas(
        report.get("cells").get(0),
        ("id endpoint protocol transport family carrier state cause rule depth profile trials"
                + " counted void witnesses p_value q_value latency_ms last_failure evidence"
                + " not_excluded advice expected as_expected")
            .split(" "));
    assertHas(report.get("cells").get(1).get("witnesses"), "n", "failed", "p0");
    assertHas(report.get("cells").get(0).get("latency_ms"), "min", "p50", "p95");
    assertHas(report.get("cells").get(1).get("last_failure"), "step", "failure");
    assertHas(report.get("rejected").get(0), "file", "line", "column", "message");
  }

  @Test
  void savingLeavesTheFileAndNothingElse(@TempDir Path folder) throws Exception {
    Path file = Formats.save(new JsonFormat(), SampleReport.dossier(), folder, false);
    Formats.save(new JsonFormat(), SampleReport.dossier(), folder, false);
    assertEquals(written(new JsonFormat()), Files.readString(file));
    try (var files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  private static void assertHas(JsonNode node, String... keys) {
    for (String key : keys) {
      assertTrue(node.has(key), key);
    }
  }

  private static String written(Format format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    format.write(SampleReport.dossier(), out);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String golden(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(FormatsTest.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
