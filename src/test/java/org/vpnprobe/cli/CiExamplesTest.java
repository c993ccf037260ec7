package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The commands of the CI examples, run by a shell as the CI systems run them, in the environment
 * they set, against the embedded lab.
 */
@Timeout(180)
class CiExamplesTest {
  private static final Path EXAMPLES = Path.of("src/main/packaging/share/ci").toAbsolutePath();

  private static final String FILE =
      """
      version: 1
      lab: {pace: 50}
      carriers:
        cm: {via: {lab: {blackhole: ["198.51.100.1:443"]}}}
      controls: {fra: {via: lab}}
      endpoints:
        - {name: blocked, protocol: tcp, address: "198.51.100.1:443"}
        - {name: works, protocol: tcp, address: "198.51.100.2:443"}
        - {name: works-too, protocol: tcp, address: "198.51.100.3:443"}
      """;

  @TempDir private Path workspace = Path.of("");
  private final Map<String, String> environment = new HashMap<>();

  private record Result(int exit, String out, String err) {
    String all() {
      return out + err;
    }
  }

  /** {@code vpnprobe} on the path is this build. */
  @BeforeEach
  void install() throws IOException {
    Path bin = Files.createDirectories(workspace.resolve(".bin"));
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path launcher =
        Files.writeString(
            bin.resolve("vpnprobe"),
            "#!/bin/sh\nexec '%s' -XX:TieredStopAtLevel=1 -cp '%s' org.vpnprobe.cli.Main \"$@\"\n"
                .formatted(java, absolute(System.getProperty("java.class.path"))));
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    environment.put("PATH", bin + ":/usr/bin:/bin");
    environment.put("HOME", workspace.toString());
    environment.put("LANG", "C.UTF-8");
    environment.put("CI", "true");
    environment.put("FILE", "probes.yaml");
    environment.put("PROFILE", "--quick");
    Files.writeString(workspace.resolve("probes.yaml"), FILE);
  }

  private static String absolute(String classPath) {
    return java.util.Arrays.stream(classPath.split(":"))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(java.util.stream.Collectors.joining(":"));
  }

