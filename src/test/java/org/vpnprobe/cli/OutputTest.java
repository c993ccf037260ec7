package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.report.Format;
import org.vpnprobe.report.Formats;
import org.vpnprobe.report.ReportSchemaTest;

/** {@code --format}, {@code --out}, {@code --csv-bom} and {@code --plain}, on a run of the lab. */
@Timeout(60)
class OutputTest {
  @TempDir private Path folder = Path.of("");
  private String journal = "";

  @BeforeEach
  void run() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("probes.yaml"),
            """
            version: 1
            lab: {pace: 50}
            carriers: {cm: {via: {lab: {blackhole: ["198.51.100.1:443"]}}}}
            controls: {fra: {via: lab}}
            endpoints:
              - {name: a, protocol: tcp, address: "198.51.100.1:443"}
              - {name: b, protocol: tcp, address: "198.51.100.2:443"}
            """);
    journal = folder.resolve("run").toString();
    assertEquals(1, Terminals.pipe().run("run", file.toString(), "--quick", "-o", journal).exit());
  }

  private static TreeSet<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void withOutEachFormatHasItsFileAndTheTableStaysOnTheTerminal() throws IOException {
    Path out = folder.resolve("out");
    String all = String.join(",", Formats.names()) + ",table";
    Terminals.Said said =
        Terminals.screen().run("report", journal, "-o", out.toString(), "-f", all);
    assertEquals(1, said.exit(), said.err());
    TreeSet<String> expected = new TreeSet<>(List.of("results.ndjson"));
    for (String name : Formats.names()) {
      expected.add(Formats.named(name).map(Format::fileName).orElseThrow());
    }
    assertEquals(expected, names(out));
    assertEquals(Formats.names().size(), expected.size() - 1, "no two write the same file");
    assertTrue(said.out().startsWith("ENDPOINT"), said.out());
    assertTrue(said.err().contains("::error "), "github was named: the log gets its annotations");
    for (String name : expected) {
      assertTrue(Files.size(out.resolve(name)) > 0, name);
    }
  }

  /** A page has its file; what a program reads goes to a pipe as well, never to a terminal. */
  @Test
  void oneFormatWithOutIsAFile() {
    String out = folder.resolve("one").toString();
    for (String name : Formats.names()) {
      Terminals.Said screen = Terminals.screen().run("report", journal, "-o", out, "-f", name);
      assertTrue(screen.out().startsWith("ENDPOINT"), screen.out());
    }
    Terminals.Said tsv = Terminals.pipe().run("report", journal);
    assertEquals(tsv.out(), Terminals.pipe().run("report", journal, "-o", out, "-f", "html").out());
    assertTrue(
        Terminals.pipe().run("report", journal, "-o", out, "-f", "csv").out().startsWith("run_id"));
  }

  /** The journal alone, the same version: the same bytes. */
  @Test
  void theSameJournalGivesTheSameBytes() throws IOException {
    for (String name : Formats.names()) {
      Terminals.Said one = Terminals.pipe().run("report", journal, "-f", name);
      assertEquals(one.out(), Terminals.pipe().run("report", journal, "-f", name).out());
      assertFalse(one.out().isEmpty(), name);
      assertFalse(one.out().contains("198.51.100"), name + " holds an address");
    }
  }

  @Test
  void withoutOutThereIsOne() throws IOException {
    Terminals.Said two = Terminals.pipe().run("report", journal, "-f", "json,csv");
    assertEquals(2, two.exit());
    assertTrue(two.err().contains("several need --out DIR"), two.err());
    assertEquals("", two.out());
    assertEquals(1, Terminals.pipe().run("report", journal, "-f", "csv,csv").exit());
    Terminals.Said unknown = Terminals.pipe().run("report", journal, "-f", "xlsx");
    assertEquals(2, unknown.exit());
    Formats.names().forEach(name -> assertTrue(unknown.err().contains(name), unknown.err()));
  }

  @Test
  void theHelpNamesEveryFormat() {
    String help = Terminals.pipe().run("report", "--help").out();
    Formats.names().forEach(name -> assertTrue(help.contains(name), name + " in\n" + help));
  }

  @Test
  void excelsMarkComesWhenAsked() {
    assertTrue(Terminals.pipe().run("report", journal, "-f", "csv").out().startsWith("run_id,"));
    assertTrue(
        Terminals.pipe()
            .run("report", journal, "-f", "csv", "--csv-bom")
            .out()
            .startsWith("\uFEFFrun_id,"));
  }

  @Test
  void plainIsAscii() {
    Terminals.Said said =
        Terminals.screen().run("report", journal, "-f", "table", "--plain", "--by", "protocol");
    assertTrue(said.out().chars().allMatch(c -> c < 0x80), said.out());
    assertTrue(said.out().contains("+ port"), said.out());
  }

  /** The published schema holds for a run as well as for the sample. */
  @Test
  void theSchemaAcceptsARun() throws IOException {
    String report = Files.readString(Path.of(journal, "report.json"));
    assertEquals(List.of(), ReportSchemaTest.problems(report));
    Terminals.Said schema = Terminals.pipe().run("report", "--schema");
    assertEquals(0, schema.exit());
    assertEquals(Files.readString(Path.of("src/site/resources/report.schema.json")), schema.out());
  }

  /** One command is all that standard output gets; the summary goes where the variable says. */
  @Test
  void annotationsCanBeTheOutput() throws IOException {
    Path summary = folder.resolve("summary");
    Terminals.Said said =
        Terminals.pipe()
            .with("GITHUB_STEP_SUMMARY", summary.toString())
            .run("report", journal, "-f", "github");
    assertTrue(said.out().startsWith("::error file="), said.out());
    assertFalse(said.err().contains("::error"), said.err());
    assertTrue(Files.readString(summary).startsWith("## vpnprobe: "));
    Terminals.Said unasked =
        Terminals.pipe().with("GITHUB_ACTIONS", "true").run("report", journal, "-f", "tsv");
    assertFalse(
        (unasked.out() + unasked.err()).contains("::error"),
        "a report made again says nothing unasked");
  }

  @Test
  void aSummaryThatCannotBeWrittenFailsNoRun() {
    Terminals.Said said =
        Terminals.pipe()
            .with("GITHUB_STEP_SUMMARY", "/nowhere/summary")
            .run("report", journal, "-f", "github");
    assertEquals(1, said.exit());
    assertTrue(said.err().contains("the step summary could not be written"), said.err());
  }
}
