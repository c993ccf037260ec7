package org.vpnprobe.report.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vpnprobe.analysis.compare.Snapshot;
import org.vpnprobe.report.Formats;
import org.vpnprobe.report.SampleReport;

@Timeout(60)
class ReportFileTest {
  private static final int HOSTILE_FILES = 20_000;

  @TempDir private Path folder = Path.of("");
  private String sample = "";

  @BeforeEach
  void writtenByTheFormat() throws IOException {
    Path file =
        Formats.save(Formats.named("json").orElseThrow(), SampleReport.dossier(), folder, false);
    sample = Files.readString(file);
  }

  private Snapshot read(String text) throws IOException {
    return ReportFile.read(Files.writeString(folder.resolve("given.json"), text));
  }

  private String refused(String text) {
    String said = String.valueOf(assertThrows(InvalidReport.class, () -> read(text)).getMessage());
    assertTrue(said.startsWith(folder.resolve("given.json") + ":"), said);
    return said.substring(folder.resolve("given.json").toString().length() + 1);
  }

  @Test
  void whatTheFormatWroteIsReadBack() throws IOException {
    assertEquals(Snapshot.of(SampleReport.mixed()), read(sample));
    assertEquals(Snapshot.of(SampleReport.mixed()), ReportFile.read(folder), "a run's folder");
  }

  @Test
  void keysOfALaterVersionArePassedOver() throws IOException {
    String more =
        sample
            .replaceFirst("\\{", "{\"x\": {\"y\": [1, {\"z\": null}]},")
            .replaceFirst("\"id\" :", "\"later\": [[[]]], \"id\" :");
    assertEquals(Snapshot.of(SampleReport.mixed()), read(more));
  }

  @Test
  void anotherSchemaVersionIsRefusedWithItsNumber() {
    assertEquals(
        "2: schema version 2, expected 1; make the report again from its journal, or read it with"
            + " the vpnprobe that wrote it",
        refused(sample.replace("\"schema_version\" : 1", "\"schema_version\" : 2")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"state\" : \"reachable\"   | \"state\" : \"fine\"        | a word that this version",
        "\"state\" : \"reachable\"   | \"state\" : 7               | expected a text",
        "\"counted\" : 5             | \"counted\" : -5            | not negative",
        "\"counted\" : 5             | \"counted\" : 5000000000    | no JSON that vpnprobe writes",
        "\"counted\" : 5             | \"counted\" : 5.5           | expected a number",
        "\"as_expected\" : true      | \"as_expected\" : \"yes\"   | expected true or false",
        "\"as_expected\" : true      | \"counted\" : 1             | no JSON that vpnprobe writes",
        "\"family\" : \"ip4\"        | \"family\" : \"ip6\"        | does not fit",
        "\"rule\" : \"some.rule\"    | \"rules\" : \"some.rule\"   | “rule” is missing",
        "\"cells\" : [               | \"sells\" : [               | “cells” is missing",
        "\"run_id\" : \"run-1\"      | \"run_id\" : null           | expected a text",
        "2026-11-24T03:00:00Z        | yesterday                   | expected a time",
        "\"rehearsal\" : false       | \"rehearsal\" : null        | expected true or false",
        "\"schema_version\" : 1,     | ``                          | “schema_version” is missing",
        "\"tool\" : {                | \"tool\" : [{               | expected an object",
        "tokyo-wg@frankfurt          | tokyo-wg@mobile             | does not fit",
      })
  void whatIsWrongIsSaid(String what, String instead, String said) {
    assertTrue(sample.contains(what), what);
    String text = refused(sample.replaceFirst(java.util.regex.Pattern.quote(what), instead));
    assertTrue(text.contains(said), text);
  }

  @Test
  void noCellTwiceAndNothingBehindTheEnd() {
    String twice = sample.replace("\"frankfurt\"", "\"mobile\"").replace("@frankfurt", "@mobile");
    assertTrue(refused(twice).contains("the same cell twice"));
    assertTrue(refused(sample + "{}").contains("expected the end of the file"));
    assertTrue(refused("").contains("expected an object"));
    assertTrue(refused("[]").contains("expected an object"));
  }

  @Test
  void depthAndLengthAreBounded() {
    String deep = "[".repeat(100_000);
    assertTrue(refused("{\"x\": " + deep).contains("no JSON that vpnprobe writes"));
    String text = "x".repeat((1 << 20) + 1);
    assertTrue(refused("{\"run_id\": \"" + text + "\"}").contains("no JSON that vpnprobe writes"));
    assertTrue(refused("{\"" + text + "\": 1}").contains("no JSON that vpnprobe writes"));
    assertTrue(refused("{\"schema_version\": " + "9".repeat(5000) + "}").contains("no JSON"));
  }

  @Test
  void anyPartOfAFileIsRefused() throws IOException {
    byte[] whole = sample.getBytes(StandardCharsets.UTF_8);
    int end = sample.stripTrailing().getBytes(StandardCharsets.UTF_8).length;
    Path file = folder.resolve("given.json");
    for (int length = 0; length < end; length += 1 + length / 200) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      assertThrows(InvalidReport.class, () -> ReportFile.read(file), "of length " + length);
    }
  }

  /** Nothing but the declared failures comes out of whatever stands in the file. */
  @Test
  void hostileFiles() throws IOException {
    byte[] whole = sample.getBytes(StandardCharsets.UTF_8);
    Path file = folder.resolve("given.json");
    Random random = new Random(11);
    int read = 0;
    for (int i = 0; i < HOSTILE_FILES; i++) {
      byte[] bytes = whole.clone();
      for (int change = random.nextInt(3); change >= 0; change--) {
        int at = random.nextInt(bytes.length);
        int from = random.nextInt(bytes.length);
        switch (random.nextInt(3)) {
          case 0 -> bytes[at] = (byte) random.nextInt(256);
          case 1 -> bytes[at] = (byte) (' ' + random.nextInt(95));
          default -> {
            int length = Math.min(random.nextInt(60), bytes.length - Math.max(at, from));
            System.arraycopy(whole, from, bytes, at, length);
          }
        }
      }
      try (StrictJson json = StrictJson.of(file, new ByteArrayInputStream(bytes))) {
        ReportFile.read(json);
        read++;
      } catch (InvalidReport e) {
        assertFalse(String.valueOf(e.getMessage()).isEmpty());
      }
    }
    assertTrue(read > 500 && read < HOSTILE_FILES, read + " were read");
  }

  @Test
  void aJournalIsToldByItsFirstLine() throws IOException {
    Path file = Files.writeString(folder.resolve("given.json"), "{\"type\":\"plan\"}\n");
    assertTrue(
        String.valueOf(
                assertThrows(org.vpnprobe.engine.InvalidJournal.class, () -> ReportFile.read(file))
                    .getMessage())
            .contains(":1:"));
  }

  @Test
  void aFolderWithoutARunIsSaid() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertTrue(
        String.valueOf(assertThrows(InvalidReport.class, () -> ReportFile.read(empty)).getMessage())
            .contains("holds neither"));
    assertTrue(ReportFile.isOfRun(empty));
    Files.writeString(empty.resolve("results.ndjson"), "");
    assertTrue(ReportFile.isOfRun(empty.resolve("report.json")));
    assertTrue(ReportFile.isOfRun(folder.resolve("x.ndjson")));
    assertFalse(ReportFile.isOfRun(folder.resolve("baseline.json")));
  }
}
