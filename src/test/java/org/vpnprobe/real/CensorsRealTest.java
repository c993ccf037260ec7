package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three carriers that interfere and a clean control at once, real daemons behind: state and cause
 * of every cell, above all of those that must stay untouched. A short set in every run of the
 * tests, all of them with {@code -Dlaboratory=all}, some with their names. Runs mostly wait, so
 * they run side by side. The rules' time is compressed; {@code -Dvpnprobe.pace=1} takes it as it
 * is.
 */
@Tag("real")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CensorsRealTest {
  private static final double PACE = Double.parseDouble(System.getProperty("vpnprobe.pace", "12"));

  private static final List<String> SHORT = List.of("names", "addresses");

  private final Map<String, Future<Verdicts>> running = new ConcurrentHashMap<>();

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    Needs.programs("openvpn", "openssl", "wireguard-go", "wg", "charon", "swanctl", "nginx");
    Needs.programs("sshd", "ssh-keygen", "tinyproxy", "python3");
    for (String name : wanted()) {
      Path home = Files.createDirectory(folder.resolve(name));
      FutureTask<Verdicts> task = new FutureTask<>(() -> run(Scenes.of(name), home));
      running.put(name, task);
      Thread.ofPlatform().name("censors-" + name).start(task);
    }
  }

  private static List<String> wanted() {
    String asked = System.getProperty("laboratory", "");
    if (asked.isEmpty()) {
      return SHORT;
    }
    return asked.equals("all") ? Scenes.NAMES : List.of(asked.split(","));
  }

  private static Verdicts run(Scenes.Scene scene, Path home) throws Exception {
    try (Laboratory laboratory = new Laboratory(home, scene.censors())) {
      scene.servers().start(laboratory);
      for (Censor censor : scene.censors()) {
        laboratory.begin(censor);
      }
      return Verdicts.of(home, scene.censors(), scene.file(laboratory), PACE / scene.slower());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "names",
        "addresses",
        "protocols",
        "penalties",
        "dns",
        "data",
        "lines",
        "mixtures"
      })
  void everyCellIsJudgedRightly(String name) throws Exception {
    Future<Verdicts> verdicts = running.get(name);
    assumeTrue(verdicts != null, "in the long set: -Dlaboratory=all");
    Verdicts found = verdicts.get();
    String table = System.getProperty("laboratory.table", "");
    if (!table.isEmpty()) {
      Files.writeString(Path.of(table, name + ".txt"), found.failing());
    }
    assertEquals("", found.wrong());
  }
}
