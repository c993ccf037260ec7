package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.config.ForeignFiles.How;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.imports.Batch;
import org.vpnprobe.config.imports.ImportFormat;
import org.vpnprobe.config.imports.ImportFormats;
import org.vpnprobe.config.imports.Importer;
import org.vpnprobe.config.imports.Outcome;
import org.vpnprobe.config.imports.Source;

/**
 * Whatever is broken in a file of another program, nothing that is said of it holds a secret of
 * its, nor a part of one.
 */
@Timeout(300)
class BrokenSourcesTest {
  private static final How HOW =
      new How(Optional.empty(), List.of(), Optional.of("http://t.example/"));
  private static final Options OPTIONS = Options.of("test", Instant.EPOCH, "r");

  /** {@code -Dinputs=20000} for a long look. */
  private static final int INPUTS = Integer.getInteger("inputs", 60);

  /** Of each source. */
  private static final int COMMANDS = Math.max(1, INPUTS / 60);

  private static final long SEED = Long.getLong("seed", 7);

  @TempDir private Path folder = Path.of("");

  private final Random random = new Random(SEED);
  private final Planted planted = new Planted(random);
  private final BrokenSources sources = new BrokenSources(planted, random);
  private final Set<String> leaks = new TreeSet<>();

  private void silent(String said, String where) {
    planted.in(said).ifPresent(leak -> leaks.add(where + ": " + leak.replace("\n", "⏎")));
  }

  @AfterEach
  void nothingLeaks() {
    assertEquals(Set.of(), leaks, () -> leaks.size() + ":\n" + String.join("\n", leaks));
  }

  /** The search that the others rely on. */
  @Test
  void aPartOfASecretIsFound() {
    for (String form : List.of("word", "uuid", "key", "urlkey", "cert", "static", "pem")) {
      String secret = planted.secret(form);
      List<String> lines = secret.lines().filter(line -> !line.startsWith("-----")).toList();
      String line = lines.get(lines.size() / 2);
      String half = line.substring(line.length() / 2);
      byte[] bytes = ("x:" + half).getBytes(StandardCharsets.UTF_8);
      for (String leak :
          List.of(
              "“" + half + "”",
              half.substring(0, 8) + "…",
              HexFormat.of().formatHex(bytes),
              Base64.getEncoder().encodeToString(bytes))) {
        assertTrue(planted.in(leak).isPresent(), form + " " + leak);
      }
    }
    assertEquals(Optional.empty(), planted.in("rejected: f:1:1: expected a port from 1 to 65535"));
  }

  private String said(Batch batch) {
    StringBuilder said = new StringBuilder(batch.summary()).append('\n');
    for (Outcome outcome : batch.outcomes()) {
      switch (outcome) {
        case Outcome.Imported i -> said.append(i.at()).append(i.endpoint().name());
        case Outcome.Skipped s -> said.append(s.at()).append(s.message());
        case Outcome.Rejected r -> said.append(r.at()).append(r.message());
      }
      said.append('\n');
    }
    batch.remarks().forEach(remark -> said.append(remark).append('\n'));
    return said.toString();
  }

  /** A # in a password, or a link that ends too early: what is left is no name and no server. */
  @Test
  void linksThatEndTooEarly() throws Exception {
    Importer importer = new Importer(OPTIONS);
    for (String scheme : List.of("trojan", "vless", "hysteria2", "hy2", "tuic", "ss", "socks5")) {
      String one = planted.secret("word");
      String two = planted.secret("word");
      for (String rest :
          List.of(
              one + "#" + two + "@127.0.0.1:443#name",
              one,
              one + "\n@127.0.0.1:443",
              one + "@127.0.0.1:443#name" + scheme + "://" + two + "@127.0.0.1:444#other")) {
        Source source = Source.of("f", scheme + "://" + rest);
        Batch batch = importer.read(List.of(source), null, HOW, Set.of());
        silent(said(batch), scheme);
        batch.endpoints().forEach(endpoint -> silent(endpoint.address(), scheme));
      }
    }
  }

