package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** {@code run} on three machines of the embedded lab, and {@code report} of their journals. */
@Timeout(120)
class MergedReportTest {
  private static final String CARRIERS =
      """
      carriers:
        cm: {via: {lab: {blackhole: ["198.51.100.1:443"]}}}
        ct: {via: lab}
      """;
  private static final String CONTROLS = "controls: {fra: {via: lab}}\n";

  @TempDir private Path folder = Path.of("");

  private String file(String name, String vantages) throws IOException {
    return Files.writeString(
            folder.resolve(name),
            "version: 1\nlab: {pace: 50}\n"
                + vantages
                + """
                endpoints:
                  - {name: a, protocol: tcp, address: "198.51.100.1:443", tags: [corporate]}
                  - {name: a-port, protocol: tcp, address: "198.51.100.1:22"}
                  - {name: b, protocol: tcp, address: "198.51.100.2:443", tags: [corporate]}
                  - {name: c, protocol: tcp, address: "198.51.100.3:443", tags: [corporate]}
                  - {name: d, protocol: tcp, address: "198.51.100.4:443", tags: [individual]}
                """)
        .toString();
  }

  private FutureTask<Terminals.Said> running(String... args) {
    FutureTask<Terminals.Said> task = new FutureTask<>(() -> Terminals.pipe().run(args));
    Thread.ofPlatform().start(task);
    return task;
  }

  private static Map<String, String> states(JsonNode report) {
    Map<String, String> states = new TreeMap<>();
    report
        .get("cells")
        .forEach(cell -> states.put(cell.get("id").asString(), cell.get("state").asString()));
    return states;
  }

  private JsonNode report(String... folders) throws IOException {
    String[] args = new String[folders.length + 3];
    args[0] = "report";
    for (int i = 0; i < folders.length; i++) {
      args[i + 1] = folder.resolve(folders[i]).toString();
    }
    args[args.length - 2] = "-f";
    args[args.length - 1] = "json";
    return new ObjectMapper().readTree(Terminals.pipe().run(args).out());
  }

  @Test
  void threeMachinesGiveTheMatrixOfOne()
      throws IOException, InterruptedException, ExecutionException {
    // One file for all machines.
    String file = file("probes.yaml", CARRIERS + CONTROLS);
    List<FutureTask<Terminals.Said>> runs =
        List.of(
            running("run", file, "--as-control", "-o", folder.resolve("fra").toString()),
            running(
                "run",
                file,
                "--carrier",
                "cm",
                "--control-elsewhere",
                "-o",
                folder.resolve("cm").toString()),
            running(
                "run",
                file,
                "--carrier",
                "ct",
                "--control-elsewhere",
                "-o",
                folder.resolve("ct").toString()),
            running("run", file, "-o", folder.resolve("all").toString()));
    for (FutureTask<Terminals.Said> run : runs) {
      String said = run.get().err();
      assertTrue(said.contains("journal and report:"), said);
    }
    JsonNode one = report("all");
    JsonNode three = report("cm", "fra", "ct");
    assertEquals("likely_blocked", states(one).get("a@cm"));
    assertEquals(states(one), states(three));
    assertEquals("insufficient", states(report("cm")).get("a@cm"));
    assertEquals(
        counts(one), counts(three), "and so the same counts by tag, port, protocol and carrier");
    Terminals.Said screen =
        Terminals.screen()
            .run(
                "report",
                folder.resolve("cm").toString(),
                folder.resolve("ct").toString(),
                folder.resolve("fra").toString(),
                "--by",
                "tag");
    assertEquals(1, screen.exit(), "a@cm is not as expected");
    assertTrue(
        screen.out().matches("(?s).*corporate.*\\bcm +3 +2 \\(67 %\\), 1 likely_blocked\n.*"),
        screen.out());
    assertTrue(screen.out().contains("3 journals merged"), screen.out());
  }

  private static Map<String, String> counts(JsonNode report) {
    Map<String, String> counts = new TreeMap<>();
    report
        .get("rollups")
        .forEach(rollup ->
            counts.put(
                rollup.get("by") + " " + rollup.get("value") + " " + rollup.get("carrier"),
                rollup.get("counts") + " " + rollup.get("reachable_share")));
    return counts;
  }
}
