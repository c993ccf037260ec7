package org.vpnprobe.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.analysis.Earlier;
import org.vpnprobe.model.PastVerdict;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;

/** What every history does, wherever it is kept. */
@Timeout(120)
abstract class AnyHistory {
  static final Instant MONDAY = Instant.parse("2027-02-01T06:00:00Z");

  @TempDir Path folder = Path.of("");

  /** An empty one, the same for the whole test. */
  abstract String where();

  /** The same, below the history itself. */
  abstract Database database();

  static Instant after(int minutes) {
    return MONDAY.plus(Duration.ofMinutes(minutes));
  }

  static Report.Cell tokyo(State state) {
    return Runs.cell("tokyo", "wireguard", "mobile", state);
  }

  @Test
  void keepsWhatARunSaid() throws IOException {
    try (History history = History.open(where())) {
      assertTrue(
          history.append(
              Runs.run(
                  "a",
                  after(0),
                  List.of(
                      tokyo(State.LIKELY_BLOCKED),
                      Runs.cell("tokyo", "wireguard", "frankfurt", State.REACHABLE)),
                  List.of(Runs.event("2027-02-01", "order")))));
      assertTrue(history.append(Runs.run("b", after(15), tokyo(State.REACHABLE))));
    }
    try (History history = History.existing(where())) {
      assertEquals(
          List.of(
              new PastVerdict(
                  "a", after(0), "tokyo@frankfurt", State.REACHABLE, null, Duration.ofMillis(43)),
              new PastVerdict(
                  "a",
                  after(0),
                  "tokyo@mobile",
                  State.LIKELY_BLOCKED,
                  "vpn.wireguard.drop.handshake",
                  null),
              new PastVerdict(
                  "b", after(15), "tokyo@mobile", State.REACHABLE, null, Duration.ofMillis(43))),
          history.verdicts(Filter.all()));
      assertEquals(2, history.verdicts(Filter.all().ofCell("tokyo@mobile")).size());
      assertEquals(1, history.verdicts(Filter.all().ofCarrier("frankfurt")).size());
      assertEquals(1, history.verdicts(Filter.all().since(after(1))).size());
      assertEquals(2, history.verdicts(Filter.all().until(after(1))).size());
      assertEquals(0, history.verdicts(Filter.all().rehearsal(true)).size());
      assertEquals(List.of(after(0)), history.times(Filter.all().ofCarrier("frankfurt")));
      assertEquals(List.of(after(0), after(15)), history.times(Filter.all()));
      assertEquals(List.of(Runs.event("2027-02-01", "order")), history.events());
      List<PastRun> last = history.lastRuns(1);
      assertEquals("b", last.getFirst().id());
      assertEquals(State.REACHABLE, last.getFirst().verdicts().getFirst().state());
      List<String> byCell = new ArrayList<>();
      history.byCell(Filter.all(), v -> byCell.add(v.cell() + " " + v.run()));
      assertEquals(List.of("tokyo@frankfurt a", "tokyo@mobile a", "tokyo@mobile b"), byCell);
      assertEquals(2, history.cells(Filter.all()).size());
    }
  }

  @Test
  void aRunIsKeptOnce() throws IOException {
    try (History history = History.open(where())) {
      Report report = Runs.run("a", after(0), tokyo(State.INSUFFICIENT));
      assertTrue(history.append(report));
      assertFalse(history.append(report));
      assertTrue(
          history.append(Runs.run("a", after(9), tokyo(State.REACHABLE))), "gone on with later");
      assertFalse(history.append(report), "what it said before it was gone on with");
      assertEquals(
          List.of(State.REACHABLE),
          history.verdicts(Filter.all()).stream().map(PastVerdict::state).toList());
    }
  }

