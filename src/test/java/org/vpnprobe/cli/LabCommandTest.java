package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.lab.Repertoire;

@Timeout(60)
class LabCommandTest {
  @TempDir private Path folder = Path.of("");

  /** The page's tables, row by row: what a new interference adds there it adds to the command. */
  @Test
  void theCommandAndThePageAreOne() throws Exception {
    List<String> rows =
        Files.readAllLines(Path.of("src/site/markdown/lab.md")).stream()
            .filter(line -> line.startsWith("| ") && !line.startsWith("| What happens"))
            .toList();
    assertEquals(
        rows,
        Repertoire.acts().stream()
            .map(act -> "| " + act.happens() + " | `" + act.example() + "` |")
            .toList());
    String shown = Terminals.pipe().run("lab").out();
    Repertoire.acts().forEach(act -> assertTrue(shown.contains(act.example()), act.example()));
  }

  /** Another vpnprobe measures the servers where they listen, over real sockets. */
  @Test
  void anotherClientIsAnswered() throws Exception {
    String file = folder.resolve("rehearsal.yaml").toString();
    assertEquals(0, Terminals.pipe().run("init", "--rehearsal", file).exit());
    StringWriter out = new StringWriter();
    Streams streams =
        new Streams(
            new PrintWriter(out),
            new PrintWriter(new StringWriter()),
            new Terminal(false, false, 100, false));
    CompletableFuture<Integer> serving =
        CompletableFuture.supplyAsync(
            () -> Main.run(streams, Map.of(), "lab", "--serve", "--for", "20s", file));
    String served = "";
    Pattern portal = Pattern.compile("portal\ttls\ttcp\t(127\\.0\\.0\\.1:\\d+)");
    for (int i = 0; i < 200 && !served.contains("web-abroad"); i++) {
      Thread.sleep(50);
      served = out.toString();
    }
    assertEquals(8, served.lines().count(), served);
    var found = portal.matcher(served);
    assertTrue(found.find(), served);
    Files.writeString(
        folder.resolve("ca.crt"), org.vpnprobe.lab.Lab.material("lab_ca").orElseThrow());
    Path probes =
        Files.writeString(
            folder.resolve("probes.yaml"),
            """
            version: 1
            endpoints:
              - {name: portal, protocol: tls, address: "%s", ca: "${file:ca.crt}", sni: vpn.lab.example}
            """
                .formatted(found.group(1)));
    Terminals.Said run =
        Terminals.pipe()
            .run("run", "--quick", "-o", folder.resolve("out").toString(), probes.toString());
    assertEquals(0, run.exit(), run.out() + run.err());
    assertTrue(run.out().contains("\tauthenticated\t"), run.out());
    assertEquals(0, serving.get());
  }

  @Test
  void theWorldIsNotServed() throws Exception {
    Path probes =
        Files.writeString(
            folder.resolve("probes.yaml"),
            "version: 1\nendpoints: [{name: a, protocol: tcp, address: \"192.0.2.1:1\"}]\n");
    Terminals.Said said = Terminals.pipe().run("lab", "--serve", probes.toString());
    assertEquals(2, said.exit());
    assertTrue(said.err().contains("init --rehearsal"), said.err());
  }
}
