package org.vpnprobe.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Carriers of the embedded lab, each interfering in its own way: state and cause of every cell,
 * above all of those that must stay untouched. Two of the files in every run of the tests, all of
 * them with {@code -Dscenarios=all}. Rehearsals mostly wait, so they run side by side.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScenariosTest {
  private static final List<String> SHORT = List.of("names", "addresses");
  private static final List<String> ALL =
      List.of("names", "addresses", "protocols", "proxies", "dns", "lines", "after");

  private final Map<String, Future<Scenario>> running = new ConcurrentHashMap<>();

  @BeforeAll
  void start(@TempDir Path folder) {
    for (String name : wanted()) {
      FutureTask<Scenario> task = new FutureTask<>(() -> Scenario.run(name, folder));
      running.put(name, task);
      Thread.ofPlatform().name("scenario-" + name).start(task);
    }
  }

  private static List<String> wanted() {
    String asked = System.getProperty("scenarios", "");
    if (asked.isEmpty()) {
      return SHORT;
    }
    return asked.equals("all") ? ALL : List.of(asked.split(","));
  }

  @ParameterizedTest
  @ValueSource(strings = {"names", "addresses", "protocols", "proxies", "dns", "lines", "after"})
  void everyCellIsJudgedRightly(String name) throws Exception {
    Future<Scenario> scenario = running.get(name);
    assumeTrue(scenario != null, "in the long set: -Dscenarios=all");
    try {
      assertEquals("", scenario.get().wrong());
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : e;
    }
  }
}
