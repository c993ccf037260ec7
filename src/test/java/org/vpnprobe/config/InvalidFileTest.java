package org.vpnprobe.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One small bad file for each message; the expected text stands next to it. */
class InvalidFileTest {
  private static final Path FOLDER = Path.of("src/test/resources/org/vpnprobe/config");

  /** What the secrets of the bad files hold. */
  private static final List<String> SECRETS =
      List.of("hunter2", "s3cr3t-value", "70000", "proxy-pass", "lab-value");

  static Stream<String> badFiles() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.matches("invalid-.*\\.yaml"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("badFiles")
  void saysWhatIsWrongAndWhere(String name) throws IOException {
    Path file = FOLDER.resolve(name);
    Path expected = FOLDER.resolve(name.replace(".yaml", ".txt"));
    InvalidFile refused =
        assertThrows(
            InvalidFile.class,
            () -> ProbeFile.parse(name, Files.readString(file), Fake.options().withStrict(true)));
    String said = Objects.requireNonNull(refused.getMessage()) + "\n";
    if (name.contains("secret")) {
      SECRETS.forEach(secret -> assertFalse(said.contains(secret), "leaks " + secret));
    }
    assertEquals(Files.readString(expected), said);
  }
}
