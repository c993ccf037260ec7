package org.vpnprobe.config.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page about imports names every format of the registry, and no other. */
class ImportsPageTest {
  private static final Path PAGE = Path.of("src/site/markdown/imports.md");
  private static final Path SAMPLES = Path.of("src/test/resources/org/vpnprobe/config/imports");
  private static final int LEAST_ENTRIES = 150;

  @Test
  void everyFormatHasItsRow() throws IOException {
    String formats = Files.readString(PAGE).split("\n## Formats\n", -1)[1];
    List<String> rows =
        Pattern.compile("(?m)^\\| `([a-z0-9-]+)` \\|")
            .matcher(formats)
            .results()
            .map(row -> row.group(1))
            .toList();
    assertEquals(new TreeSet<>(ImportFormats.names()), new TreeSet<>(rows));
    assertEquals(rows.size(), new TreeSet<>(rows).size());
  }

  @Test
  void boundsAreThoseOfTheCode() throws IOException {
    String page = Files.readString(PAGE);
    assertTrue(page.contains(Source.MOST_BYTES / 1048576 + " MiB, 800,000 lines"));
    assertTrue(page.contains("%,d".formatted(Ledger.MOST_ENTRIES).replace('.', ',') + "\nentries"));
  }

  /** Good and bad ones: what the corpus is for. */
  @Test
  void theCorpusIsLarge() throws IOException {
    int entries = 0;
    try (Stream<Path> files = Files.list(SAMPLES)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".account")).toList()) {
        entries +=
            (int)
                Files.readAllLines(file).stream()
                    .filter(line -> line.matches("(imported|skipped|rejected) .*"))
                    .count();
      }
    }
    assertTrue(entries >= LEAST_ENTRIES, "only " + entries + " entries");
  }
}
