package org.vpnprobe.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the documentation, run as cron and systemd run them. */
@Timeout(180)
class CronIT {
  private static final Path IMAGE = Path.of("target", "vpnprobe").toAbsolutePath();
  private static final Path PAGE = Path.of("src", "site", "markdown", "cron.md");

  @TempDir private Path home = Path.of("");

  @BeforeEach
  void folders() throws IOException {
    Files.createDirectories(home.resolve("etc"));
    Files.createDirectories(home.resolve("state"));
    probes("");
  }

  private void probes(String carrier) throws IOException {
    Files.writeString(
        home.resolve("etc/probes.yaml"),
        """
        version: 1
        lab: {pace: 20}
        carriers: {mobile: {via: {lab: {%s}}}}
        controls: {clear: {via: lab}}
        endpoints:
          - name: tokyo
            protocol: wireguard
            address: tokyo.example.net:51820
            public_key: ${lab:wireguard_public_key}
            private_key: ${lab:wireguard_client_1_private_key}
          - {name: web, protocol: tcp, address: "198.51.100.2:443"}
          - {name: ssh, protocol: tcp, address: "198.51.100.3:22"}
        """
            .formatted(carrier));
  }

  /** The command of the crontab in the documentation, with this machine's places. */
  private String line() throws IOException {
    String crontab =
        Files.readAllLines(PAGE).stream()
            .filter(line -> line.startsWith("*/15 "))
            .findFirst()
            .orElseThrow();
    return crontab
            .substring("*/15 * * * * ".length())
            .replace("/opt/vpnprobe", IMAGE.toString())
            .replace("/etc/vpnprobe", home.resolve("etc").toString())
            .replace("/var/lib/vpnprobe", home.resolve("state").toString())
        + " --quick";
  }

  private record Mail(int exit, String text) {}

  /** What cron would mail: all that is printed, in the little environment that it gives. */
  private Mail cron() throws IOException, InterruptedException {
    Path mail = home.resolve("mail");
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", "-c", line())
            .redirectErrorStream(true)
            .redirectOutput(mail.toFile());
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "HOME", home.toString(),
                "LOGNAME", "probe",
                "USER", "probe",
                "SHELL", "/bin/sh",
                "XDG_STATE_HOME", home.resolve("state").toString(),
                "PATH", "/usr/bin:/bin"));
    Process process = builder.start();
    process.getOutputStream().close();
    assertTrue(process.waitFor(1, TimeUnit.MINUTES));
    return new Mail(process.exitValue(), Files.readString(mail));
  }

  @Test
  void cronMailsAChangeWhenTwoRunsAgreeAndOnlyOnce() throws Exception {
    Mail nothing = new Mail(0, "");
    assertEquals(nothing, cron(), "the first run becomes the baseline");
    assertEquals(nothing, cron());
    probes("drop: [wireguard]");
    assertEquals(nothing, cron(), "seen once");
    Mail mail = cron();
    assertEquals(1, mail.exit());
    assertTrue(mail.text().startsWith("1 of 6 cells changed"), mail.text());
    assertTrue(
        mail.text().contains("  ? tokyo@mobile  reachable → insufficient.quick, since"),
        mail.text());
    assertEquals(nothing, cron(), "told once");
    probes("");
    assertEquals(nothing, cron());
    assertTrue(cron().text().contains("recovered:\n  ✓ tokyo@mobile"));
    assertEquals(7, runs(home.resolve("state/vpnprobe/runs")).size());
  }

  private static List<Path> runs(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(root)) {
      return folders.filter(Files::isDirectory).sorted().toList();
    }
  }

  private Process every(Path folder, Path log, String... more) throws IOException {
    List<String> command =
        Stream.concat(
                Stream.of(
                    IMAGE.resolve("bin/vpnprobe").toString(),
                    "run",
                    home.resolve("etc/probes.yaml").toString(),
                    "--out",
                    folder.toString()),
                Stream.of(more))
            .toList();
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static void awaitRuns(Path folder, int count, String file) throws Exception {
    for (int i = 0; i < 600; i++) {
      List<Path> runs = runs(folder);
      if (runs.size() >= count && Files.exists(runs.get(count - 1).resolve(file))) {
        return;
      }
      Thread.sleep(50);
    }
    throw new AssertionError("no " + count + " runs in " + folder);
  }

  private static int told(Process process) throws Exception {
    process.destroy(); // SIGTERM
    assertTrue(process.waitFor(8, TimeUnit.SECONDS), "did not end");
    return process.exitValue();
  }

  @Test
  void everyRunsAgainReadsTheFileAgainAndIsAloneInItsFolder() throws Exception {
    Path folder = home.resolve("loop");
    Path log = home.resolve("log");
    Process first = every(folder, log, "--quick", "-q", "--every", "1s", "--keep", "3");
    awaitRuns(folder, 1, "report.json");
    Process second = every(folder, home.resolve("second"), "--quick", "--every", "1s");
    assertTrue(second.waitFor(20, TimeUnit.SECONDS));
    assertEquals(2, second.exitValue());
    assertTrue(
        Files.readString(home.resolve("second")).contains("process " + first.pid() + " runs here"),
        Files.readString(home.resolve("second")));
    Files.writeString(home.resolve("etc/probes.yaml"), "version: 1\nendpoints: [{}]\ncarrier: x\n");
    for (int i = 0; i < 300 && !Files.readString(log).contains("this run is left out"); i++) {
      Thread.sleep(50);
    }
    probes("drop: [wireguard]");
    for (int i = 0; i < 300 && !Files.readString(log).contains("tokyo@mobile is"); i++) {
      Thread.sleep(50);
    }
    String said = Files.readString(log);
    assertTrue(said.contains("this run is left out"), said);
    assertTrue(said.contains("not as expected:\n  tokyo@mobile is insufficient"), said);
    int exit = told(first);
    assertTrue(exit == 143 || exit == 130, "between two runs or in one: " + exit);
    for (Path run : runs(folder)) {
      assertTrue(Files.exists(run.resolve("report.json")), "no half run: " + run);
    }
    assertTrue(runs(folder).size() <= 4, "three are kept, and one may have been begun");
  }

  @Test
  void toldToEndInARunItWritesItsReport() throws Exception {
    Files.writeString(
        home.resolve("etc/probes.yaml"),
        Files.readString(home.resolve("etc/probes.yaml"))
            .replace("pace: 20", "pace: 1")
            .replace("{lab: {}}", "{lab: {drop: [wireguard]}}"));
    Path folder = home.resolve("long");
    Process process = every(folder, home.resolve("log"), "-q", "--every", "10m");
    awaitRuns(folder, 1, "results.ndjson");
    Thread.sleep(1000);
    long before = System.nanoTime();
    assertEquals(130, told(process));
    assertTrue(System.nanoTime() - before < TimeUnit.SECONDS.toNanos(6));
    Path run = runs(folder).getFirst();
    assertTrue(Files.exists(run.resolve("report.json")));
    List<String> lines = Files.readAllLines(run.resolve("results.ndjson"));
    assertTrue(lines.getLast().contains("\"ending\":\"interrupted\""));
  }

  @Test
  void toldToEndBetweenTwoRunsItEndsAtOnce() throws Exception {
    Path folder = home.resolve("waiting");
    Path log = home.resolve("log");
    Process process = every(folder, log, "--quick", "--every", "10m");
    for (int i = 0; i < 600 && !Files.readString(log).contains("next run in"); i++) {
      Thread.sleep(50);
    }
    assertEquals(143, told(process));
    assertEquals(1, runs(folder).size());
  }
}
