package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.store.Filter;
import org.vpnprobe.store.History;
import org.vpnprobe.store.PastRun;

/** {@code run --history} and {@code report --history} on the embedded lab. */
@Timeout(180)
class HistoryRunTest {
  /** Thirty minutes are 9 seconds, the 115 of the counted failures less than one. */
  private static final String FILE =
      """
      version: 1
      lab: {pace: 200}
      carriers: {cm: {via: {lab: {blackhole: ["198.51.100.1"]}}}}
      controls: {fra: {via: lab}}
      events: [{date: 2027-02-01, name: order}]
      endpoints:
        - {name: a, protocol: tcp, address: "198.51.100.1:443"}
        - {name: b, protocol: tcp, address: "198.51.100.2:443"}
        - {name: c, protocol: tcp, address: "198.51.100.3:443"}
        - {name: d, protocol: tcp, address: "198.51.100.4:443"}
      """;

  @TempDir private Path folder = Path.of("");

  private Terminals.Said vpnprobe(String... args) {
    return Terminals.pipe().with("XDG_STATE_HOME", folder.toString()).run(args);
  }

  private String rule(String folderName) throws IOException {
    String report = Files.readString(folder.resolve(folderName).resolve("report.json"));
    tools.jackson.databind.JsonNode root =
        new tools.jackson.databind.ObjectMapper().readTree(report);
    for (tools.jackson.databind.JsonNode cell : root.get("cells")) {
      if (cell.get("id").asString().equals("a@cm")) {
        return cell.get("rule").asString();
      }
    }
    throw new AssertionError(report);
  }

  @Test
  void earlierRunsCountForPersistence() throws IOException, InterruptedException {
    String file = Files.writeString(folder.resolve("probes.yaml"), FILE).toString();
    Path usual = folder.resolve("vpnprobe").resolve("history.db");
    Terminals.Said none = vpnprobe("run", file, "-o", folder.resolve("0").toString());
    assertEquals(1, none.exit(), none.err());
    assertFalse(Files.exists(usual), "nothing is recorded unless it is asked for");

    // What follows --history without “=” is the file to run, not the history.
    long begun = System.nanoTime();
    Terminals.Said first = vpnprobe("run", "--history", file, "-o", folder.resolve("1").toString());
    assertEquals(1, first.exit(), first.err());
    assertEquals("impaired.significant", rule("1"));
    assertTrue(Files.exists(usual), "the usual place");
    // The lab's half hour has to pass.
    Thread.sleep(Math.max(0, 9_500 - (System.nanoTime() - begun) / 1_000_000));
    vpnprobe("run", file, "-o", folder.resolve("2").toString(), "--history=" + usual);
    assertEquals("likely_blocked.persistence", rule("2"));
    assertTrue(
        vpnprobe("explain", "a@cm", folder.resolve("2").toString(), "--history")
            .out()
            .contains("the same since an earlier run of the history, "),
        "the story knows it, too");
    try (History history = History.existing(usual.toString())) {
      assertEquals(2, history.lastRuns(9).size());
      PastRun last = history.lastRuns(1).getFirst();
      assertTrue(last.rehearsal());
      assertEquals(8, last.verdicts().size());
      assertEquals(1, history.events().size());
    }
    vpnprobe("report", folder.resolve("0").toString(), "--history");
    vpnprobe("report", folder.resolve("0").toString(), "--history");
    try (History history = History.existing(usual.toString())) {
      assertEquals(3, history.lastRuns(9).size(), "an old journal is added, once");
    }
    Terminals.Said page =
        vpnprobe("report", folder.resolve("2").toString(), "-f", "html", "--history");
    assertTrue(page.out().contains("3 runs, "), "the timeline has the earlier ones");
    Terminals.Said shown = vpnprobe("history", "a@cm", "--rehearsal");
    assertEquals(0, shown.exit(), shown.err());
    assertTrue(shown.out().contains("1 cell, 3 runs"), shown.out());
  }

  @Test
  void aHistoryThatFailsCostsNoResult() throws IOException {
    String file =
        Files.writeString(folder.resolve("probes.yaml"), FILE.replace("[\"198.51.100.1\"]", "[]"))
            .toString();
    Path foreign = Files.writeString(folder.resolve("notes"), "hello ".repeat(500));
    Terminals.Said refused =
        vpnprobe("run", file, "--history=" + foreign, "-o", folder.resolve("1").toString());
    assertEquals(2, refused.exit());
    assertTrue(refused.err().contains("this is no history"), refused.err());
    assertFalse(Files.exists(folder.resolve("1")), "said before anything was measured");

    Terminals.Said away =
        vpnprobe(
            "run",
            file,
            "--history=jdbc:postgresql://127.0.0.1:1/x?password=hush",
            "-o",
            folder.resolve("2").toString());
    assertEquals(0, away.exit(), away.err());
    assertTrue(away.err().contains("the run begins without its history"), away.err());
    assertTrue(away.err().contains("the run is not in the history"), away.err());
    assertFalse(away.err().contains("hush"), away.err());
    assertTrue(Files.exists(folder.resolve("2").resolve("report.json")));
    Terminals.Said later =
        vpnprobe("report", folder.resolve("2").toString(), "--history=" + folder.resolve("h.db"));
    assertEquals(0, later.exit(), later.err());
    try (History history = History.existing(folder.resolve("h.db").toString())) {
      assertEquals(8, history.verdicts(Filter.all()).size(), "added from the journal");
    }
  }
}
