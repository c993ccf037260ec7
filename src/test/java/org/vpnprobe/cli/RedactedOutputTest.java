package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.report.Format;
import org.vpnprobe.report.Formats;

/** {@code --redact}, {@code --reveal} and who may read what is written, on the embedded lab. */
@Timeout(120)
class RedactedOutputTest {
  private static final List<String> HIDDEN =
      List.of("198.51.100.1", "198.51.100.2", "tyo.secret-place.acme", "probes-of-bob");

  @TempDir private Path folder = Path.of("");
  private Path file = Path.of("");

  @BeforeEach
  void aFile() throws IOException {
    Files.createDirectories(folder.resolve("probes-of-bob"));
    file =
        Files.writeString(
            folder.resolve("probes-of-bob/probes.yaml"),
            """
            version: 1
            lab: {pace: 50}
            carriers:
              cm: {via: {lab: {blackhole: ["198.51.100.1:443"]}}}
            controls: {fra: {via: lab}}
            endpoints:
              - {name: "198.51.100.1:443", protocol: tcp, address: "198.51.100.1:443"}
              - {name: office, protocol: tls, address: "198.51.100.2:443", sni: tyo.secret-place.acme}
              - {name: broken, protocol: tcp, address: "tyo.secret-place.acme"}
            """);
  }

  private Terminals.Said run(String... args) {
    return Terminals.pipe().with("XDG_STATE_HOME", folder.resolve("state").toString()).run(args);
  }

  private static List<String> shown(String text) {
    String small = text.toLowerCase(Locale.ROOT);
    return HIDDEN.stream().filter(small::contains).toList();
  }

  private static List<Format> formats() {
    return Formats.names().stream().map(name -> Formats.named(name).orElseThrow()).toList();
  }

  private String journal() throws IOException {
    Terminals.Said said = run("run", file.toString(), "--quick");
    try (Stream<Path> runs = Files.list(folder.resolve("state/vpnprobe/runs"))) {
      return runs.findFirst().orElseThrow(() -> new AssertionError(said.err())).toString();
    }
  }

  @Test
  void everyOutputOfARedactedRunIsRedacted() throws IOException {
    String out = folder.resolve("out").toString();
    String all = String.join(",", Formats.names());
    Terminals.Said said =
        run("run", file.toString(), "--quick", "--redact", "--out", out, "--format", all);
    assertEquals(List.of(), shown(said.out()), said.out());
    String talk = said.err().replace(out, "OUT");
    assertEquals(List.of(), shown(talk), talk);
    assertTrue(talk.contains("rejected: probes.yaml:9:"), talk);
    for (Format format : formats()) {
      String text = Files.readString(Path.of(out, format.fileName()));
      assertEquals(List.of(), shown(text), text);
    }
    assertFalse(shown(Files.readString(Path.of(out, "results.ndjson"))).isEmpty());
  }

  @Test
  void aFileThatCannotBeUsedIsToldWithoutAddresses() throws IOException {
    Path bad =
        Files.writeString(
            folder.resolve("bad.yaml"),
            "version: 1\nendpoints:\n  - {name: a, protocol: tcp, address: 198.51.100.1:99999}\n");
    Terminals.Said said = run("run", bad.toString(), "--redact", "--strict");
    assertEquals(2, said.exit());
    assertEquals(List.of(), shown(said.err()), said.err());
    assertTrue(said.err().contains("bad.yaml:3:"), said.err());
    assertFalse(shown(run("run", bad.toString(), "--strict").err()).isEmpty());
  }

  /** Without a flag it depends on the format; the flags hold for all. */
  @Test
  void formatsMadeToBeSharedAreRedacted() throws IOException {
    String journal = journal();
    for (Format format : formats()) {
      String plain = run("report", journal, "-f", format.name()).out();
      assertEquals(format.shared(), shown(plain).isEmpty(), format.name() + "\n" + plain);
      String redacted = run("report", journal, "-f", format.name(), "--redact").out();
      assertEquals(List.of(), shown(redacted), redacted);
      String revealed = run("report", journal, "-f", format.name(), "--reveal").out();
      assertFalse(shown(revealed).isEmpty(), revealed);
    }
    String table = run("report", journal, "-f", "table", "--by", "tag", "--redact").out();
    assertEquals(List.of(), shown(table), table);
    assertEquals(2, run("report", journal, "--redact", "--reveal").exit());
  }

