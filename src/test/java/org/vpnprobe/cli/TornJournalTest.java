package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A journal that a crash left torn, in the hands of every command that reads one. */
@Timeout(180)
class TornJournalTest {
  /** So many bytes apart; at every byte with {@code -Dlong=all}, as JournalTest reads it always. */
  private static final int STEP = "all".equals(System.getProperty("long")) ? 1 : 13;

  /** For what takes longer. */
  private static final int LONG_STEP = 13 * 20;

  @TempDir private Path folder = Path.of("");
  private Path file = Path.of("");
  private Path out = Path.of("");
  private Path journal = Path.of("");
  private byte[] whole = {};

  @BeforeEach
  void aRunOfThreeCells() throws IOException {
    file =
        Files.writeString(
            folder.resolve("probes.yaml"),
            """
            version: 1
            lab: {pace: 50}
            carriers: {c: {via: lab}}
            endpoints:
              - {name: a, protocol: tcp, address: "198.51.100.1:443"}
              - {name: b, protocol: tcp, address: "198.51.100.2:443"}
              - {name: c, protocol: tcp, address: "198.51.100.3:443"}
            """);
    out = folder.resolve("out");
    journal = out.resolve("results.ndjson");
    assertEquals(0, run("run", file, "--quick", "--out", out).exit());
    whole = Files.readAllBytes(journal);
  }

  private static Terminals.Said run(Object... args) {
    return Terminals.pipe().run(Arrays.stream(args).map(Object::toString).toArray(String[]::new));
  }

  /** Where the line of this number ends, its line break included. */
  private int end(int line) {
    int seen = 0;
    for (int i = 0; i < whole.length; i++) {
      if (whole[i] == '\n' && ++seen == line) {
        return i + 1;
      }
    }
    throw new AssertionError("no line " + line);
  }

  @Test
  void torn() throws IOException {
    int plan = end(1);
    for (int length = plan; length <= whole.length; length++) {
      boolean lineEnds = whole[length - 1] == '\n';
      if (!lineEnds && (length - plan) % STEP != 0) {
        continue;
      }
      byte[] kept = Arrays.copyOf(whole, length);
      Files.write(journal, kept);
      boolean torn = kept[length - 1] != '\n';
      Terminals.Said report = run("report", journal, "-f", "json");
      assertTrue(report.exit() == 0 || report.exit() == 3, length + ": " + report.err());
      assertTrue(report.out().contains("\"a@c\""), length + ": " + report.err());
      assertEquals(torn, report.err().contains("the last line is torn"), length + report.err());
      if (lineEnds || (length - plan) % LONG_STEP == 0) {
        Terminals.Said explain = run("explain", "a@c", journal);
        assertEquals(0, explain.exit(), length + ": " + explain.err());
        assertEquals(torn, explain.err().contains("the last line is torn"), explain.err());
        Terminals.Said diff = run("diff", journal, journal);
        assertEquals(0, diff.exit(), length + ": " + diff.err());
        resumed(length, torn);
      }
    }
  }

  private void resumed(int length, boolean torn) throws IOException {
    int finished = new String(whole, StandardCharsets.UTF_8).split("\n").length;
    Terminals.Said again = run("run", file, "--quick", "--out", out, "--resume");
    if (length < whole.length) {
      assertEquals(0, again.exit(), length + ": " + again.err());
      assertEquals(torn, again.err().contains("the last line is torn"), again.err());
      assertEquals(finished, Files.readAllLines(journal).size(), "each trial once");
    } else {
      assertEquals(2, again.exit(), again.err());
    }
  }

  /** What no crash makes is refused, with its place. */
  @Test
  void garbageInTheMiddle() throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(journal));
    lines.set(2, lines.get(2).substring(0, 100));
    Files.write(journal, lines);
    for (Terminals.Said said :
        List.of(
            run("report", journal),
            run("explain", "a@c", journal),
            run("diff", journal, journal),
            run("run", file, "--quick", "--out", out, "--resume"))) {
      assertEquals(2, said.exit(), said.err());
      assertTrue(said.err().contains("results.ndjson:3: "), said.err());
      assertFalse(said.err().contains("internal"), said.err());
    }
  }
}
