package org.vpnprobe.fuzz;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;
import org.vpnprobe.config.imports.ImportFormats;
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

  /** A target as the fuzzer calls it. */
  @FunctionalInterface
  private interface Target {
    void take(byte[] bytes) throws Exception;
  }

  /** By the ending of a kept input's name. */
  private static final Map<String, Target> TARGETS =
      Map.of(
          "ndjson", JournalTarget::fuzzerTestOneInput,
          "config", ConfigTarget::fuzzerTestOneInput,
          "import", ImportTarget::fuzzerTestOneInput,
          "reply", ReplyTarget::fuzzerTestOneInput,
          "decoder", DecoderTarget::fuzzerTestOneInput,
          "quic", QuicTarget::fuzzerTestOneInput);

  /** Inputs that once ended in something else are kept. */
  @Test
  void whatWasFoundStaysMended() throws Exception {
    Path found = Path.of("src/test/resources/org/vpnprobe/fuzz");
    try (Stream<Path> files = Files.list(found)) {
      for (Path file : files.sorted().toList()) {
        String name = file.toString();
        Target target =
            Objects.requireNonNull(TARGETS.get(name.substring(name.lastIndexOf('.') + 1)), name);
        assertTimeoutPreemptively(
            Duration.ofSeconds(20), () -> target.take(Files.readAllBytes(file)), name);
      }
    }
  }

  /** Each choice of a target in turn, with noise and with parts of its seeds, for a while. */
  private void tried(Target target, int choices, List<byte[]> seeds) throws Exception {
    long end = System.nanoTime() + 3_000_000_000L;
    for (int i = 0; i < 20_000 && System.nanoTime() < end; i++) {
      byte[] text = new byte[random.nextInt(60)];
      random.nextBytes(text);
      if (!seeds.isEmpty() && i % 3 != 0) {
        text = mutated(seeds.get(random.nextInt(seeds.size())));
      }
      byte[] input = new byte[1 + text.length];
      input[0] = (byte) (i % choices);
      System.arraycopy(text, 0, input, 1, text.length);
      target.take(input);
    }
  }

  @Test
  void imports() throws Exception {
    List<byte[]> seeds = new ArrayList<>();
    try (Stream<Path> files = Files.list(FILES.resolve("imports"))) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        byte[] seed = Files.readAllBytes(file);
        if (seed.length > 0 && seed.length < 6000) {
          seeds.add(seed);
        }
      }
    }
    assertTrue(seeds.size() > 20, seeds.size() + " seeds");
    tried(ImportTarget::fuzzerTestOneInput, 2 * ImportFormats.names().size(), seeds);
  }

  @Test
  void replies() throws Exception {
    byte[] http =
        "\u0000\u002aHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[] echo = {1, 0, 1, 0, 1, 0, 1, 0};
    tried(ReplyTarget::fuzzerTestOneInput, ReplyTarget.choices(), List.of(http, echo));
  }

  @Test
  void decoders() throws Exception {
    tried(DecoderTarget::fuzzerTestOneInput, DecoderTarget.choices(), List.of());
  }

  @Test
  void quic() throws Exception {
    byte[] http = HexFormat.of().parseHex("01030000d9" + "0003616263");
    byte[] relay = HexFormat.of().parseHex("00024f4b03aabbcc");
    byte[] opened =
        HexFormat.of().parseHex("000010" + "0200000000" + "06000402000000" + "1c000000");
    tried(QuicTarget::fuzzerTestOneInput, QuicTarget.choices(), List.of(http, relay, opened));
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
