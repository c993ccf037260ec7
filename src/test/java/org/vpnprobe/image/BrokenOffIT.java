package org.vpnprobe.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
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
    return run(IMAGE.resolve("probes.yaml"), folder, more);
  }

  private Process run(Path file, Path folder, String... more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                // A build that was started in the background ignores SIGINT, and so would this.
                "env",
                "--default-signal=INT",
                IMAGE.resolve("bin/vpnprobe").toString(),
                "run",
                file.toString(),
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

  /** Two endpoints that are blocked, and five that are not, on two carriers. */
  private Path smallFile() throws IOException {
    return Files.writeString(
        home.resolve("small.yaml"),
        """
        version: 1
        lab: {pace: 20, seed: 7}
        limits: {concurrency: 4}
        carriers:
          mobile: {via: {lab: {drop: [wireguard], latency: 60ms}}}
          fixed: {via: {lab: {latency: 40ms}}}
        controls:
          frankfurt: {via: {lab: {latency: 20ms}}}
        endpoints:
          - {name: wg-1, protocol: wireguard, address: "wg1.example.net:51820",
             public_key: "${lab:wireguard_public_key}", private_key: "${lab:wireguard_client_1_private_key}",
             expect: {mobile: blocked, "*": reachable}}
          - {name: wg-2, protocol: wireguard, address: "wg2.example.net:51820",
             public_key: "${lab:wireguard_public_key}", private_key: "${lab:wireguard_client_2_private_key}",
             preshared_key: "${lab:wireguard_preshared_key}", expect: {mobile: blocked, "*": reachable}}
          - {name: ike-1, protocol: ikev2, address: "ike1.example.net:500", psk: "${lab:ikev2_psk}"}
          - {name: ike-2, protocol: ikev2, address: "ike2.example.net:500", psk: "${lab:ikev2_psk}"}
          - {name: tcp-1, protocol: tcp, address: "wg1.example.net:443"}
          - {name: tcp-2, protocol: tcp, address: "ike1.example.net:443"}
          - {name: tcp-3, protocol: tcp, address: "ike2.example.net:443"}
        """);
  }

  /** State and cause of each cell, as a report says it. */
  private static Map<String, String> verdicts(Path folder) throws IOException {
    Map<String, String> verdicts = new TreeMap<>();
    for (JsonNode cell : new ObjectMapper().readTree(folder.resolve("report.json")).get("cells")) {
      verdicts.put(
          cell.get("id").asString(), cell.get("state").asString() + " " + cell.get("cause"));
    }
    return verdicts;
  }

  /**
   * Killed at random moments, and gone on with each time; {@code -Dlong=all}: two hundred times. No
   * measurement that was seen in the journal is ever missing or there twice later, and the report
   * says what that of a run says which nobody interrupted.
   */
  @Test
  void killedAtRandomItLosesNothing() throws Exception {
    int kills = "all".equals(System.getProperty("long")) ? 200 : 5;
    Random random = new Random(11);
    Path file = smallFile();
    Path uninterrupted = home.resolve("uninterrupted");
    Process whole = run(file, uninterrupted);
    List<Path> folders = new ArrayList<>();
    int killed = 0;
    while (killed < kills) {
      Path folder = home.resolve("random-" + folders.size());
      folders.add(folder);
      Path journal = folder.resolve("results.ndjson");
      Set<String> before = new HashSet<>();
      boolean over = false;
      while (!over) {
        Process process = Files.exists(journal) ? run(file, folder, "--resume") : run(file, folder);
        int patience = killed < kills ? random.nextInt(400, 6000) : 120_000;
        if (process.waitFor(patience, TimeUnit.MILLISECONDS)) {
          assertEquals(0, process.exitValue(), Files.readString(home.resolve("log.txt")));
          over = true;
        } else {
          process.destroyForcibly();
          ended(process, 10);
          killed++;
        }
        if (Files.exists(journal)) {
          Set<String> now = measured(journal);
          assertTrue(now.containsAll(before), "after kill " + killed);
          before = now;
          over |= Files.readString(journal).contains("\"ending\":\"finished\"");
        }
      }
      if (!Files.exists(folder.resolve("report.json"))) {
        reported(folder); // Killed after its last line.
      }
    }
    assertEquals(0, ended(whole, 120), Files.readString(home.resolve("log.txt")));
    for (Path folder : folders) {
      assertEquals(verdicts(uninterrupted), verdicts(folder), folder.toString());
    }
  }

  private void reported(Path folder) throws Exception {
    Process report =
        new ProcessBuilder(
                IMAGE.resolve("bin/vpnprobe").toString(),
                "report",
                folder.toString(),
                "--out",
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("log.txt").toFile())
            .start();
    assertEquals(0, ended(report, 20), Files.readString(home.resolve("log.txt")));
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