  /** The same journal gives the same bytes anywhere, and another run the same pseudonyms. */
  @Test
  void pseudonymsAreStable() throws IOException {
    String journal = journal();
    String here = run("report", journal, "-f", "json", "--redact").out();
    String elsewhere = Terminals.pipe().run("report", journal, "-f", "json", "--redact").out();
    assertEquals(here, elsewhere);
    String out = folder.resolve("later").toString();
    run("run", file.toString(), "--quick", "--out", out);
    String later = run("report", out, "-f", "tsv", "--redact").out();
    String first = run("report", journal, "-f", "tsv", "--redact").out();
    assertEquals(pseudonym(first), pseudonym(later));
    Files.delete(folder.resolve("state/vpnprobe/pseudonym.key"));
    String other = folder.resolve("other").toString();
    run("run", file.toString(), "--quick", "--out", other);
    assertFalse(
        pseudonym(first).equals(pseudonym(run("report", other, "-f", "tsv", "--redact").out())));
  }

  private static String pseudonym(String tsv) {
    Matcher found = Pattern.compile("ip4-[0-9a-f]{8}:443").matcher(tsv);
    assertTrue(found.find(), tsv);
    return found.group();
  }

  @Test
  void aCellIsFoundByEitherName() throws IOException {
    String journal = journal();
    String tsv = run("report", journal, "-f", "tsv", "--redact").out();
    Terminals.Said plain = run("explain", "198.51.100.1:443@cm", journal, "-v");
    assertEquals(0, plain.exit(), plain.err());
    assertFalse(shown(plain.out()).isEmpty(), plain.out());
    assertEquals(plain.out(), run("explain", pseudonym(tsv) + "@cm", journal, "-v").out());
    Terminals.Said hidden = run("explain", pseudonym(tsv) + "@cm", journal, "-v", "--redact");
    assertEquals(List.of(), shown(hidden.out()), hidden.out());
    assertTrue(hidden.out().startsWith(pseudonym(tsv) + "@cm: "), hidden.out());
    Terminals.Said unknown = run("explain", "198.51.100.1:443@ct", journal, "--redact");
    assertEquals(2, unknown.exit());
    assertEquals(List.of(), shown(unknown.err()), unknown.err());
  }

  @Test
  void whatHoldsAddressesIsItsOwnersAlone() throws IOException {
    Path journal = Path.of(journal());
    assertEquals("rwx------", permissions(folder.resolve("state/vpnprobe")));
    assertEquals("rwx------", permissions(journal));
    assertEquals("rw-------", permissions(folder.resolve("state/vpnprobe/pseudonym.key")));
    assertEquals("rw-------", permissions(journal.resolve("results.ndjson")));
    assertEquals("rw-------", permissions(journal.resolve("report.json")));
    Files.setPosixFilePermissions(
        journal.resolve("results.ndjson"), PosixFilePermissions.fromString("rw-r--r--"));
    Path out = folder.resolve("out");
    String all = String.join(",", Formats.names());
    run("report", journal.toString(), "--out", out.toString(), "-f", all);
    assertEquals("rw-------", permissions(out.resolve("results.ndjson")));
    String usual = permissions(Files.createFile(folder.resolve("usual")));
    for (Format format : formats()) {
      String expected = format.readByOthers() ? usual : "rw-------";
      assertEquals(expected, permissions(out.resolve(format.fileName())), format.name());
    }
    Path revealed = folder.resolve("revealed");
    run("report", journal.toString(), "--out", revealed.toString(), "-f", all, "--reveal");
    for (Format format : formats()) {
      // What is not made to be shared and is for other users all the same has no address in it.
      boolean others = format.readByOthers() && !format.shared();
      assertEquals(
          others ? usual : "rw-------",
          permissions(revealed.resolve(format.fileName())),
          format.name());
    }
  }

  @Test
  void aRedactedReportSaysThatTheJournalIsNotForSharing() throws IOException {
    Path out = folder.resolve("out");
    Terminals.Said said = run("report", journal(), "--out", out.toString(), "--redact");
    assertEquals("rw-------", permissions(out.resolve("results.ndjson")));
    assertTrue(said.err().contains("share the other files without it"), said.err());
    assertEquals(List.of(), shown(Files.readString(out.resolve("report.json"))));
  }

  /** No key in what anybody sees; a folder that cannot be written stops no run. */
  @Test
  void theKeyIsInTheJournalAlone() throws IOException {
    String journal = journal();
    String key = Files.readString(folder.resolve("state/vpnprobe/pseudonym.key")).strip();
    assertEquals(64, key.length());
    assertTrue(Files.readString(Path.of(journal, "results.ndjson")).contains(key));
    List<String> outputs = new ArrayList<>();
    for (Format format : formats()) {
      outputs.add(run("report", journal, "-f", format.name(), "--reveal").out());
    }
    outputs.add(run("explain", "office@cm", journal, "-v").out());
    outputs.forEach(output -> assertFalse(output.contains(key)));
    Files.writeString(folder.resolve("state/vpnprobe/pseudonym.key"), "no key\n");
    Terminals.Said said =
        run("run", file.toString(), "--quick", "--out", folder.resolve("o").toString());
    assertTrue(said.err().contains("pseudonyms of this run are its own"), said.err());
    assertTrue(Files.exists(folder.resolve("o/report.json")));
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
