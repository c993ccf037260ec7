package org.vpnprobe.config.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vpnprobe.config.BoundEndpoint;
import org.vpnprobe.config.ForeignFiles.How;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Loaded;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;

/**
 * The sample corpus: every file in the folder is imported as it is recognized, and what becomes of
 * every entry stands in the file of the same name with {@code .account} behind it. A sample that is
 * only referred to by others lies in a folder below. After a change {@code -Dsamples=write} writes
 * the accounts anew, to be read and judged line by line.
 */
class SamplesTest {
  private static final Path FOLDER = Path.of("src/test/resources/org/vpnprobe/config/imports");
  private static final String ACCOUNT = ".account";
  private static final Options OPTIONS = Options.of("test", Instant.EPOCH, "r");
  private static final How HOW =
      new How(Optional.empty(), List.of(), Optional.of("http://t.example/#it works"));

  static List<String> samples() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> !name.endsWith(ACCOUNT))
          .sorted()
          .toList();
    }
  }

  private static Batch batch(String name) throws Unreadable {
    Source source = new Sources(FOLDER).local(name);
    return new Importer(OPTIONS).read(List.of(source), null, HOW, Set.of());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void becomesWhatItsAccountSays(String name) throws IOException, Unreadable {
    Source source = new Sources(FOLDER).local(name);
    String format = ImportFormats.recognize(source).map(ImportFormat::name).orElse("none");
    String account = "format: " + format + "\n" + account(batch(name));
    Path expected = FOLDER.resolve(name + ACCOUNT);
    if ("write".equals(System.getProperty("samples"))) {
      Files.writeString(expected, account);
    }
    assertEquals(Files.readString(expected), account);
  }

  private static String account(Batch batch) {
    StringBuilder out = new StringBuilder();
    for (Outcome outcome : batch.outcomes()) {
      switch (outcome) {
        case Outcome.Imported i -> {
          Endpoint e = i.endpoint();
          out.append("imported ").append(place(outcome)).append(' ').append(e.name()).append(' ');
          out.append(e.protocol()).append(' ').append(e.address()).append(' ').append(e.tags());
          out.append('\n');
          e.settings()
              .forEach((key, value) -> {
                String text = YamlText.items(List.of(Map.of(key, value)), 0).substring(2);
                out.append("  ").append(text.replaceAll("\n(?=.)", "\n  "));
              });
        }
        case Outcome.Skipped s ->
            out.append("skipped ")
                .append(place(outcome))
                .append(' ')
                .append(s.message())
                .append('\n');
        case Outcome.Rejected r ->
            out.append("rejected ")
                .append(place(outcome))
                .append(' ')
                .append(r.message())
                .append('\n');
      }
    }
    batch.remarks().forEach(remark -> out.append("remark ").append(remark).append('\n'));
    return out.append(batch.summary()).append('\n').toString();
  }

  private static String place(Outcome outcome) {
    return outcome.at().line() + ":" + outcome.at().column();
  }

  /** What was imported is written as YAML, loaded again, and has the same settings. */
  @ParameterizedTest
  @MethodSource("samples")
  void comesBackFromYaml(String name) throws Unreadable, InvalidFile {
    List<Endpoint> endpoints = batch(name).endpoints();
    if (endpoints.isEmpty()) {
      return;
    }
    Loaded loaded = ProbeFile.parse("f", ProbesYaml.text(endpoints), OPTIONS.withStrict(true));
    Loaded direct =
        ProbeFile.foreign(
            name,
            FOLDER.resolve(name).toString(),
            HOW,
            OPTIONS.withForeign(new ForeignReader(OPTIONS)));
    assertEquals(endpoints.size(), loaded.endpoints().size());
    endpoints.forEach(endpoint -> {
      BoundEndpoint one = Objects.requireNonNull(direct.endpoints().get(endpoint.name()));
      BoundEndpoint other = Objects.requireNonNull(loaded.endpoints().get(endpoint.name()));
      assertEquals(one.address(), other.address());
      assertEquals(one.protocol().name(), other.protocol().name());
      // Secrets with them: they are equal when their texts are.
      assertEquals(one.settings(), other.settings());
    });
  }

  @Test
  void everyAccountHasItsSample() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      List<String> names = files.map(file -> String.valueOf(file.getFileName())).toList();
      names.stream()
          .filter(name -> name.endsWith(ACCOUNT))
          .forEach(name ->
              assertTrue(
                  names.contains(name.substring(0, name.length() - ACCOUNT.length())), name));
    }
  }
}
