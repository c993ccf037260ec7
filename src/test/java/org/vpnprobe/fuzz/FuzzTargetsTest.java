package org.vpnprobe.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;
import org.vpnprobe.engine.JournalWriter;
import org.vpnprobe.engine.Run;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.model.Plan;

/** The targets of the fuzzer, for some seconds and by a seed: nothing but what is declared. */
@Timeout(120)
class FuzzTargetsTest {
  private static final Path FILES = Path.of("src/test/resources/org/vpnprobe/config");

  @TempDir private Path folder = Path.of("");
  private final Random random = new Random(17);

  /** A seed cut short, doubled in part, or with some bytes changed. */
  private byte[] mutated(byte[] seed) {
    byte[] bytes = seed.clone();
    switch (random.nextInt(3)) {
      case 0 -> {
        return Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      }
      case 1 -> {
        int from = random.nextInt(bytes.length + 1);
        int to = random.nextInt(bytes.length + 1);
        System.arraycopy(
            seed, from, bytes, to, Math.min(bytes.length - Math.max(from, to), 1 + from / 2));
      }
      default -> {
        for (int i = 0; i < 1 + random.nextInt(8); i++) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
      }
    }
    return bytes;
  }

  @Test
  void files() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    try (Stream<Path> files = Files.list(FILES)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
        byte[] seed = Files.readAllBytes(file);
        if (seed.length > 0 && seed.length < 1 << 14) {
          seeds.add(seed);
        }
      }
    }
    assertTrue(seeds.size() > 20, seeds.size() + " seeds");
    long end = System.nanoTime() + 3_000_000_000L;
    for (int i = 0; i < 2000 && System.nanoTime() < end; i++) {
      ConfigTarget.fuzzerTestOneInput(mutated(seeds.get(random.nextInt(seeds.size()))));
    }
  }

  /** Inputs that once ended in something else are kept. */
  @Test
  void whatWasFoundStaysMended() throws IOException {
    Path found = Path.of("src/test/resources/org/vpnprobe/fuzz");
    try (Stream<Path> files = Files.list(found)) {
      List<Path> journals = files.filter(f -> f.toString().endsWith(".ndjson")).toList();
      assertTrue(!journals.isEmpty(), "there are some");
      for (Path journal : journals) {
        JournalTarget.fuzzerTestOneInput(Files.readAllBytes(journal));
      }
    }
  }

  @Test
  void journals() throws Exception {
    Plan plan =
        ProbeFile.load(
                Path.of("probes.yaml"),
                Options.of("test", Instant.parse("2027-01-01T10:00:00Z"), "run")
                    .withLab(Lab::material))
            .plan();
    Path file = folder.resolve("results.ndjson");
    try (JournalWriter writer = JournalWriter.begin(file, plan)) {
      writer.finish(plan.createdAt().plusSeconds(60), Run.Ending.FINISHED);
    }
    byte[] seed = Files.readAllBytes(file);
    long end = System.nanoTime() + 3_000_000_000L;
    for (int i = 0; i < 2000 && System.nanoTime() < end; i++) {
      JournalTarget.fuzzerTestOneInput(mutated(seed));
    }
  }
}