  @Test
  void mergedJournalsTakeThePlaceOfTheSingleOnes() throws IOException {
    try (History history = History.open(where())) {
      history.append(Runs.run("a", after(0), tokyo(State.INSUFFICIENT)));
      history.append(Runs.run("c", after(1), tokyo(State.REACHABLE)));
      assertTrue(history.append(Runs.run("a+b", after(2), tokyo(State.IMPAIRED))));
      assertFalse(history.append(Runs.run("a", after(0), tokyo(State.INSUFFICIENT))));
      assertTrue(
          history.append(Runs.run("b+d", after(3), tokyo(State.BLOCKED))),
          "one control's journal serves two carriers");
      assertEquals(
          List.of("c", "a+b", "b+d"),
          history.verdicts(Filter.all()).stream().map(PastVerdict::run).toList());
    }
  }

  @Test
  void forgetsWhatIsOld() throws IOException {
    try (History history = History.open(where())) {
      for (int i = 0; i < 10; i++) {
        history.append(
            Runs.run(
                "r" + i,
                after(i * 15),
                i < 5
                    ? Runs.cell("old", "wireguard", "mobile", State.REACHABLE)
                    : tokyo(State.DOWN)));
      }
      assertEquals(6, history.forget(after(6 * 15)));
      assertEquals(
          List.of("r6", "r7", "r8", "r9"),
          history.verdicts(Filter.all()).stream().map(PastVerdict::run).toList());
      assertEquals(
          List.of("tokyo@mobile"),
          history.cells(Filter.all()).stream().map(PastCell::name).toList());
      assertTrue(history.append(Runs.run("r0", after(0), tokyo(State.DOWN))), "forgotten entirely");
    }
  }

  @Test
  void knowsWhatPersistenceNeeds() throws IOException {
    try (History history = History.open(where())) {
      Map<String, String> targets = Map.of("tokyo@mobile", "f00d");
      history.append(Runs.run("a", after(0), tokyo(State.REACHABLE)), targets);
      history.append(Runs.run("b", after(15), tokyo(State.INSUFFICIENT)), targets);
      history.append(
          Runs.run(
              "c", after(30), tokyo(State.IMPAIRED), Runs.cell("x", "ssh", "m", State.REACHABLE)),
          targets);
      history.append(Runs.run("d+e", after(45), tokyo(State.LIKELY_BLOCKED)), targets);
      history.append(Runs.run("f", after(90), tokyo(State.IMPAIRED)), targets);
      assertEquals(
          List.of(
              new Earlier("c", "tokyo@mobile", "f00d", after(25), false, 1, false, true),
              new Earlier("d+e", "tokyo@mobile", "f00d", after(45), false, 1, false, true),
              new Earlier("a", "tokyo@mobile", "f00d", after(-5), false, 1, true, false)),
          history.earlier(after(-60), after(60)));
    }
  }

  /** Of two servers that one name stood for, the later's answer says nothing of the first. */
  @Test
  void anAnswerOfSomethingElseHidesNone() throws IOException {
    try (History history = History.open(where())) {
      history.append(Runs.run("a", after(0), tokyo(State.IMPAIRED)), Map.of("tokyo@mobile", "one"));
      history.append(
          Runs.run("b", after(15), tokyo(State.REACHABLE)), Map.of("tokyo@mobile", "one"));
      history.append(
          Runs.run("c", after(30), tokyo(State.REACHABLE)), Map.of("tokyo@mobile", "two"));
      assertEquals(
          List.of("a", "b"),
          history.earlier(after(-60), after(60)).stream().map(Earlier::run).toList());
    }
  }

  @Test
  void aNameThatCameToStandForAnotherServerBeginsAnew() throws IOException {
    try (History history = History.open(where())) {
      history.append(
          Runs.run("a", after(0), tokyo(State.REACHABLE)), Map.of("tokyo@mobile", "one"));
      history.append(Runs.run("b", after(15), tokyo(State.DOWN)), Map.of("tokyo@mobile", "two"));
      assertEquals(
          List.of("b"), history.verdicts(Filter.all()).stream().map(PastVerdict::run).toList());
      List<String> byCell = new ArrayList<>();
      history.byCell(Filter.all(), v -> byCell.add(v.run()));
      assertEquals(List.of("b"), byCell);
      assertEquals(1, history.cells(Filter.all()).size());
      assertEquals(List.of(after(0), after(15)), history.times(Filter.all()), "runs stay runs");
    }
  }