  /** The same as the command says it, and as a file that imports it does; all that it writes. */
  @Test
  void whatTheCommandsSay() throws Exception {
    Terminals terminal =
        Terminals.pipe()
            .with("VPNPROBE_DEBUG", "1")
            .with("XDG_STATE_HOME", folder.resolve("state").toString());
    int refused = 0;
    int tried = 0;
    int number = 0;
    for (BrokenSources.Source sample : sources.all()) {
      for (int i = 0; i < COMMANDS; i++) {
        Path place = Files.createDirectory(folder.resolve("n" + number++));
        String text = sources.broken(sample);
        Path file = Files.writeString(place.resolve("source"), text);
        Path yaml = place.resolve("probes.yaml");
        List<List<String>> commands = new ArrayList<>();
        commands.add(List.of("import", file.toString()));
        commands.add(List.of("import", file.toString(), "--as", sample.format()));
        commands.add(List.of("import", file.toString(), "--into", yaml.toString()));
        commands.add(List.of("check", file.toString()));
        String line = text.lines().findFirst().orElse("");
        if (line.contains("://")) {
          commands.add(List.of("check", line));
          commands.add(List.of("import", line));
        }
        Path imports =
            Files.writeString(
                place.resolve("imports.yaml"), "version: 1\nimports:\n  - file: source\n");
        commands.add(List.of("check", imports.toString()));
        commands.add(List.of("check", imports.toString(), "--strict"));
        for (List<String> command : commands) {
          Terminals.Said said = terminal.run(command.toArray(String[]::new));
          String where = sample.format() + " " + command.getFirst();
          silent(said.err(), where);
          if (!command.getFirst().equals("import")) {
            silent(said.out(), where);
          }
          if (said.exit() == 70) {
            leaks.add("crash: " + where + " " + said.err());
          }
          tried++;
          refused += said.exit() == 0 ? 0 : 1;
          if (command.getFirst().equals("check")) {
            // Nothing of this name is there, so that nothing is sent whatever the file says.
            List<String> run = new ArrayList<>(command);
            run.set(0, "run");
            run.addAll(List.of("--strict", "--only", "nobody-of-this-name"));
            Terminals.Said ran = terminal.run(run.stream().distinct().toArray(String[]::new));
            assertEquals(2, ran.exit(), ran.err());
            silent(ran.out() + ran.err(), sample.format() + " run");
          }
        }
      }
    }
    assertTrue(refused > tried / 4 && refused < tried, refused + " of " + tried);
  }

  /** Every format that can hold a secret, broken in a few hundred ways. */
  @Test
  void messagesOfEveryFormat() throws Exception {
    Importer importer = new Importer(OPTIONS);
    Map<String, Integer> read = new HashMap<>();
    int broken = 0;
    for (BrokenSources.Source sample : sources.all()) {
      ImportFormat format = ImportFormats.named(sample.format()).orElseThrow();
      byte[] whole = sample.written().getBytes(StandardCharsets.UTF_8);
      assertEquals(
          Optional.of(format.name()),
          ImportFormats.recognize(Source.of("f", whole, folder)).map(ImportFormat::name));
      Batch good = importer.read(List.of(Source.of("f", whole, folder)), null, HOW, Set.of());
      silent(said(good), format.name());
      read.merge(format.name(), good.endpoints().size(), Integer::sum);
      for (int i = 0; i < INPUTS; i++) {
        String text = sources.broken(sample);
        byte[] bytes =
            text.getBytes(i % 2 == 0 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
        ImportFormat as = i % 3 == 0 ? null : format;
        Batch batch = importer.read(List.of(Source.of("f", bytes, folder)), as, HOW, Set.of());
        silent(said(batch), format.name());
        broken += batch.rejected().isEmpty() && batch.skipped().isEmpty() ? 0 : 1;
      }
    }
    assertTrue(broken > 20 * INPUTS / 3, "only " + broken + " were refused");
    assertTrue(
        read.size() >= 14 && read.values().stream().filter(n -> n > 0).count() >= 13,
        read.toString());
  }
}
