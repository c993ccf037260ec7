package org.vpnprobe.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Experiment;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Observation;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.Step;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Variation;

/** The journal: what is written comes back, also from a file that was torn anywhere. */
class JournalTest {
  private static final Instant NOW = Instant.parse("2027-01-01T10:00:00.123456789Z");
  private static final String HOSTILE = "\u0000\n\r\u001b[31m\"\\{}\u2028\uD83D\uDE00é";

  @TempDir private Path folder;
  private Path file;
  private Plan plan;

  @BeforeEach
  void prepare() throws Exception {
    file = folder.resolve("results.ndjson");
    plan =
        ProbeFile.load(
                Path.of("probes.yaml"), Options.of("test", NOW, "run-1").withLab(Lab::material))
            .plan();
  }

  /** A measurement with or without everything that may be missing, drawn at random. */
  private Measurement measurement(int number, Random random) {
    CellFacts cell = plan.cells().get(random.nextInt(plan.cells().size()));
    FailureKind kind = FailureKind.values()[random.nextInt(FailureKind.values().length)];
    StepName step = StepName.values()[random.nextInt(StepName.values().length)];
    boolean failed = random.nextBoolean();
    Purpose purpose = Purpose.values()[random.nextInt(Purpose.values().length)];
    boolean experiment = purpose == Purpose.EXPERIMENT;
    return new Measurement(
        "m" + number,
        cell.id(),
        !experiment && random.nextBoolean() ? null : plan.cells().getFirst().id(),
        cell.endpoint(),
        cell.vantage(),
        cell.family(),
        purpose,
        random.nextInt(12),
        NOW.plusNanos(random.nextInt(1_000_000_000)),
        Duration.ofNanos(random.nextInt(1_000_000_000)),
        random.nextBoolean() ? null : "[2001:db8::1]:443",
        Duration.ofSeconds(15),
        Depth.AUTHENTICATED,
        random.nextBoolean() ? null : Depth.values()[random.nextInt(4)],
        random.nextBoolean() ? null : HOSTILE,
        failed
            ? new Failure(
                step,
                kind,
                random.nextBoolean() ? null : "40",
                HOSTILE,
                random.nextBoolean() ? null : Duration.ofNanos(12_345))
            : null,
        failed ? null : Duration.ofNanos(random.nextInt(1_000_000)),
        List.of(
            new Step(step, Duration.ZERO, Duration.ofNanos(77), 148, 1, 92, 1, null),
            new Step(step, Duration.ofNanos(5), Duration.ZERO, 0, 0, 0, 0, kind.id())),
        List.of(new Observation(Duration.ofNanos(9), "server_version", HOSTILE)),
        random.nextBoolean() ? null : "residual_window",
        experiment
            ? new Experiment("swap", number, VARIATIONS.get(random.nextInt(VARIATIONS.size())))
            : null);
  }

  private static final List<Variation> VARIATIONS =
      List.of(
          new Variation.Same(),
          new Variation.OtherSni("www.example.com"),
          new Variation.OtherPort(22),
          new Variation.OtherAddress("192.0.2.1"),
          new Variation.OtherProtocol(Variation.Flight.HTTP),
          new Variation.FirstFlight(Variation.Alteration.SPLIT_RECORDS),
          new Variation.RawBytes(Variation.Payload.PRINTABLE_FIRST, true),
          new Variation.DataAfter(64, 40, 15, 30),
          new Variation.Lookup(null, "192.0.2.1", Variation.Way.UDP),
          new Variation.Lookup("quad9", null, Variation.Way.HTTPS));

  @Test
  void noVariationIsForgotten() {
    assertEquals(
        java.util.Set.of(Variation.class.getPermittedSubclasses()),
        VARIATIONS.stream().map(Object::getClass).collect(java.util.stream.Collectors.toSet()));
  }

