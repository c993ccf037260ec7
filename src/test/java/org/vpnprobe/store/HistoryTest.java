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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.State;

/** A history in a file. */
class HistoryTest extends AnyHistory {
  private String file() {
    return folder.resolve("state").resolve("history.db").toString();
  }

  @Override
  String where() {
    return file();
  }

  @Override
  Database database() {
    return new SqliteFile(Path.of(file()), true);
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

  /** Neither we nor the driver's log quote an address that cannot be read: a password is in it. */
  @Test
  void noMistakeInAnAddressShowsThePassword() throws IOException {
    List<String> logged = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            logged.add(line.getMessage() + Arrays.toString(line.getParameters()));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger root = Logger.getLogger("");
    root.addHandler(handler);
    try {
      for (String wrong :
          List.of(
              "jdbc:postgresql://127.0.0.1:1?password=hush",
              "jdbc:postgresql://127.0.0.1:99999/x?password=hush",
              "jdbc:postgresql://127.0.0.1:1/x%zz?password=hush%zz",
              "jdbc:postgresql://127.0.0.1:1/x&password=hush",
              "jdbc:postgresql://joe:hush@127.0.0.1:1/x",
              "jdbc:postgresql://joe:hu/sh@127.0.0.1:1/x?password=a@hush",
              "jdbc:postgresql:joe:hush@h",
              "JDBC:postgresql://joe:hush@127.0.0.1:1/x",
              "postgres://joe:hush@127.0.0.1:1/x",
              "postgresql:joe:hush@127.0.0.1",
              "mysql://joe:hush@127.0.0.1:1/x")) {
        String said = refusal(wrong);
        assertFalse(said.contains("hush") || said.contains("hu/"), said);
      }
    } finally {
      root.removeHandler(handler);
    }
    assertEquals(List.of(), logged);
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

  /** A file from elsewhere may hold anything: only the declared failure comes of it. */
  @Test
  void mutatedFilesGiveVerdictsOrTheDeclaredFailure() throws IOException {
    try (History history = History.open(file())) {
      for (int i = 0; i < 40; i++) {
        history.append(
            Runs.run(
                "r" + i,
                after(i),
                List.of(
                    tokyo(State.values()[i % 9]),
                    Runs.cell("paris", "tls", "unicom", State.IMPAIRED)),
                List.of(Runs.event("2027-02-01", "order"))));
      }
    }
    byte[] sound = Files.readAllBytes(Path.of(file()));
    Path mutated = folder.resolve("mutated.db");
    Random random = new Random(17);
    int refused = 0;
    for (int i = 0; i < 500; i++) {
      byte[] bytes = sound.clone();
      int changes = 1 + random.nextInt(40);
      // Half of them in the first page: the schema stands there.
      int within = random.nextBoolean() ? 4096 : bytes.length;
      for (int j = 0; j < changes; j++) {
        bytes[100 + random.nextInt(within - 100)] = (byte) random.nextInt(256);
      }
      Files.deleteIfExists(folder.resolve("mutated.db-wal"));
      Files.deleteIfExists(folder.resolve("mutated.db-shm"));
      Files.write(mutated, bytes);
      try (History history = History.existing(mutated.toString())) {
        history.verdicts(Filter.all());
        history.byCell(Filter.all(), verdict -> assertFalse(verdict.cell().length() > 1 << 20));
        history.lastRuns(3);
        history.earlier(after(-100), after(100));
        history.events();
        history.append(Runs.run("new", after(99), tokyo(State.DOWN)));
        history.forget(after(20));
      } catch (HistoryUnusable e) {
        refused++;
      }
    }
    assertTrue(refused > 50 && refused < 500, refused + " refused");
  }
}