  private Result shell(String script, String... shell) throws IOException, InterruptedException {
    Path file = Files.writeString(Files.createTempFile(workspace, ".step", ".sh"), script);
    List<String> command = new ArrayList<>(List.of(shell));
    command.add(file.toString());
    Path out = Files.createTempFile(workspace, ".out", "");
    Path err = Files.createTempFile(workspace, ".err", "");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(workspace.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(90, TimeUnit.SECONDS), "did not end");
    } finally {
      process.destroyForcibly();
    }
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private static JsonNode yaml(String name) throws IOException {
    return new ObjectMapper()
        .valueToTree(
            new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(EXAMPLES.resolve(name))));
  }

  /** The commands of the workflow's steps; what GitHub would put in their place is not there. */
  private static List<String> steps() throws IOException {
    List<String> steps = new ArrayList<>();
    for (JsonNode step : yaml("github-workflow.yml").get("jobs").get("probe").get("steps")) {
      if (step.has("run")) {
        String command = step.get("run").asString();
        assertFalse(command.contains("${{"), "an expression in a script can be injected into");
        steps.add(command);
      }
    }
    return steps;
  }

  private Path inGitHub() throws IOException {
    Path summary = Files.writeString(workspace.resolve(".summary"), "before\n");
    environment.put("GITHUB_ACTIONS", "true");
    environment.put("GITHUB_STEP_SUMMARY", summary.toString());
    environment.put("GITHUB_WORKSPACE", workspace.toString());
    return summary;
  }

  @Test
  void gitHubGetsAnnotationsASummaryAndTheExitCode() throws Exception {
    Path summary = inGitHub();
    List<String> steps = steps();
    assertEquals(2, steps.size());
    Result check = shell(steps.get(0), "bash", "-e");
    assertEquals(0, check.exit(), check.all());
    Result run = shell(steps.get(1), "bash", "-e");
    assertEquals(1, run.exit(), run.all());
    List<String> annotations = run.err().lines().filter(line -> line.startsWith("::")).toList();
    assertEquals(1, annotations.size(), run.all());
    assertTrue(
        annotations
            .getFirst()
            .startsWith("::error file=probes.yaml,line=7,col=12,title=blocked@cm::insufficient"),
        annotations.getFirst());
    assertTrue(annotations.getFirst().contains("%0Aa rehearsal: "), annotations.getFirst());
    assertTrue(run.out().startsWith("endpoint\tprotocol\t"), "standard output stays data");
    String page = Files.readString(summary);
    assertTrue(page.startsWith("before\n## vpnprobe: 1 not as expected, "), page);
    assertTrue(page.contains("| `works` | `tcp` | ✅ `reachable` |"), page);
    assertEquals(
        page.substring("before\n".length()),
        Files.readString(workspace.resolve("vpnprobe-report/report.md")));
    junit();
  }

  @Test
  void aStepWithNothingWrongSaysNothingWrong() throws Exception {
    Path summary = inGitHub();
    Files.writeString(
        workspace.resolve("probes.yaml"), FILE.replaceFirst("(?m)^.*name: blocked.*\n", ""));
    Result run = shell(steps().get(1), "bash", "-e");
    assertEquals(0, run.exit(), run.all());
    assertFalse(run.all().contains("::"), run.all());
    assertTrue(Files.readString(summary).contains("## vpnprobe: 4 as expected"));
  }

  /** The entry that is wrong is annotated, the others run. */
  @Test
  void aBadEntryIsAnnotatedWhereItStands() throws Exception {
    inGitHub();
    Files.writeString(
        workspace.resolve("probes.yaml"),
        FILE.replaceFirst("(?m)^.*name: blocked.*\n", "")
            + "  - {name: typo, protocol: tcpp, address: \"198.51.100.4:443\"}\n");
    Result run = shell(steps().get(1), "bash", "-e");
    assertTrue(
        run.err().lines().anyMatch(line -> line.startsWith("::error file=probes.yaml,line=9,col=")),
        run.all());
  }

  /** Outside GitHub nothing is said to it. */
  @Test
  void elsewhereNoCommandIsPrinted() throws Exception {
    Result run = shell(steps().get(1), "bash", "-e");
    assertEquals(1, run.exit(), run.all());
    assertFalse(run.all().contains("::error"), run.all());
  }

  @Test
  void gitLabGetsItsTests() throws Exception {
    JsonNode job = yaml("gitlab-ci.yml").get("vpn-reachability");
    String script = String.join("\n", texts(job.get("script")));
    environment.put("GITLAB_CI", "true");
    // GitLab's runner ends at the first command that fails.
    Result run = shell(script, "sh", "-e");
    assertEquals(1, run.exit(), run.all());
    List<String> paths = new ArrayList<>(texts(job.get("artifacts").get("paths")));
    paths.add(job.get("artifacts").get("reports").get("junit").asString());
    for (String path : paths) {
      assertTrue(Files.size(workspace.resolve(path)) > 0, path);
      assertFalse(Files.readString(workspace.resolve(path)).contains("198.51.100"), path);
    }
    junit();
  }

  private static List<String> texts(JsonNode list) {
    return list.valueStream().map(JsonNode::asString).toList();
  }

  private void junit() throws Exception {
    NodeList cases =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(workspace.resolve("vpnprobe-report/junit.xml").toFile())
            .getElementsByTagName("testcase");
    Map<String, String> results = new HashMap<>();
    for (int i = 0; i < cases.getLength(); i++) {
      Element each = (Element) cases.item(i);
      assertEquals("probes.yaml", each.getAttribute("file"));
      results.put(
          each.getAttribute("classname") + " " + each.getAttribute("name"),
          each.getAttribute("line")
              + (each.getElementsByTagName("failure").getLength() > 0 ? " failed" : ""));
    }
    assertEquals(
        Map.of(
            "vpnprobe.cm blocked", "7 failed",
            "vpnprobe.cm works", "8",
            "vpnprobe.cm works-too", "9",
            "vpnprobe.fra blocked", "7",
            "vpnprobe.fra works", "8",
            "vpnprobe.fra works-too", "9"),
        results);
  }
}
