package org.vpnprobe.config.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vpnprobe.config.ForeignFiles.How;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;

/**
 * Every format reads every sample after it was cut, spliced and spoilt, and random bytes. It throws
 * nothing, ends in time, speaks of every line, and what it imports can be loaded.
 */
class HostileSourceTest {
  private static final Path FOLDER = Path.of("src/test/resources/org/vpnprobe/config/imports");

  /** {@code -Dinputs=20000} for a long look. */
  private static final int INPUTS = Integer.getInteger("inputs", 500);

  private static final int MOST_BYTES = 6_000;
  private static final Duration LONGEST = Duration.ofMinutes(4);
  private static final Options OPTIONS = Options.of("test", Instant.EPOCH, "r");
  private static final How HOW =
      new How(Optional.empty(), List.of(), Optional.of("http://t.example/"));

  static List<String> formats() {
    return ImportFormats.names();
  }

  private static List<byte[]> samples() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.toString().endsWith(".account"))
          .sorted()
          .map(HostileSourceTest::bytes)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      return bytes.length > MOST_BYTES ? Arrays.copyOf(bytes, MOST_BYTES) : bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those that the format reads best make up half of the inputs. */
  private static List<byte[]> seeds(ImportFormat format) throws Unreadable {
    List<byte[]> own = new ArrayList<>();
    for (byte[] sample : samples()) {
      if (format.recognizes(Source.of("f", sample, FOLDER))) {
        own.add(sample);
      }
    }
    assertFalse(own.isEmpty(), "no sample of " + format.name());
    return own;
  }

  @ParameterizedTest
  @MethodSource("formats")
  void takesWhateverComes(String name) throws Unreadable {
    ImportFormat format = ImportFormats.named(name).orElseThrow();
    List<byte[]> all = samples();
    List<byte[]> own = seeds(format);
    Random random = new Random(name.hashCode());
    assertTimeoutPreemptively(
        LONGEST,
        () -> {
          for (int i = 0; i < INPUTS; i++) {
            List<byte[]> from = i % 2 == 0 ? own : all;
            byte[] input =
                i % 50 == 49
                    ? noise(random)
                    : spoilt(from.get(random.nextInt(from.size())), from, random);
            take(format, input, i % 100 == 0);
          }
        });
  }

  private static void take(ImportFormat format, byte[] input, boolean load) throws Exception {
    Source source = Source.of("f", input, FOLDER);
    format.recognizes(source);
    Batch batch = new Importer(OPTIONS).read(List.of(source), format, HOW, Set.of());
    assertFalse(batch.outcomes().isEmpty());
    batch.outcomes().forEach(outcome -> assertTrue(outcome.at().line() >= 1));
    if (load && !batch.endpoints().isEmpty()) {
      assertEquals(
          batch.endpoints().size(),
          ProbeFile.parse("f", ProbesYaml.text(batch.endpoints()), OPTIONS.withStrict(true))
              .endpoints()
              .size());
    }
  }

  private static byte[] noise(Random random) {
    byte[] noise = new byte[random.nextInt(300)];
    random.nextBytes(noise);
    return noise;
  }

  private static byte[] spoilt(byte[] sample, List<byte[]> others, Random random) {
    String text = new String(sample, StandardCharsets.ISO_8859_1);
    for (int i = random.nextInt(5); i >= 0; i--) {
      int at = random.nextInt(text.length() + 1);
      int end = Math.min(text.length(), at + random.nextInt(30));
      String odd = "\n=<>{}[]\",:;#\\\0/%&?@$'\t -0123456789\u00ff";
      text =
          switch (random.nextInt(6)) {
            case 0 -> text.substring(0, at);
            case 1 -> text.substring(0, at) + text.substring(end);
            case 2 ->
                text.substring(0, at)
                    + odd.charAt(random.nextInt(odd.length()))
                    + text.substring(at);
            case 3 -> text.substring(0, end) + text.substring(at);
            case 4 -> {
              String other =
                  new String(
                      others.get(random.nextInt(others.size())), StandardCharsets.ISO_8859_1);
              int from = random.nextInt(other.length() + 1);
              yield text.substring(0, at)
                  + other.substring(from, Math.min(other.length(), from + random.nextInt(200)))
                  + text.substring(at);
            }
            default ->
                text.substring(0, at)
                    + (char) random.nextInt(256)
                    + text.substring(Math.min(text.length(), at + 1));
          };
      if (text.length() > 2 * MOST_BYTES) {
        text = text.substring(0, MOST_BYTES);
      }
    }
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
