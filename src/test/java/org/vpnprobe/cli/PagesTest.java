package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The commands in the pages of the site work as they stand there: the {@code sh} blocks of a page
 * run one after the other, in one folder, with {@code vpnprobe} on the path. A block ends with exit
 * code 0, or with the one after its language: {@code sh exit=1}. Of a {@code text} block behind it
 * every line occurs in what was said, numbers aside; {@code …} stands for the rest. A {@code yaml}
 * block whose first line is {@code # NAME.yaml} is written to that file.
 */
@Timeout(300)
class PagesTest {
  private static final Path SITE = Path.of("src/site/markdown");

  @TempDir private Path folder = Path.of("");

  /** A fenced block. */
  private record Block(int line, String language, String text) {
    int exit() {
      return language.contains("exit=") ? Integer.parseInt(language.replaceAll(".*exit=", "")) : 0;
    }

    boolean is(String wanted) {
      return language.split(" ")[0].equals(wanted);
    }
  }

  private static List<Block> blocks(Path page) throws IOException {
    List<Block> blocks = new ArrayList<>();
    List<String> lines = Files.readAllLines(page);
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).startsWith("```")) {
        continue;
      }
      int start = i++;
      StringBuilder text = new StringBuilder();
      while (!lines.get(i).equals("```")) {
        text.append(lines.get(i++)).append('\n');
      }
      blocks.add(new Block(start + 1, lines.get(start).substring(3).strip(), text.toString()));
    }
    return blocks;
  }

  @ParameterizedTest
  @ValueSource(strings = {"getting-started.md", "recipes.md"})
  void itsCommandsWork(String page) throws Exception {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Path work = Files.createDirectories(folder.resolve("work"));
    Programs.vpnprobe(bin);
    String said = "";
    int run = 0;
    for (Block block : blocks(SITE.resolve(page))) {
      String where = page + ":" + block.line();
      if (block.is("yaml") && block.text().matches("(?s)# [a-z-]+\\.yaml\\n.*")) {
        String name = block.text().lines().findFirst().orElseThrow().substring(2);
        Files.writeString(work.resolve(name), block.text());
      } else if (block.is("sh")) {
        Path script = Files.writeString(folder.resolve("block.sh"), block.text());
        String start =
            "export PATH='%s':\"$PATH\" XDG_STATE_HOME='%s'; cd '%s'; . '%s'"
                .formatted(bin, folder.resolve("state"), work, script);
        Programs.Said ended = Programs.run(work, "bash", "-ec", start);
        assertEquals(block.exit(), ended.exit(), where + ": " + ended.text());
        said = ended.text();
        run++;
      } else if (block.is("text")) {
        List<String> heard = said.lines().map(PagesTest::bare).toList();
        for (String line : block.text().lines().map(PagesTest::bare).toList()) {
          assertTrue(
              line.equals("…") || heard.contains(line), where + ": " + line + " in\n" + said);
        }
      }
    }
    assertFalse(run == 0, page + " has no command");
  }

  /** Numbers differ from run to run, and with them the width of columns. */
  private static String bare(String line) {
    return line.replaceAll("\\d+(\\.\\d+)?", "N").replaceAll("[ \\t]+", " ").strip();
  }
}
