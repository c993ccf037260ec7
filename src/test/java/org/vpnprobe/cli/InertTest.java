package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Every text of a journal, a file and the surroundings in turn says what no name says: whatever a
 * command prints of it, nothing acts on a terminal, forges a line or gives an order to a CI system.
 */
@Timeout(300)
class InertTest {
  /** Each begins a line of its own in the logs of one system or another. */
  private static final List<String> NASTY =
      List.of(
          "::error::a\u001b[2J\u009b2J\r\nFORGED\u2028FORGED\u0085FORGED\u0007\u202e\u200b##[x]",
          " \u00a0::set-env name=A::b\nFORGED##vso[task.setvariable variable=A]b");

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private Path folder = Path.of("");

  private static final String FILE =
      """
      version: 1
      lab: {pace: 50}
      carriers:
        mobile: {via: {lab: {blackhole: ["198.51.100.1:443"], refuse: ["198.51.100.4:443"]}}}
      controls: {fra: {via: lab}}
      events:
        - {date: 2026-02-01, name: order one}
      endpoints:
        - {name: first, protocol: tcp, address: "198.51.100.1:443", tags: [old]}
        - {name: office, protocol: tls, address: "198.51.100.2:443", sni: tyo.example.net}
        - {name: page, protocol: https, address: "www.example.net:443", tags: [old]}
        - {name: gone, protocol: tcp, address: "198.51.100.4:443"}
        - {name: shell, protocol: ssh, address: "198.51.100.5:22", expect: blocked}
        - {name: broken, protocol: tcp, address: "nowhere"}
      """;

  private Terminals terminal() {
    return Terminals.pipe()
        .with("XDG_STATE_HOME", folder.resolve("state").toString())
        .with("GITHUB_ACTIONS", "true");
  }