  @Test
  void migratesFromTheFirstVersion() throws IOException, SQLException {
    try (History old = History.open(database(), 1)) {
      assertThrows(HistoryUnusable.class, old::events, "there was no such table then");
    }
    try (Connection c = database().connect()) {
      Database.run(
          c,
          "INSERT INTO run (run_id, started_at, finished_at, tool_version, profile, rehearsal, pace)"
              + " VALUES ('old', 1000, 2000, '0.1.0', 'standard', 0, 1)");
      Database.run(
          c,
          "INSERT INTO cell (name, endpoint, protocol, transport, family, carrier, role, target)"
              + " VALUES ('tokyo@mobile', 'tokyo', 'wireguard', 'udp', 'ip4', 'mobile', 'carrier', '')");
      Database.run(
          c,
          "INSERT INTO finding (state, cause, rule, answered, significant)"
              + " VALUES ('blocked', 'tls.mitm', 'blocked.mechanism', 0, 1)");
      Database.run(
          c,
          "INSERT INTO verdict (cell, run, finding) SELECT cell.id, run.id, finding.id"
              + " FROM cell, run, finding");
    }
    try (History history = History.open(where())) {
      assertEquals(List.of(), history.events());
      assertEquals(
          List.of(
              new PastVerdict(
                  "old",
                  Instant.ofEpochMilli(2000),
                  "tokyo@mobile",
                  State.BLOCKED,
                  "tls.mitm",
                  null)),
          history.verdicts(Filter.all()));
      assertTrue(history.append(Runs.run("new", after(0), tokyo(State.REACHABLE))));
      assertEquals(1, history.cells(Filter.all()).size(), "the same cell");
    }
    assertEquals(List.of(Migrations.NEWEST), versions());
  }

  private List<Integer> versions() throws IOException, SQLException {
    try (Connection c = database().connect()) {
      return List.of((int) Database.number(c, "SELECT version FROM schema_version"));
    }
  }

  @Test
  void refusesWhatANewerOneWrote() throws IOException, SQLException {
    History.open(where()).close();
    try (Connection c = database().connect()) {
      Database.run(c, "UPDATE schema_version SET version = 99");
    }
    String message =
        String.valueOf(
            assertThrows(HistoryUnusable.class, () -> History.open(where()).close()).getMessage());
    assertTrue(
        message.contains("a newer vpnprobe wrote this history (schema 99, this one knows 2)"),
        message);
  }

  @Test
  void writersAtTheSameTimeLoseNothing() throws IOException, InterruptedException {
    int processes = 4;
    int runs = 25;
    Path log = Files.createFile(folder.resolve("writers.log"));
    List<Process> writers = new ArrayList<>();
    for (int i = 0; i < processes; i++) {
      writers.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Writer.class.getName(),
                  where(),
                  "p" + i,
                  Integer.toString(runs))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start());
    }
    try {
      for (Process writer : writers) {
        assertTrue(writer.waitFor(100, TimeUnit.SECONDS), "did not end");
        assertEquals(0, writer.exitValue(), () -> read(log));
      }
    } finally {
      writers.forEach(Process::destroyForcibly);
    }
    try (History history = History.existing(where())) {
      Set<String> seen = new HashSet<>();
      history.verdicts(Filter.all()).forEach(v -> seen.add(v.run() + " " + v.cell()));
      // Each wrote its own runs, and all of them the same others.
      assertEquals((processes + 1) * runs * Writer.CELLS, seen.size());
      assertEquals(seen.size(), history.verdicts(Filter.all()).size(), "none twice");
      assertEquals(Writer.CELLS, history.cells(Filter.all()).size());
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