  private List<Measurement> measurements(int count) {
    Random random = new Random(5);
    List<Measurement> list = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      list.add(measurement(i, random));
    }
    return list;
  }

  private void write(List<Measurement> measurements, boolean finish) throws IOException {
    try (JournalWriter writer = JournalWriter.begin(file, plan)) {
      for (Measurement m : measurements) {
        writer.write(m);
      }
      if (finish) {
        writer.finish(NOW.plusSeconds(60), Run.Ending.FINISHED);
      }
    }
  }

  @Test
  void whatIsWrittenComesBack() throws Exception {
    List<Measurement> written = measurements(300);
    write(written, true);
    Journal journal = Journal.read(file);
    assertEquals(plan, journal.plan());
    assertEquals(written, journal.measurements());
    assertTrue(journal.isFinished());
    assertEquals(NOW.plusSeconds(60), journal.finishedAt());
    assertEquals(302, Files.readAllLines(file).size(), "a line each");
  }

  @Test
  void itIsItsOwnersAlone() throws Exception {
    write(List.of(), false);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    try (var files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList(), "nothing is left beside it");
    }
  }

  /** Cut at every byte, the file is gone on with: whole lines stay, a torn one is written again. */
  @Test
  void tornAnywhereItIsGoneOnWith() throws Exception {
    List<Measurement> written = measurements(3);
    write(written, false);
    byte[] whole = Files.readAllBytes(file);
    int planEnds = 0;
    while (whole[planEnds] != '\n') {
      planEnds++;
    }
    for (int length = planEnds + 1; length <= whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      Journal torn = Journal.read(file);
      int kept = torn.measurements().size();
      assertEquals(written.subList(0, kept), torn.measurements());
      try (JournalWriter writer = JournalWriter.resume(torn)) {
        for (Measurement m : written.subList(kept, written.size())) {
          writer.write(m);
        }
      }
      assertEquals(written, Journal.read(file).measurements(), "torn at " + length);
    }
  }

  @Test
  void aLastLineOfGarbageIsTornToo() throws Exception {
    write(measurements(2), false);
    Files.writeString(file, Files.readString(file) + "\0\0\0\0\n");
    Journal journal = Journal.read(file);
    assertEquals(2, journal.measurements().size());
    assertNull(journal.end());
    assertFalse(journal.isFinished());
  }

  @Test
  void garbageInTheMiddleIsAnErrorWithItsPlace() throws Exception {
    write(measurements(2), false);
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.set(1, "{\"type\":\"measurement\"}");
    Files.write(file, lines);
    InvalidJournal e = assertThrows(InvalidJournal.class, () -> Journal.read(file));
    assertTrue(String.valueOf(e.getMessage()).contains("results.ndjson:2: "), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "not json\n",
        "[]\n",
        "{}\n",
        "{\"type\":\"plan\"}\n",
        "{\"type\":\"plan\",\"schema_version\":99}\n",
        "{\"type\":\"plan\",\"schema_version\":1,\"run_id\":\"x\"}\n",
        "{\"type\":\"plan\",\"schema_version\":1,\"run_id\":\n",
        "{\"type\":\"plan\",\"schema_version\":1,\"run_id\":\"x\"}",
        "{\"type\":\"measurement\"}\n"
      })
  void whatIsNoJournalIsRefused(String text) throws Exception {
    Files.writeString(file, text);
    InvalidJournal e = assertThrows(InvalidJournal.class, () -> Journal.read(file));
    assertTrue(String.valueOf(e.getMessage()).contains("results.ndjson:1: "), e.getMessage());
  }

  /** A journal whose plan is torn holds nothing; what follows a plan in its line is no plan. */
  @Test
  void aPlanIsWholeOrNone() throws Exception {
    write(List.of(), false);
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length += 1 + length / 40) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertNoPlan((length == 0 ? "the file is empty; " : "") + "expected the plan of a run");
    }
    String line = Files.readString(Files.write(file, whole)).strip();
    Files.writeString(file, line + "x\n");
    assertNoPlan("not a line that this version of vpnprobe writes");
    Files.writeString(file, line.replace("\":", "\": ") + "\n");
    assertEquals(plan, Journal.read(file).plan(), "as another program writes JSON");
    Files.writeString(file, line.replace("},{", "}, \t {") + "\r\n");
    assertEquals(plan, Journal.read(file).plan());
    assertEquals(Files.size(file), Journal.read(file).soundBytes());
  }

  private void assertNoPlan(String expected) {
    InvalidJournal e = assertThrows(InvalidJournal.class, () -> Journal.read(file));
    assertTrue(
        String.valueOf(e.getMessage()).endsWith("results.ndjson:1: " + expected), e.getMessage());
  }

  /** What small things may be made of without end is bounded by their number. */
  @Test
  void aPlanOfNothingButCellsIsRefused() throws Exception {
    write(List.of(), false);
    String line = Files.readString(file);
    int cells = line.indexOf("\"cells\":[") + "\"cells\":[".length();
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write(line, 0, cells);
      for (int i = 0; i < 10_000_000; i++) {
        out.write("{},");
      }
      out.write(line, cells, line.length() - cells);
    }
    assertNoPlan("not a line that this version of vpnprobe writes");
  }

  @Test
  void linesOfALaterVersionArePassedOver() throws Exception {
    write(measurements(1), false);
    String later = "{\"type\":\"experiment\",\"x\":1}\n";
    Files.writeString(file, Files.readString(file) + later + later);
    assertEquals(1, Journal.read(file).measurements().size());
  }

  @Test
  void twoRunsCannotShareOne() throws Exception {
    try (JournalWriter first = JournalWriter.begin(file, plan)) {
      assertThrows(FileAlreadyExistsException.class, () -> JournalWriter.begin(file, plan));
      Journal read = Journal.read(file);
      assertThrows(IOException.class, () -> JournalWriter.resume(read));
      first.write(measurements(1).getFirst());
    }
    assertEquals(1, Journal.read(file).measurements().size());
  }

  @Test
  void itHoldsNoSecret() throws Exception {
    write(measurements(3), true);
    String text = Files.readString(file);
    for (String name :
        List.of("wireguard_client_1_private_key", "wireguard_preshared_key", "demo_password")) {
      assertFalse(text.contains(Lab.material(name).orElseThrow()), name);
    }
    assertFalse(text.contains("PRIVATE KEY"));
  }
}
