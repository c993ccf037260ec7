package org.vpnprobe.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Plan;

/** Journals that no run wrote, and writers that meet each other. */
class JournalRulesTest {
  @TempDir private Path folder;
  private final Plan plan = new Draft().carrier("line").endpoints(2).plan();
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("results.ndjson");
    try (JournalWriter writer = JournalWriter.begin(file, plan)) {
      writer.write(measured());
      writer.finish(plan.createdAt().plusSeconds(9), Run.Ending.INTERRUPTED);
    }
  }

  private Measurement measured() {
    return FakeStation.measured(
        Draft.order("e1", Depth.HANDSHAKE, Duration.ofSeconds(10)),
        plan.createdAt().plusSeconds(1),
        Duration.ofSeconds(1),
        HostPort.of("192.0.2.1:443"),
        null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1|\"pace\":1000.0|\"pace\":0.0",
        "1|\"pace\":1000.0|\"pace\":-1",
        "1|\"vantage\":\"line\"|\"vantage\":\"nowhere\"",
        "1|\"name\":\"e2\"|\"name\":\"e1\"",
        "1|\"trial_deadline\":\"PT10S\"|\"trial_deadline\":\"PT-10S\"",
        "2|\"cell\":\"e1@line\"|\"cell\":\"e9@line\"",
        "2|\"took\":\"PT1S\"|\"took\":\"PT9999999H\"",
        "2|\"took\":\"PT1S\"|\"took\":\"-PT1S\"",
        "2|\"address\":\"192.0.2.1:443\"|\"address\":\"example.net:443\"",
        "2|\"round\":0|\"round\":-1",
        "2|\"type\":\"measurement\"|\"type\":\"plan\"",
      })
  void whatNoRunWroteIsRefusedWithItsPlace(int line, String written, String forged)
      throws IOException {
    String text = Files.readString(file);
    assertTrue(text.contains(written), "the test must change something");
    Files.writeString(file, text.replace(written, forged));
    InvalidJournal e = assertThrows(InvalidJournal.class, () -> Journal.read(file));
    assertTrue(
        String.valueOf(e.getMessage()).contains("results.ndjson:" + line + ": "), e.getMessage());
  }

  @Test
  void unknownFieldsArePassedOver() throws IOException {
    Journal before = Journal.read(file);
    String text = Files.readString(file);
    Files.writeString(file, text.replace("{\"type\":", "{\"later\":[{}],\"type\":"));
    assertEquals(before.measurements(), Journal.read(file).measurements());
  }

  @Test
  void aLineIsBounded() throws IOException {
    String endless = "{\"type\":\"" + "x".repeat(1 << 20);
    Files.writeString(file, endless, StandardOpenOption.APPEND);
    assertThrows(InvalidJournal.class, () -> Journal.read(file));
  }

  @Test
  void aRunThatWasGoneOnWithIsOpenAgain() throws IOException {
    Journal ended = Journal.read(file);
    assertFalse(ended.isFinished(), "an interrupt is no end");
    try (JournalWriter writer = JournalWriter.resume(ended)) {
      writer.write(measured());
    }
    Journal killed = Journal.read(file);
    assertNull(killed.end());
    assertEquals(measured().ended(), killed.finishedAt());
  }

  @Test
  void whatAnotherRunWroteMeanwhileIsNotCutOff() throws IOException {
    Journal read = Journal.read(file);
    try (JournalWriter other = JournalWriter.resume(read)) {
      other.write(measured());
    }
    assertThrows(IOException.class, () -> JournalWriter.resume(read));
    assertEquals(2, Journal.read(file).measurements().size());
  }
}
