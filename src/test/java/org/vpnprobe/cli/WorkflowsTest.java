package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The project's own workflows: well-formed, pinned, and their files and commands are there. */
class WorkflowsTest {
  private static final Path FOLDER = Path.of(".github/workflows");

  @ParameterizedTest
  @ValueSource(strings = {"ci.yml", "release.yml"})
  void stepsArePinnedAndShellsUnderstandThem(String name) throws Exception {
    String text = Files.readString(FOLDER.resolve(name));
    Map<?, ?> workflow = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(text);
    assertTrue(workflow.containsKey("on") && workflow.containsKey("permissions"), name);
    int commands = 0;
    for (Object job : ((Map<?, ?>) of(workflow, "jobs")).values()) {
      assertTrue(((Map<?, ?>) job).containsKey("timeout-minutes") || isPublish(job), "no limit");
      for (Object step : (List<?>) of((Map<?, ?>) job, "steps")) {
        Object uses = ((Map<?, ?>) step).get("uses");
        Object run = ((Map<?, ?>) step).get("run");
        assertTrue((uses == null) != (run == null), step.toString());
        if (uses != null) {
          assertTrue(uses.toString().matches("actions/[a-z-]+@v\\d+\\.\\d+\\.\\d+"), uses + "");
        } else {
          understood(String.valueOf(run));
          commands++;
        }
      }
    }
    assertTrue(commands > 1);
    assertTrue(text.contains(".ci/run") && Files.isExecutable(Path.of(".ci/run")));
  }

  private static Object of(Map<?, ?> map, String key) {
    return Objects.requireNonNull(map.get(key), key);
  }

  private static boolean isPublish(Object job) {
    return ((Map<?, ?>) job).containsKey("needs");
  }

  private static void understood(String script) throws IOException, InterruptedException {
    Process shell =
        new ProcessBuilder("bash", "-n", "-c", script).redirectErrorStream(true).start();
    String said = new String(shell.getInputStream().readAllBytes());
    assertTrue(shell.waitFor(10, TimeUnit.SECONDS));
    assertEquals(0, shell.exitValue(), said);
  }

  /** A release carries the names that the packager gives. */
  @ParameterizedTest
  @ValueSource(strings = {"target/vpnprobe-*.tar.gz", "target/vpnprobe_*.deb"})
  void theReleaseTakesWhatTheBuildMakes(String pattern) throws Exception {
    assertTrue(Files.readString(FOLDER.resolve("release.yml")).contains(pattern));
    String made =
        Stream.of("BuildPackages.java", "Debian.java")
            .map(file -> read(Path.of("src/main/packaging", file)))
            .reduce("", String::concat);
    String[] parts = pattern.substring("target/".length()).split("\\*");
    assertTrue(made.contains('"' + parts[0] + "\" + version"), parts[0]);
    assertTrue(made.contains(parts[1] + '"'), parts[1]);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
