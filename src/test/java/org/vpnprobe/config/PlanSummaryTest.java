package org.vpnprobe.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanSummaryTest {
  private static final Path FOLDER = Path.of("src/test/resources/org/vpnprobe/config");

  private static PlanSummary summary(String name) throws Exception {
    String text = Files.readString(FOLDER.resolve(name));
    return PlanSummary.of(ProbeFile.parse("probes.yaml", text, Fake.options()));
  }

  @Test
  void saysWhatWillBeProbedFromWhereAndWhoIsContacted() throws Exception {
    String text = summary("good.yaml").text();
    assertEquals(Files.readString(FOLDER.resolve("good-summary.txt")), text);
    List.of("s3cr3t", "proxy-pass", "lab-value").forEach(s -> assertFalse(text.contains(s)));
  }

  @Test
  void aRehearsalContactsNobody() throws Exception {
    PlanSummary summary = summary("good-templates.yaml");
    assertEquals(List.of(), summary.contacted());
    assertTrue(summary.text().contains("nobody"));
  }

  @Test
  void theTerminalIsNotObeyed() throws Exception {
    String text =
        """
        version: 1
        endpoints: [{name: a, protocol: fake, address: "a\\x9b2Jb:1", need: x}]
        """;
    String shown = PlanSummary.of(ProbeFile.parse("f", text, Fake.options())).text();
    assertFalse(shown.contains("\u009b"));
    assertTrue(shown.contains("a\\u009b2Jb:1"));
  }
}