  private static final Pattern ACTING =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}&&[^\t]]");

  private final Set<String> acting = new TreeSet<>();

  /** Keeps the lines that do something. */
  private void inert(Terminals.Said said, String where) {
    for (String line : (said.out() + "\n" + said.err()).split("\n", -1)) {
      // Runners skip white space of all kinds before an order (.NET's TrimStart).
      String begin = line.replaceFirst("^[\\p{Z}\\s]+", "");
      boolean order = begin.matches("::[^:]+::.*") && !begin.matches("::(error|warning) [a-z]+=.*");
      if (ACTING.matcher(line).find()
          || order
          || begin.startsWith("FORGED")
          || begin.matches(".*##\\w*\\[.*")) {
        acting.add(where + ": " + line);
      }
    }
  }

  @AfterEach
  void nothingActs() {
    assertEquals(Set.of(), acting, () -> acting.size() + ":\n" + String.join("\n", acting));
  }

  /** As JSON and YAML both have it. */
  private static String quoted(String text) {
    StringBuilder out = new StringBuilder();
    MAPPER
        .writeValueAsString(text)
        .chars()
        .forEach(c -> out.append(c < 0x7f ? "" + (char) c : "\\u%04x".formatted(c)));
    return out.toString();
  }

  /** What stands under which names. */
  private static void strings(String name, JsonNode node, Map<String, Set<String>> found) {
    if (node.isString()) {
      found.computeIfAbsent(node.asString(), text -> new TreeSet<>()).add(name);
    }
    node.properties().forEach(each -> strings(each.getKey(), each.getValue(), found));
    if (node.isArray()) {
      node.forEach(each -> strings("", each, found));
    }
  }

  private Path journal(String out) throws IOException {
    Path file = Files.writeString(folder.resolve("probes.yaml"), FILE);
    Path run = folder.resolve(out);
    Terminals.Said said =
        terminal().run("run", file.toString(), "--quick", "--out", run.toString());
    assertTrue(Files.exists(run.resolve("results.ndjson")), said.err());
    return run;
  }

  /**
   * All that stands in a journal, one text after the other: where it has one name, and anywhere.
   */
  @Test
  void aJournalOfOthers() throws IOException {
    Path run = journal("run");
    Path before = journal("before");
    String journal = Files.readString(run.resolve("results.ndjson"));
    Map<String, Set<String>> all = new TreeMap<>();
    journal.lines().forEach(line -> strings("", MAPPER.readTree(line), all));
    all.keySet().removeIf(text -> text.matches("[0-9T:.Z-]*|.*@.*"));
    Path changed = Files.createDirectory(folder.resolve("changed"));
    int read = 0;
    for (Map.Entry<String, Set<String>> entry : all.entrySet()) {
      String was = quoted(entry.getKey());
      String inner = was.substring(1, was.length() - 1);
      for (String nasty : NASTY) {
        String is = quoted(nasty);
        String hostile = is.substring(1, is.length() - 1);
        List<String> journals = new ArrayList<>();
        if (nasty.equals(NASTY.getFirst())) {
          entry
              .getValue()
              .forEach(name ->
                  journals.add(journal.replace(quoted(name) + ":" + was, quoted(name) + ":" + is)));
        }
        journals.add(
            journal
                .replace(was, is)
                .replace("\"" + inner + "@", "\"" + hostile + "@")
                .replace("@" + inner + "\"", "@" + hostile + "\""));
        for (String each : journals) {
          Files.writeString(changed.resolve("results.ndjson"), each);
          read += shown(changed, before, entry.getKey()) ? 1 : 0;
        }
      }
    }
    assertTrue(read > 90, "of " + all.size() + " only " + read + " could be read");
  }

  /** True when the journal was no nonsense to begin with; formats are HostileTextTest's. */
  private boolean shown(Path journal, Path before, String text) {
    String at = journal.toString();
    Terminals.Said table = terminal().run("report", at, "--reveal", "--by", "tag");
    inert(table, "table " + text);
    if (table.exit() == 2) {
      return false;
    }
    inert(terminal().run("diff", before.toString(), at), "diff " + text);
    String json = terminal().run("report", at, "-f", "json", "--reveal").out();
    MAPPER.readTree(json).path("cells").findValuesAsString("id").stream()
        .limit(2)
        .forEach(id -> inert(terminal().run("explain", "-v", id, at), "explain " + text));
    inert(terminal().run("explain", "nobody", at), "explain nobody " + text);
    return true;
  }

  /** All that stands in a file. */
  @Test
  void aFileOfOthers() throws IOException {
    List<String> words =
        List.of(
            "mobile",
            "fra",
            "order one",
            "first",
            "office",
            "page",
            "tcp",
            "tls",
            "old",
            "lab",
            "tyo.example.net",
            "www.example.net:443",
            "198.51.100.1:443",
            "nowhere",
            "blocked",
            "version",
            "carriers",
            "via",
            "pace",
            "name",
            "tags",
            "2026-02-01",
            "50",
            "endpoints");
    Path file = folder.resolve("hostile.yaml");
    int good = 0;
    int tried = 0;
    for (String word : words) {
      for (String nasty : NASTY) {
        String text =
            FILE.replaceAll("\"" + word + "\"|(?<![\\w.-])" + word + "(?![\\w.-])", "\u0001")
                .replace("\u0001", quoted(nasty));
        assertTrue(!text.equals(FILE), word);
        Files.writeString(file, text);
        inert(terminal().run("check", file.toString()), "check " + word);
        Terminals.Said run =
            terminal()
                .run(
                    "run",
                    file.toString(),
                    "--quick",
                    "--reveal",
                    "--out",
                    folder.resolve("out-" + tried++).toString());
        inert(run, "run " + word);
        inert(terminal().run("check", file.toString(), "--strict"), "strict " + word);
        good += run.exit() == 2 ? 0 : 1;
      }
    }
    assertTrue(good >= 8, "only " + good + " could be run");
  }

  /** Names of files, and what the surroundings say. */
  @Test
  void surroundings() throws IOException {
    Path run = journal("run");
    for (String nasty : NASTY) {
      String name = nasty.replace("/", "");
      Path place = Files.createDirectories(folder.resolve(name));
      Path file = Files.writeString(place.resolve(name + ".yaml"), FILE);
      List<List<String>> commands = new ArrayList<>();
      for (String each : List.of(name, place + "/none", file.toString(), place.toString())) {
        commands.add(List.of("check", each));
        commands.add(List.of("run", each, "--quick", "--out", place + "/out"));
        commands.add(List.of("report", each));
        commands.add(List.of("explain", each, run.toString()));
        commands.add(List.of("explain", "a@b", each));
        commands.add(List.of("diff", each, each));
        commands.add(List.of("import", each));
        commands.add(
            List.of("import", "--into", place + "/" + name, run.resolve("report.json").toString()));
        commands.add(List.of("history", "--history=" + each));
        commands.add(List.of("history", "--history=" + place + "/none", "--event", each));
        commands.add(List.of("whoami", each));
        commands.add(List.of("init", place + "/none/" + name));
        commands.add(List.of("carriers", "--asn-table", each));
        commands.add(List.of("protocols", each));
        commands.add(List.of("completion", each));
        commands.add(List.of("run", file.toString(), "--only", each));
        commands.add(List.of("run", file.toString(), "--baseline", each));
        commands.add(List.of("--" + each));
        commands.add(List.of("run", "--" + each));
        commands.add(List.of(each));
        commands.add(List.of("report", run.toString(), "-f", each));
        commands.add(List.of("report", run.toString(), "--out", place + "/" + name + ".yaml/x"));
        commands.add(List.of("report", run.toString(), "--by", each));
        commands.add(List.of("lab", each));
      }
      for (List<String> command : commands) {
        inert(terminal().run(command.toArray(String[]::new)), command.toString());
      }
      Files.writeString(
          Files.createDirectories(place.resolve("torn")).resolve("results.ndjson"),
          Files.readString(run.resolve("results.ndjson")) + "{\"half");
      inert(terminal().run("report", place.resolve("torn").toString()), "torn");
      for (Map.Entry<String, String> variable :
          Map.of(
                  "XDG_STATE_HOME", "/proc/1/" + name,
                  "GITHUB_STEP_SUMMARY", "/proc/1/" + name,
                  "VPNPROBE_ASN_TABLE", name,
                  "VPNPROBE_TERMINAL", name,
                  "COLUMNS", name)
              .entrySet()) {
        Terminals with = terminal().with(variable.getKey(), variable.getValue());
        inert(with.run("run", file.toString(), "--quick"), variable.getKey());
        inert(with.run("report"), variable.getKey());
        inert(with.run("report", run.toString()), variable.getKey());
      }
    }
    assertEquals(1, terminal().run("report", run.toString(), "-f", "json").exit());
  }
}
