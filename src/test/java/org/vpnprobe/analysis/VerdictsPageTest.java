package org.vpnprobe.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.vpnprobe.analysis.experiment.Inquest;

/** The pages of verdicts and causes name every rule, gate, cause and experiment, in their order. */
class VerdictsPageTest {
  private static final Path SITE = Path.of("src/site/markdown");
  private static final Path CAUSES = Path.of("src/main/java/org/vpnprobe/analysis/CauseRule.java");
  private static final Pattern MECHANISM = Pattern.compile("Optional\\.of\\(\"([^\"]+)\"\\)");

  /** The rows of the table under this head. */
  private static List<String> table(String page, String head) throws IOException {
    List<String> lines = Files.readAllLines(SITE.resolve(page));
    int start = lines.indexOf(head);
    assertTrue(start >= 0, head);
    return lines.subList(start + 2, lines.size()).stream()
        .takeWhile(line -> line.startsWith("|"))
        .toList();
  }

  private static List<String> firstColumn(List<String> rows) {
    return rows.stream().map(row -> row.split("`", 3)[1]).toList();
  }

  @Test
  void everyRuleWithItsSentence() throws IOException {
    assertEquals(
        Arrays.stream(Rule.values())
            .map(rule -> "| `" + rule.id() + "` | " + rule.sentence() + " |")
            .toList(),
        table("verdicts.md", "| Rule | Says |"));
  }

  @Test
  void everyGateWithItsSentence() throws IOException {
    assertEquals(
        Arrays.stream(Gate.values())
            .map(gate -> "| `" + gate.id() + "` | " + gate.sentence() + " |")
            .toList(),
        table("verdicts.md", "| Gate | The vantage |"));
  }

  @Test
  void everyCause() throws IOException {
    assertEquals(
        Arrays.stream(CauseRule.values()).map(rule -> rule.cause("<protocol>")).toList(),
        firstColumn(table("causes.md", "| Cause | Named when |")));
  }

  @Test
  void everyExperiment() throws IOException {
    assertEquals(
        Inquest.names(),
        firstColumn(table("causes.md", "| Experiment | Made when | Sends | Trials at most |")));
  }

  @Test
  void everyMechanismAndTheBudget() throws IOException {
    String page = Files.readString(SITE.resolve("causes.md"));
    List<String> mechanisms =
        MECHANISM.matcher(Files.readString(CAUSES)).results().map(found -> found.group(1)).toList();
    assertFalse(mechanisms.isEmpty());
    mechanisms.forEach(each -> assertTrue(page.contains("- " + each), each));
    assertTrue(
        page.contains(
            "**%d trials and %d minutes**"
                .formatted(Inquest.MOST_TRIALS, Inquest.LONGEST.toMinutes())));
  }
}
