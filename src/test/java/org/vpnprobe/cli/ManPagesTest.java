package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual: a page for each command, all that the help shows, and nothing a formatter minds. */
@Timeout(120)
class ManPagesTest {
  private static final Map<String, String> PAGES = ManPages.pages("2026-01-01", "0.1.0");

  @TempDir private Path folder = Path.of("");

  private static List<CommandSpec> all(CommandSpec command) {
    List<CommandSpec> all = new ArrayList<>(List.of(command));
    CommandTree.commands(command).forEach(each -> all.addAll(all(each)));
    return all;
  }

  @Test
  void everyCommandAndOptionIsThere() {
    List<CommandSpec> commands = all(CommandTree.root());
    assertEquals(commands.size(), PAGES.size());
    for (CommandSpec command : commands) {
      String page = Objects.requireNonNull(PAGES.get(command.qualifiedName("-") + ".1"));
      for (OptionSpec option : command.options()) {
        for (String name : option.names()) {
          assertTrue(page.contains("\\fB" + name.replace("-", "\\-") + "\\fR"), name);
        }
      }
      for (PositionalParamSpec parameter : command.positionalParameters()) {
        assertTrue(page.contains("\\fI" + parameter.paramLabel().replace("-", "\\-") + "\\fR"));
      }
    }
    String root = Objects.requireNonNull(PAGES.get("vpnprobe.1"));
    commands.stream()
        .skip(1)
        .forEach(each -> assertTrue(root.contains("\\fB" + each.name() + "\\fR"), each.name()));
  }

  @Test
  void formattersHaveNothingToSay() throws Exception {
    ManPages.main(new String[] {folder.toString(), "2026-01-01"});
    for (String name : PAGES.keySet()) {
      String file = folder.resolve(name).toString();
      Programs.Said lint =
          Programs.run(folder, Programs.needed("mandoc"), "-Tlint", "-Wwarning", file);
      assertEquals("", lint.text());
      Programs.Said groff =
          Programs.run(folder, Programs.needed("groff"), "-man", "-ww", "-Tutf8", "-z", file);
      assertEquals("", groff.text());
      assertEquals(0, groff.exit());
    }
  }

  @Test
  void aPersonReadsIt() throws Exception {
    Path page = Files.writeString(folder.resolve("a.1"), PAGES.get("vpnprobe-run.1"));
    Programs.Said said =
        Programs.run(folder, Programs.needed("mandoc"), "-Tutf8", "-Owidth=90", page.toString());
    String text = said.text().replaceAll(".\b", "");
    assertTrue(text.contains("vpnprobe run [OPTIONS] [FILE]"), text);
    assertTrue(text.contains("--only SELECTOR"), text);
    assertTrue(text.contains("130"), text);
  }

  @Test
  void whatTroffWouldObeyIsText() {
    assertEquals("a\\eb \\-c \\(lqd\\(rq \\[u2026]", ManPages.escaped("a\\b -c “d” …"));
  }
}
