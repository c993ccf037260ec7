package org.vpnprobe.config;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vpnprobe.model.EndpointFacts;

/** Whatever stands in the file: it is loaded or refused, in bounded time, and nothing leaks. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HostileFileTest {
  private static final Path FOLDER = Path.of("src/test/resources/org/vpnprobe/config");
  private static final List<String> SECRETS = List.of("s3cr3t-value", "proxy-pass", "lab-value");
  private static final List<String> PIECES =
      List.of(
          "{",
          "}",
          "[",
          "]",
          ":",
          ": ",
          ",",
          "- ",
          "\n",
          "\n  ",
          "\t",
          "\"",
          "'",
          "&a ",
          "*a",
          "<<: *need",
          "!!",
          "|",
          ">",
          "%",
          "@",
          "`",
          "#",
          "\0",
          "\uFEFF",
          "é",
          "😀",
          "${",
          "${env:KEY}",
          "${file:",
          "${file:/dev/zero}",
          "${lab:fake-key}",
          "$${",
          "---\n",
          "...\n",
          "null",
          "~",
          "9999999999",
          "-1",
          "0x10",
          "1e9",
          "true",
          "\\",
          "\\x",
          "\u2028",
          "\u202e");

  /** Settings types throw nothing but InvalidSetting. */
  @ParameterizedTest
  @CsvSource({
    "good.yaml,1",
    "good.yaml,2",
    "good-templates.yaml,3",
    "good-templates.yaml,4",
    "good-protocols.yaml,5",
    "good-protocols.yaml,6"
  })
  void changedFilesAreLoadedOrRefused(String name, long seed) throws IOException {
    String good = Files.readString(FOLDER.resolve(name));
    Random random = new Random(seed);
    int refused = 0;
    for (int i = 0; i < 1500; i++) {
      String text = changed(good, random);
      try {
        Loaded loaded = ProbeFile.parse("f", text, Fake.options());
        String shown = withoutAddresses(loaded);
        assertFalse(shown.contains(Scalars.UNEXPECTED), shown);
        SECRETS.forEach(s -> assertFalse(shown.contains(s), () -> s + " in\n" + shown + text));
      } catch (InvalidFile e) {
        refused++;
        String said = String.valueOf(e.getMessage());
        SECRETS.forEach(s -> assertFalse(said.contains(s), () -> s + " in\n" + said + text));
        assertFalse(said.contains(Scalars.UNEXPECTED), said);
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", number " + i + ":\n" + text, e);
      }
    }
    assertTrue(refused > 100 && refused < 1500, refused + " refused");
  }

  /** The plan holds addresses, wherever they came from. */
  private static String withoutAddresses(Loaded loaded) {
    String shown = loaded.toString();
    for (EndpointFacts endpoint : loaded.plan().endpoints()) {
      shown = shown.replace(endpoint.address(), "address");
    }
    return shown;
  }

  private static String changed(String good, Random random) {
    StringBuilder text = new StringBuilder(good);
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      int at = random.nextInt(text.length());
      int end = Math.min(text.length(), at + 1 + random.nextInt(random.nextInt(10) == 0 ? 200 : 4));
      switch (random.nextInt(6)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, text.substring(at, end));
        case 2 -> text.insert(random.nextInt(text.length()), text.substring(at, end));
        case 3 -> text.setLength(at + 1);
        case 4 -> text.setCharAt(at, (char) random.nextInt(0x180));
        default -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
      }
    }
    return text.toString();
  }

  @Test
  void hugeTextsAreRefused() {
    String huge = "x".repeat(YamlReader.MOST_CHARS + 1);
    InvalidFile refused =
        assertThrows(
            InvalidFile.class,
            () -> ProbeFile.parse("f", "version: 1\nendpoints: [" + huge + "]\n", Fake.options()));
    assertTrue(
        String.valueOf(refused.getMessage()).startsWith("f:2:13: “…” – a text of more than"));
    assertThrows(
        InvalidFile.class, () -> ProbeFile.parse("f", "? " + huge + "\n: 1\n", Fake.options()));
  }

  @Test
  void hugeFilesAndFilesThatAreNoTextAreRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("probes.yaml");
    assertSays(file, "there is no such file");
    Files.write(file, new byte[] {(byte) 0xc3, 0x28});
    assertSays(file, "not UTF-8 text");
    Files.write(file, new byte[33 * 1024 * 1024]);
    assertSays(file, "larger than 32 MiB");
    assertSays(folder, "cannot be read");
  }

  private static void assertSays(Path file, String expected) {
    InvalidFile refused =
        assertThrows(InvalidFile.class, () -> ProbeFile.load(file, Fake.options()));
    assertTrue(String.valueOf(refused.getMessage()).contains(expected), refused.getMessage());
  }

  @Test
  void secretsFilesAreBounded(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("probes.yaml");
    Files.write(folder.resolve("large"), new byte[Interpolation.MOST_BYTES + 1]);
    Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff});
    for (String[] expected :
        new String[][] {
          {"large", "larger than 256 KiB"},
          {"binary", "not UTF-8 text"},
          {"/dev/zero", "not a regular file"},
          {".", "not a regular file"}
        }) {
      Files.writeString(
          file,
          "version: 1\nendpoints:\n  - {name: a, protocol: fake, address: \"a:1\", need: \"${file:"
              + expected[0]
              + "}\"}\n");
      assertSays(file, expected[1]);
    }
  }

  @Test
  void tooManyEndpointsAreRefused() {
    StringBuilder ports = new StringBuilder("1");
    for (int port = 2; port <= 60_000; port++) {
      ports.append(", ").append(port);
    }
    String text =
        """
        version: 1
        templates:
          - name: "{server}-{port}"
            servers: {one: one.example, two: two.example}
            protocols: [{protocol: fake, need: x, ports: [%s]}]
        """
            .formatted(ports);
    InvalidFile refused =
        assertThrows(InvalidFile.class, () -> ProbeFile.parse("f", text, Fake.options()));
    assertTrue(String.valueOf(refused.getMessage()).contains("more than 100000 endpoints"));
  }

  /** Names of thousands of endpoints are not compared with each other for every bad reference. */
  @Test
  void manyEndpointsWithManyProblemsAreReadInBoundedTime() {
    StringBuilder text = new StringBuilder("version: 1\nwitnesses: [");
    text.append("nobody, ".repeat(2000)).append("nobody]\nendpoints:\n");
    for (int i = 0; i < 20_000; i++) {
      text.append("  - {name: n").append(i).append(", protocol: fkae, address: \"a:1\"}\n");
    }
    assertThrows(InvalidFile.class, () -> ProbeFile.parse("f", text.toString(), Fake.options()));
  }
}
