package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.engine.PidLock;
import org.vpnprobe.engine.Timetable;
import picocli.CommandLine;

@Timeout(60)
class RepeatTest {
  @TempDir private Path folder = Path.of("");
  private final StringWriter err = new StringWriter();

  private Streams streams() {
    return new Streams(
        new PrintWriter(new StringWriter()),
        new PrintWriter(err),
        new Terminal(false, false, 100, false));
  }

  private static RepeatOptions options(String... args) {
    RepeatOptions options = new RepeatOptions();
    new CommandLine(new Holder(options)).parseArgs(args);
    return options;
  }

  /** A command of these options alone. */
  @CommandLine.Command
  private static final class Holder {
    @CommandLine.Mixin private final RepeatOptions options;

    Holder(RepeatOptions options) {
      this.options = options;
    }
  }

  /** Pauses take no time, and after so many the loop is told to end. */
  private static final class Hand implements Timetable.Ticker {
    private final List<Duration> pauses = new ArrayList<>();
    private final int most;
    private Duration now = Duration.ZERO;

    Hand(int most) {
      this.most = most;
    }

    @Override
    public Duration now() {
      return now;
    }

    @Override
    public void pause(Duration duration) throws InterruptedException {
      pauses.add(duration);
      if (pauses.size() > most) {
        throw new InterruptedException();
      }
      now = now.plus(duration);
    }
  }

  private int repeat(RepeatOptions.Round round, boolean quiet, Hand hand)
      throws IOException, InvalidFile {
    int exit =
        options("--every", "15m", "--jitter", "0s")
            .repeat(new StateFolder(folder), round, streams(), quiet, hand);
    Thread.interrupted();
    return exit;
  }

  @Test
  void runsInItsSlotsUntilItIsInterrupted() throws Exception {
    Hand hand = new Hand(3);
    List<Integer> exits = new ArrayList<>(List.of(0, 1, 3, 0));
    assertEquals(130, repeat(exits::removeFirst, false, hand));
    assertEquals(List.of(), exits, "at once, and after each pause, whatever a run says");
    assertTrue(hand.pauses.stream().allMatch(Duration.ofMinutes(15)::equals));
    assertEquals("next run in 15 min\n".repeat(4), err.toString());
  }

  @Test
  void anInterruptedRunIsTheLast() throws Exception {
    Hand hand = new Hand(9);
    List<Integer> exits = new ArrayList<>(List.of(0, 130));
    assertEquals(130, repeat(exits::removeFirst, true, hand));
    assertEquals(1, hand.pauses.size());
    assertEquals("", err.toString(), "quiet");
  }

  @Test
  void aFileThatIsBrokenMeanwhileCostsOneRun() throws Exception {
    List<RepeatOptions.Round> rounds =
        new ArrayList<>(
            List.of(
                () -> 0,
                () -> {
                  throw new Refused("probes.yaml: no such\u001b file");
                },
                () -> {
                  throw new IOException("No space left on device");
                },
                () -> 0));
    assertEquals(130, repeat(() -> rounds.removeFirst().run(), true, new Hand(3)));
    assertEquals(
        """
        vpnprobe: this run is left out: probes.yaml: no such\uFFFD file
        vpnprobe: this run is left out: No space left on device
        """,
        err.toString());
  }

  @Test
  void whatIsWrongAtTheStartEndsIt() {
    assertThrows(
        Refused.class,
        () ->
            repeat(
                () -> {
                  throw new Refused("no such file");
                },
                false,
                new Hand(3)));
  }

  @Test
  void aSecondLoopInTheFolderIsRefusedWithTheFirstOnesProcess() throws Exception {
    assertEquals(
        130,
        repeat(
            () -> {
              Refused refused =
                  assertThrows(Refused.class, () -> repeat(() -> 0, false, new Hand(0)));
              assertEquals(
                  folder.toAbsolutePath()
                      + ": process "
                      + ProcessHandle.current().pid()
                      + " runs here with --every already; name another folder by --out",
                  refused.getMessage());
              return 130;
            },
            false,
            new Hand(0)));
    assertEquals(130, repeat(() -> 130, false, new Hand(0)), "the lock was given back");
  }

  @Test
  void whatAStrangerWroteIntoTheLockIsNotShown() throws IOException {
    Path lock = Files.writeString(folder.resolve("x.lock"), "\u001b[31m 12 \n rubbish");
    assertEquals("another process", PidLock.holder(lock));
    assertEquals("another process", PidLock.holder(folder.resolve("none")));
  }

  @Test
  void optionsThatContradictEachOtherAreRefused() {
    assertThrows(Refused.class, () -> options("--jitter", "1m").check(false, true));
    assertThrows(
        Refused.class, () -> options("--every", "1m", "--jitter", "2m").check(false, true));
    assertThrows(Refused.class, () -> options("--every", "1m").check(true, true));
    assertThrows(Refused.class, () -> options("--every", "10ms").check(false, true));
    assertThrows(Refused.class, () -> options("--keep", "0").check(false, true));
    assertThrows(Refused.class, () -> options("--keep", "5").check(false, false));
  }

  private Path run(String name) throws IOException {
    Path run = Files.createDirectories(folder.resolve(name));
    Files.writeString(run.resolve("results.ndjson"), "{}\n");
    Files.writeString(run.resolve("report.json"), "{}\n");
    return run;
  }

  private List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  @Test
  void onlyTheOldestRunsAreDeleted() throws IOException {
    run("20261124-120000-0a");
    Path withFolder = run("20261124-120001-0b");
    Files.createDirectory(withFolder.resolve("notes"));
    run("20261124-120002-0c");
    run("20261124-120003-0d");
    run("my own run");
    Files.createDirectory(folder.resolve("20261124-110000-0e"));
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("results.ndjson"), "{}\n");
    Files.createSymbolicLink(folder.resolve("20261124-110000-0f"), elsewhere);
    Path current = run("20261123-120000-0a"); // The clock was set back.
    options("--keep", "2").prune(new StateFolder(folder), current);
    assertEquals(
        List.of(
            "20261123-120000-0a",
            "20261124-110000-0e",
            "20261124-110000-0f",
            "20261124-120001-0b",
            "20261124-120002-0c",
            "20261124-120003-0d",
            "elsewhere",
            "my own run"),
        left());
    options().prune(new StateFolder(folder), current);
    assertEquals(8, left().size(), "without --keep all stay");
    assertFalse(Files.exists(folder.resolve("20261124-120000-0a")));
  }
}
