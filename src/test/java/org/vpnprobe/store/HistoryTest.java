package org.vpnprobe.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.analysis.Earlier;
import org.vpnprobe.model.PastVerdict;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;

/** A history in a file. */
class HistoryTest {
  static final Instant MONDAY = Instant.parse("2027-02-01T06:00:00Z");

  @TempDir private Path folder = Path.of("");

  private String file() {
    return folder.resolve("state").resolve("history.db").toString();
  }

  static Instant after(int minutes) {
    return MONDAY.plus(Duration.ofMinutes(minutes));
  }

  private static Report.Cell tokyo(State state) {
    return Runs.cell("tokyo", "wireguard", "mobile", state);
  }

  @Test
  void keepsWhatARunSaid() throws IOException {
    try (History history = History.open(file())) {
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
    try (History history = History.existing(file())) {
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
    try (History history = History.open(file())) {
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
    try (History history = History.open(file())) {
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
    try (History history = History.open(file())) {
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
    try (History history = History.open(file())) {
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

  @Test
  void onlyItsOwnerMayReadIt() throws IOException {
    try (History history = History.open(file())) {
      history.append(Runs.run("a", after(0), tokyo(State.REACHABLE)));
      for (String name : List.of("history.db", "history.db-wal", "history.db-shm")) {
        assertEquals(
            "rw-------",
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(Path.of(file()).resolveSibling(name))),
            name);
      }
    }
  }

  private static String refusal(String where) {
    return String.valueOf(
        assertThrows(HistoryUnusable.class, () -> History.existing(where).close()).getMessage());
  }

  @Test
  void saysWhatIsWrong() throws IOException, SQLException {
    assertTrue(refusal(file()).endsWith("there is no history yet; “run --history” begins one"));
    Path text = Files.writeString(folder.resolve("text"), "a,b\n".repeat(1000));
    assertTrue(refusal(text.toString()).endsWith("this is no history: not an SQLite file"));
    Path other = folder.resolve("other.db");
    try (Connection c = DriverManager.getConnection("jdbc:sqlite:" + other)) {
      Database.run(c, "CREATE TABLE run (id INTEGER)");
    }
    assertTrue(refusal(other.toString()).endsWith("an SQLite file, but not a history of vpnprobe"));
    assertTrue(refusal("jdbc:mysql://h/d").contains("no other database is known"));
    assertTrue(refusal(folder.resolve("a?b").toString()).contains("cannot hold “?”"));
    assertTrue(refusal(folder.toString()).startsWith(folder + ": "));
    assertEquals(
        "jdbc:postgresql://db.example/fleet",
        History.shown("jdbc:postgresql://u:pw@db.example/fleet?user=u&password=pw"));
  }

  @Test
  void aDamagedFileIsSaidToBeOne() throws IOException {
    try (History history = History.open(file())) {
      for (int i = 0; i < 200; i++) {
        history.append(Runs.run("r" + i, after(i), tokyo(State.REACHABLE)));
      }
    }
    byte[] bytes = Files.readAllBytes(Path.of(file()));
    java.util.Arrays.fill(bytes, 8192, bytes.length, (byte) 0x5a);
    Files.write(Path.of(file()), bytes);
    String message =
        String.valueOf(
            assertThrows(
                    HistoryUnusable.class,
                    () -> {
                      try (History history = History.existing(file())) {
                        history.verdicts(Filter.all());
                      }
                    })
                .getMessage());
    assertTrue(message.contains("damaged"), message);
  }

  @Test
  void aStrangersTriggerDoesNotRun() throws IOException, SQLException {
    History.open(file()).close();
    try (Connection c = DriverManager.getConnection("jdbc:sqlite:" + file())) {
      Database.run(c, "CREATE TRIGGER t AFTER INSERT ON run BEGIN DELETE FROM cell; END");
    }
    assertTrue(refusal(file()).endsWith("not a history of vpnprobe"));
  }

  @Test
  void whatNobodyKnowsIsNoCrash() throws IOException, SQLException {
    try (History history = History.open(file())) {
      history.append(Runs.run("a", after(0), tokyo(State.REACHABLE)));
    }
    try (Connection c = DriverManager.getConnection("jdbc:sqlite:" + file())) {
      Database.run(c, "UPDATE finding SET state = 'banana'");
    }
    try (History history = History.existing(file())) {
      HistoryUnusable e = assertThrows(HistoryUnusable.class, () -> history.verdicts(Filter.all()));
      assertTrue(String.valueOf(e.getMessage()).contains("what this vpnprobe does not know"));
    }
  }
}
