package org.vpnprobe.report.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.analysis.compare.Agreement;
import org.vpnprobe.analysis.compare.Sights;

@Timeout(60)
class BaselineTest {
  private static final int HOSTILE_FILES = 5_000;
  private static final Baseline.Terms UPDATE = new Baseline.Terms(2, true, false);
  private static final Baseline.Terms STAY = new Baseline.Terms(2, false, false);

  @TempDir private Path folder = Path.of("");

  private Baseline baseline() {
    return new Baseline(folder.resolve("base.json"));
  }

  private @Nullable Agreement run(int hour, String cells, Baseline.Terms terms) throws IOException {
    return baseline().compare(Sights.report(hour, cells), terms, found -> {});
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  @Test
  void theFirstRunBecomesTheBaseline() throws IOException {
    assertNull(run(1, "a=ok b=blocked:udp.timeout c=unknown", UPDATE));
    assertEquals(
        Sights.report(1, "a=ok b=blocked:udp.timeout c=unknown"), baseline().read(), "read back");
    assertEquals(List.of(".base.json.lock", "base.json"), files());
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("base.json"))));
  }

  @Test
  void differencesWaitInAFileOfTheirOwn() throws IOException {
    run(1, "a=ok b=ok", UPDATE);
    String before = Files.readString(folder.resolve("base.json"));
    assertTrue(present(run(2, "a=fails", STAY)).told().isEmpty());
    assertEquals(before, Files.readString(folder.resolve("base.json")), "it stays");
    Path pending = folder.resolve("base.pending.json");
    assertEquals(pending, baseline().pending());
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(pending)));
    assertEquals(2, present(run(3, "a=fails", STAY)).told().changes().size(), "and b is gone");
    assertEquals(2, present(run(4, "a=fails", STAY)).told().changes().size(), "still told");
    assertTrue(present(run(5, "a=ok b=ok", STAY)).told().isEmpty());
    assertFalse(Files.exists(pending), "nothing waits");
  }

  @Test
  void whatWasToldIsTakenOver() throws IOException {
    run(1, "a=ok", UPDATE);
    run(2, "a=blocked", UPDATE);
    assertEquals(1, present(run(3, "a=blocked", UPDATE)).told().changes().size());
    assertFalse(Files.exists(baseline().pending()));
    assertTrue(present(run(4, "a=blocked", UPDATE)).told().isEmpty());
    assertTrue(present(run(5, "a=ok", UPDATE)).told().isEmpty());
    assertEquals(1, present(run(6, "a=ok", UPDATE)).told().changes().size());
  }

  @Test
  void onceWritesNothing() throws IOException {
    run(1, "a=ok", UPDATE);
    Files.delete(folder.resolve(".base.json.lock"));
    Baseline.Terms once = new Baseline.Terms(1, false, false);
    assertEquals(1, present(run(2, "a=fails", once)).told().changes().size());
    assertEquals(List.of("base.json"), files());
  }

  private static Agreement present(@Nullable Agreement agreement) {

    return java.util.Objects.requireNonNull(agreement);
  }

  /** What is told is said before it is kept: who dies in between tells twice. */
  @Test
  void toldBeforeItIsKept() throws IOException {
    run(1, "a=ok", UPDATE);
    run(2, "a=fails", UPDATE);
    assertThrows(
        IllegalStateException.class,
        () ->
            baseline()
                .compare(
                    Sights.report(3, "a=fails"),
                    UPDATE,
                    found -> {
                      throw new IllegalStateException("killed");
                    }));
    assertEquals(1, present(run(4, "a=fails", UPDATE)).told().changes().size());
  }

  /** Runs that end at the same time each count. */
  @Test
  void overlappingRunsLoseNothing() throws Exception {
    run(0, "a=ok", UPDATE);
    int runs = 8;
    Baseline.Terms terms = new Baseline.Terms(runs, false, false);
    List<FutureTask<Integer>> tasks = new ArrayList<>();
    for (int i = 1; i <= runs; i++) {
      int hour = i;
      FutureTask<Integer> task =
          new FutureTask<>(() -> present(run(hour, "a=fails", terms)).told().changes().size());
      tasks.add(task);
      Thread.ofPlatform().start(task);
    }
    int told = 0;
    for (FutureTask<Integer> task : tasks) {
      told += task.get();
    }
    assertEquals(1, told, "the last of them tells");
  }

  @Test
  void aBrokenPendingFileIsSaidAndNotWrittenOver() throws IOException {
    run(1, "a=ok", UPDATE);
    for (String broken :
        List.of(
            "",
            "{}",
            "{\"schema_version\": 2, \"waiting\": []}",
            "{\"schema_version\": 1, \"waiting\": [{\"cell\": \"a@mobile\"}]}",
            "{\"schema_version\": 1, \"waiting\": [{\"cell\": \"a\", \"runs\": 0, \"since\":"
                + " \"2026-11-24T03:00:00Z\", \"last_run\": \"x\", \"after\": null}]}")) {
      Files.writeString(baseline().pending(), broken);
      assertThrows(InvalidReport.class, () -> run(2, "a=fails", STAY), broken);
      assertEquals(broken, Files.readString(baseline().pending()));
    }
  }

  @Test
  void hostilePendingFiles() throws IOException {
    run(1, "a=ok b=ok c=ok", UPDATE);
    run(2, "a=fails b=blocked:tls.reset.sni", STAY);
    byte[] whole = Files.readAllBytes(baseline().pending());
    Random random = new Random(3);
    int read = 0;
    for (int i = 0; i < HOSTILE_FILES; i++) {
      byte[] bytes = whole.clone();
      for (int change = random.nextInt(3); change >= 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Files.write(baseline().pending(), bytes);
      try {
        run(3, "a=fails", STAY);
        read++;
      } catch (InvalidReport e) {
        assertFalse(String.valueOf(e.getMessage()).isEmpty());
      }
    }
    assertTrue(read > 0 && read < HOSTILE_FILES, read + " were read");
  }
}
