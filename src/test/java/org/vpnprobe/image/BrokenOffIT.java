package org.vpnprobe.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Runs that are told to end, or killed, and gone on with. */
class BrokenOffIT {
  private static final Path IMAGE = Path.of("target", "vpnprobe").toAbsolutePath();

  @TempDir private Path home;

  private Process run(Path folder, String... more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                // A build that was started in the background ignores SIGINT, and so would this.
                "env",
                "--default-signal=INT",
                IMAGE.resolve("bin/vpnprobe").toString(),
                "run",
                IMAGE.resolve("probes.yaml").toString(),
                "--out",
                folder.toString()));
    command.addAll(List.of(more));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(home.resolve("log.txt").toFile())
        .start();
  }

  private static int ended(Process process, int seconds) throws InterruptedException {
    assertTrue(process.waitFor(seconds, TimeUnit.SECONDS), "did not end");
    return process.exitValue();
  }

  private static void awaitLines(Path journal, int lines) throws Exception {
    for (int i = 0; i < 600; i++) {
      if (Files.exists(journal) && Files.readAllLines(journal).size() >= lines) {
        return;
      }
      Thread.sleep(50);
    }
    throw new AssertionError("the journal does not grow to " + lines + " lines");
  }

  /** The ids of all measurements; fails when one is there twice. */
  private static Set<String> measured(Path journal) throws IOException {
    Set<String> ids = new HashSet<>();
    ObjectMapper mapper = new ObjectMapper();
    String text = Files.readString(journal);
    // Whole lines alone: a kill may leave a torn one.
    for (String line : text.substring(0, text.lastIndexOf('\n')).split("\n")) {
      JsonNode node = mapper.readTree(line);
      if (node.get("type").asString().equals("measurement")) {
        assertTrue(ids.add(node.get("id").asString()), "twice: " + node.get("id"));
      }
    }
    return ids;
  }

  @Test
  void anInterruptKeepsWhatWasMeasured() throws Exception {
    Path folder = home.resolve("interrupted");
    Process process = run(folder);
    awaitLines(folder.resolve("results.ndjson"), 90);
    long told = System.nanoTime();
    new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor();
    assertEquals(130, ended(process, 10));
    assertTrue(System.nanoTime() - told < TimeUnit.SECONDS.toNanos(6), "at once");
    assertTrue(Files.exists(folder.resolve("report.json")));
    Set<String> before = measured(folder.resolve("results.ndjson"));

    assertEquals(0, ended(run(folder, "--resume"), 120), Files.readString(home.resolve("log.txt")));
    assertTrue(measured(folder.resolve("results.ndjson")).containsAll(before));
  }

  @Test
  void aKilledRunIsGoneOnWith() throws Exception {
    Path folder = home.resolve("killed");
    Path journal = folder.resolve("results.ndjson");
    Set<String> before = new HashSet<>();
    int lines = 3;
    for (int kill = 0; kill < 3; kill++) {
      Process process = kill == 0 ? run(folder) : run(folder, "--resume");
      awaitLines(journal, lines);
      process.destroyForcibly();
      ended(process, 10);
      lines = Files.readAllLines(journal).size() + 60;
      before.addAll(measured(journal));
      // A torn last line is as likely as not; make it certain.
      Files.writeString(
          journal, Files.readString(journal) + "{\"type\":\"measurement\",\"id\":\"x");
    }
    assertEquals(0, ended(run(folder, "--resume"), 120), Files.readString(home.resolve("log.txt")));
    assertTrue(measured(journal).containsAll(before));
    assertEquals(2, ended(run(folder, "--resume"), 20), "there is nothing to go on with");
  }

  /**
   * Killed at random moments, and gone on with each time; {@code -Dlong=all}: two hundred times. No
   * measurement that was seen in the journal is ever missing later.
   */
  @Test
  void killedAtRandomItLosesNothing() throws Exception {
    int kills = "all".equals(System.getProperty("long")) ? 200 : 5;
    Random random = new Random(11);
    int runs = 0;
    Path folder = home.resolve("random-0");
    Set<String> before = new HashSet<>();
    for (int kill = 0; kill < kills; kill++) {
      Path journal = folder.resolve("results.ndjson");
      boolean begun = Files.exists(journal);
      Process process = begun ? run(folder, "--resume") : run(folder);
      if (process.waitFor(random.nextInt(400, 2500), TimeUnit.MILLISECONDS)) {
        assertEquals(0, process.exitValue(), Files.readString(home.resolve("log.txt")));
        assertTrue(measured(journal).containsAll(before), "after kill " + kill);
        folder = home.resolve("random-" + ++runs);
        before.clear();
        continue;
      }
      process.destroyForcibly();
      ended(process, 10);
      if (Files.exists(journal)) {
        Set<String> now = measured(journal);
        assertTrue(now.containsAll(before), "after kill " + kill);
        before.addAll(now);
      }
    }
    Path journal = folder.resolve("results.ndjson");
    Process last = Files.exists(journal) ? run(folder, "--resume") : run(folder);
    assertEquals(0, ended(last, 120), Files.readString(home.resolve("log.txt")));
    assertTrue(measured(journal).containsAll(before));
  }

  @Test
  void aBoundedRunEndsInTimeAndReports() throws Exception {
    Path folder = home.resolve("bounded");
    // The clean carrier, that has the least to do.
    ended(run(folder, "--carrier", "china-telecom", "--max-time", "2s"), 20);
    assertTrue(Files.exists(folder.resolve("report.json")));
    assertTrue(measured(folder.resolve("results.ndjson")).size() > 10);
    assertEquals(0, ended(run(folder, "--carrier", "china-telecom", "--resume"), 120));
  }
}
