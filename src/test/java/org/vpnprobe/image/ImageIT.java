package org.vpnprobe.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** {@code target/vpnprobe}, run as a user runs it: the shipped example, and from other places. */
class ImageIT {
  private static final Path IMAGE = Path.of("target", "vpnprobe").toAbsolutePath();

  @TempDir private Path home;

  private record Result(int exit, String out, String err) {}

  private Result vpnprobe(Path image, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(image.resolve("bin/vpnprobe").toString()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(home, "out", ".txt");
    Path err = Files.createTempFile(home, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    // No Java on the path, nothing inherited: as from cron.
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().put("XDG_STATE_HOME", home.resolve("state").toString());
    Process process = builder.start();
    process.getOutputStream().close();
    assertTrue(process.waitFor(2, TimeUnit.MINUTES), "did not end");
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  @Test
  void theExampleEndsInTheRightReport() throws Exception {
    Path folder = home.resolve("run");
    Result result =
        vpnprobe(IMAGE, "run", IMAGE.resolve("probes.yaml").toString(), "--out", folder.toString());
    assertEquals(0, result.exit(), result.out() + result.err());
    assertTrue(result.out().startsWith("endpoint\tprotocol\t"), "in a pipe: TSV");
    assertFalse(result.err().contains("\u001b"), "no progress line without a terminal");

    Map<String, Map<String, String>> states = new HashMap<>();
    Map<String, Map<String, String>> causes = new HashMap<>();
    JsonNode report = new ObjectMapper().readTree(folder.resolve("report.json").toFile());
    for (JsonNode cell : report.get("cells")) {
      assertTrue(cell.get("as_expected").asBoolean(), cell.toString());
      states
          .computeIfAbsent(cell.get("carrier").asString(), c -> new HashMap<>())
          .put(cell.get("endpoint").asString(), cell.get("state").asString());
      causes
          .computeIfAbsent(cell.get("carrier").asString(), c -> new HashMap<>())
          .put(cell.get("endpoint").asString(), cell.path("cause").asString(""));
    }
    assertEquals(Set.of("china-mobile", "china-unicom"), alternatives(report));
    for (String blocked :
        List.of(
            "tokyo-wireguard",
            "osaka-wireguard",
            "nara-openvpn",
            "kobe-openvpn-tls-crypt",
            "kyoto-openvpn-tcp")) {
      assertEquals("likely_blocked", of(states, "china-mobile").remove(blocked), blocked);
      String protocol = blocked.contains("wireguard") ? "wireguard" : "openvpn";
      assertEquals(
          "vpn." + protocol + ".drop.handshake", of(causes, "china-mobile").get(blocked), blocked);
    }
    assertEquals("blocked", of(states, "china-unicom").remove("gateway-tls"));
    assertEquals("tls.reset.sni", of(causes, "china-unicom").get("gateway-tls"));
    states.forEach((carrier, cells) ->
        cells.forEach(
            (endpoint, state) -> assertEquals("reachable", state, endpoint + "@" + carrier)));
    Path journal = folder.resolve("results.ndjson");
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(journal)));

    Result again = vpnprobe(IMAGE, "report", journal.toString());
    assertEquals(result.out(), again.out(), "the same journal gives the same report");
    Result page = vpnprobe(IMAGE, "report", "--format", "html", journal.toString());
    assertTrue(page.out().contains("<h1>What works on which carrier</h1>"), page.err());
    assertTrue(page.out().strip().endsWith("</html>"));
    Result story = vpnprobe(IMAGE, "explain", "gateway-tls@china-unicom", journal.toString());
    assertEquals(0, story.exit());
    assertTrue(story.out().contains("blocked.mechanism"), story.out());
    assertTrue(story.out().contains("p = p0^n"), story.out());
    Result taken = vpnprobe(IMAGE, "run", "--out", folder.toString(), IMAGE + "/probes.yaml");
    assertEquals(2, taken.exit(), "an earlier run is not overwritten");
  }

  /** Where packages look for them: the manual, and what shells complete by. */
  @Test
  void theManualAndTheCompletionsAreThere() throws Exception {
    Path share = IMAGE.resolve("share");
    assertTrue(Files.readString(share.resolve("man/man1/vpnprobe.1")).startsWith(".TH VPNPROBE 1"));
    assertTrue(Files.exists(share.resolve("man/man1/vpnprobe-run.1")));
    assertEquals(
        vpnprobe(IMAGE, "completion", "bash").out(),
        Files.readString(share.resolve("bash-completion/completions/vpnprobe")));
    assertEquals(
        vpnprobe(IMAGE, "completion", "fish").out(),
        Files.readString(share.resolve("fish/vendor_completions.d/vpnprobe.fish")));
    assertEquals(
        vpnprobe(IMAGE, "completion", "zsh").out(),
        Files.readString(share.resolve("zsh/site-functions/_vpnprobe")));
  }

  /** The carriers for which the report says what works in the place of what does not. */
  private static Set<String> alternatives(JsonNode report) {
    Set<String> carriers = new HashSet<>();
    for (JsonNode alternative : report.get("works_here")) {
      carriers.add(alternative.get("carrier").asString());
    }
    return carriers;
  }

  private static Map<String, String> of(Map<String, Map<String, String>> states, String carrier) {
    return Objects.requireNonNull(states.get(carrier), carrier);
  }

  @Test
  void itRunsWhereItIsCopiedToAndThroughALink() throws Exception {
    Path copy = home.resolve("a folder").resolve("vpnprobe");
    copy(IMAGE, copy);
    Result copied = vpnprobe(copy, "--version");
    assertEquals(0, copied.exit());
    assertTrue(
        copied.out().matches("vpnprobe \\d+\\.\\d+\\.\\d+( \\([0-9a-f]+\\))?\n"), copied.out());
    assertEquals("", copied.err());
    Path link = Files.createDirectories(home.resolve("links").resolve("bin"));
    Files.createSymbolicLink(link.resolve("vpnprobe"), copy.resolve("bin/vpnprobe"));
    assertEquals(0, vpnprobe(home.resolve("links"), "protocols").exit());
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(dir).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(file, to.resolve(from.relativize(file).toString()));
            return FileVisitResult.CONTINUE;
          }
        });
  }

  @Test
  void exitCodesOfMistakes() throws Exception {
    assertEquals(2, vpnprobe(IMAGE, "run", home.resolve("none.yaml").toString()).exit());
    assertEquals(2, vpnprobe(IMAGE, "run", "--no-such-option").exit());
    assertEquals(2, vpnprobe(IMAGE, "run", "--fail-on", "broken").exit());
    assertEquals(2, vpnprobe(IMAGE).exit());
    assertEquals(2, vpnprobe(IMAGE, "explain", "a@b").exit(), "there is no run yet");
    Path bad = Files.writeString(home.resolve("bad.yaml"), "version: 1\nendpoint: []\n");
    Result invalid = vpnprobe(IMAGE, "check", bad.toString());
    assertEquals(2, invalid.exit());
    assertTrue(invalid.err().contains("bad.yaml:2:1"), invalid.err());
    assertTrue(invalid.err().contains("endpoints"), invalid.err());
  }

  /** SQLite comes out of the image itself: nothing is unpacked into the folder for temporaries. */
  @Test
  void keepsAHistoryWithoutAFolderForTemporaries() throws Exception {
    Path probes =
        Files.writeString(
            home.resolve("probes.yaml"),
            """
            version: 1
            carriers: {cm: {via: lab}}
            endpoints: [{name: a, protocol: tcp, address: "198.51.100.1:443"}]
            """);
    Path history = home.resolve("history.db");
    for (int i = 0; i < 3; i++) {
      Result run =
          vpnprobe(
              IMAGE,
              "run",
              probes.toString(),
              "--quick",
              "-o",
              home.resolve("r" + i).toString(),
              "--history=" + history);
      assertEquals(0, run.exit(), run.err());
    }
    ProcessBuilder builder =
        new ProcessBuilder(
            IMAGE.resolve("bin/vpnprobe").toString(),
            "history",
            "a@cm",
            "--rehearsal",
            "--history=" + history);
    builder.environment().put("VPNPROBE_JAVA_OPTS", "-Djava.io.tmpdir=/nowhere");
    builder.redirectErrorStream(true);
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(1, TimeUnit.MINUTES), "did not end");
    assertEquals(0, process.exitValue(), said);
    assertTrue(said.contains("a@cm: 1 cell, 3 runs"), said);
    assertTrue(Files.exists(IMAGE.resolve("lib/libsqlitejdbc.so")), "for this platform");
    Result server =
        vpnprobe(IMAGE, "history", "--history=jdbc:postgresql://127.0.0.1:1/x?password=hush");
    assertEquals(2, server.exit());
    assertTrue(server.err().contains("refused"), server.err());
    assertFalse(server.err().contains("hush"), server.err());
  }
}
