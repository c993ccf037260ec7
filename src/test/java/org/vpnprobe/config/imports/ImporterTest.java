package org.vpnprobe.config.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vpnprobe.config.ForeignFiles.How;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Loaded;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;

/** What holds for every format: the account, names, duplicates, and what becomes of a file. */
class ImporterTest {
  private static final Options OPTIONS = Options.of("test", Instant.EPOCH, "r");
  private static final How HOW = new How(Optional.empty(), List.of("new"), Optional.empty());

  private static Batch lines(String text, Set<String> taken) throws Unreadable {
    return new Importer(OPTIONS)
        .read(List.of(Source.of("f", text)), new HostPortLines(), HOW, taken);
  }

  private static Batch read(ImportFormat format, String text) throws Unreadable {
    return new Importer(OPTIONS).read(List.of(Source.of("f", text)), format, HOW, Set.of());
  }

  /** A format that says what the test wants it to. */
  private record Saying(java.util.function.BiConsumer<Source, Account> what)
      implements ImportFormat {
    @Override
    public String name() {
      return "saying";
    }

    @Override
    public String summary() {
      return "whatever it says";
    }

    @Override
    public boolean recognizes(Source source) {
      return true;
    }

    @Override
    public void read(Source source, Account account) {
      what.accept(source, account);
    }
  }

  @Test
  void oneBadLineNeverStopsTheOthers() throws Unreadable {
    Batch batch =
        lines(
            """
            # mine
            a.example:443/tls Office one
            b.example:443/nothing

              c.example/tcp  # no port of its own
            d.example:70000/tcp
            d.example:22/ssh
            """,
            Set.of());
    assertEquals("5 entries: 2 imported, 0 skipped, 3 rejected", batch.summary());
    assertEquals(
        List.of("Office-one", "ssh-d.example"),
        batch.endpoints().stream().map(Endpoint::name).toList());
    assertEquals(
        List.of(
            "f:3:15: “nothing” – expected a protocol (“vpnprobe protocols” lists them)",
            "f:5:3: “address” – tcp has no port of its own; expected host:port",
            "f:6:1: “d.example:70000” – port 70000 is out of range, expected 1 to 65535"),
        batch.rejected().stream().map(r -> r.problem().toString()).toList());
  }

  @Test
  void whatNobodySpeaksOfIsRejected() throws Unreadable {
    ImportFormat third =
        new Saying((source, account) -> account.skip(Span.line(3), "x", "why not"));
    Batch batch = read(third, "one\n\nthree\n  four\nfive\n\n");
    assertEquals(
        List.of(
            "f:1:1: this line is no part of any entry; expected whatever it says",
            "f:4:3: lines 4 to 5 are no part of any entry; expected whatever it says"),
        batch.rejected().stream().map(r -> r.problem().toString()).toList());
    assertEquals(1, batch.skipped().size());
    Batch silent = read(new Saying((source, account) -> account.cover(source.whole())), "one\n");
    assertEquals(
        "f:1:1: there is no entry in it; expected whatever it says",
        silent.rejected().getFirst().problem().toString());
  }

  @Test
  void packingIsBounded() throws Unreadable {
    ImportFormat matryoshka =
        new Saying((source, account) -> {
          account.nested(
              source.whole(),
              source,
              new Saying((inner, one) ->
                  one.nested(
                      inner.whole(),
                      inner,
                      new Saying((i2, two) ->
                          two.nested(
                              i2.whole(),
                              i2,
                              new Saying((i3, three) ->
                                  three.nested(
                                      i3.whole(),
                                      i3,
                                      new Saying(
                                          (i4, four) -> four.nested(i4.whole(), i4, null)))))))));
        });
    assertEquals(
        List.of("f:1:1: packed deeper than 4 times"),
        read(matryoshka, "x").rejected().stream().map(r -> r.problem().toString()).toList());
    String large = "x".repeat(Source.MOST_BYTES);
    ImportFormat often =
        new Saying((source, account) -> {
          ImportFormat end = new Saying((inner, one) -> one.skip(inner.whole(), "", "end"));
          for (int i = 0; i < 3; i++) {
            account.nested(source.whole(), source, end);
          }
        });
    Batch batch = read(often, large);
    assertEquals(2, batch.skipped().size());
    assertEquals(1, batch.rejected().size());
    assertThrows(Unreadable.class, () -> Source.of("f", large + "x"));
  }

  @Test
  void entriesAreBounded() throws Unreadable {
    String text = "a.example:1/tcp\n".repeat(Ledger.MOST_ENTRIES + 10);
    Batch batch = lines(text, Set.of());
    assertEquals(1, batch.endpoints().size());
    assertEquals(Ledger.MOST_ENTRIES - 1, batch.skipped().size());
    assertEquals(
        "more than 100000 entries; what follows is not read",
        batch.rejected().getFirst().message());
  }

  @Test
  void theSameIsMergedAndSaid() throws Unreadable {
    Batch batch =
        lines("a.example:1/tcp one\na.example:1/tcp two\na.example:2/tcp one\n", Set.of("one-3"));
    assertEquals(List.of("one", "one-2"), batch.endpoints().stream().map(Endpoint::name).toList());
    assertEquals("“two” – skipped: the same as one (f:1:1)", batch.skipped().getFirst().message());
    assertEquals(
        List.of("one-2"),
        lines("a.example:1/tcp one", Set.of("one")).endpoints().stream()
            .map(Endpoint::name)
            .toList());
    assertEquals(List.of("new"), batch.endpoints().getFirst().tags());
  }

  @ParameterizedTest
  @CsvSource({
    "🇩🇪 Frankfurt | 01, DE-Frankfurt-01",
    "--- , tcp-a.example",
    "'東京 #2 (x2.5)', 東京-2-x2.5",
    "a/b@c ${env:HOME}, a-b-c-env:HOME",
    "'\u202eevil\u0007', evil",
    "v1.0:443+tls_x, v1.0:443+tls_x"
  })
  void namesCanStandAnywhere(String label, String name) {
    assertEquals(name, new EndpointNames(Set.of()).name(label, "tcp", "a.example:1"));
  }

  /** A subscription must not be able to send this machine's environment or files anywhere. */
  @Test
  void nothingThatComesInIsAReference(@TempDir Path folder) throws Exception {
    ImportFormat hostile =
        new Saying((source, account) ->
            account.found(
                Entry.of(Span.line(1), "openvpn", "a.example:1194")
                    .set("ca", new HeldCertificate.Builder().build().certificatePem())
                    .set("username", "${env:HOME}")
                    .set("password", "$${file:/etc/passwd}")
                    .build()));
    List<Endpoint> endpoints = read(hostile, "x").endpoints();
    Options withEnvironment = OPTIONS.withEnv(name -> Optional.of("leaked"));
    Path file = folder.resolve("p.yaml");
    new ProbesYaml(new Importer(OPTIONS).check()).add(endpoints, file, false);
    for (String text : List.of(ProbesYaml.text(endpoints), Files.readString(file))) {
      Loaded loaded = ProbeFile.parse(file.toString(), text, withEnvironment.withStrict(true));
      String settings =
          Objects.requireNonNull(loaded.endpoints().values().iterator().next())
              .settings()
              .toString();
      assertTrue(settings.contains("username=${env:HOME}"), settings);
      assertFalse(settings.contains("leaked"));
    }
    assertEquals(
        "$${file:/etc/passwd}",
        Files.readString(folder.resolve("p.secrets/openvpn-a.example.password")));
  }

  @Test
  void aFileGetsThemAtTheEndOfItsList(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("probes.yaml");
    Files.writeString(
        file,
        """
        # ours
        version: 1   # the only one
        endpoints:
            # the office
            - name: office
              protocol: tls
              address: a.example:443
              ca: |
                # no comment
                x
              # of office

            # after it, still ours
        # who is asked
        resolvers: {quad: 9.9.9.9}
        """);
    ProbesYaml yaml = new ProbesYaml(new Importer(OPTIONS).check());
    yaml.add(lines("b.example:1/tcp\n", ProbesYaml.names(file)).endpoints(), file, false);
    assertEquals(
        """
        # ours
        version: 1   # the only one
        endpoints:
            # the office
            - name: office
              protocol: tls
              address: a.example:443
              ca: |
                # no comment
                x
              # of office
            - name: tcp-b.example
              protocol: tcp
              address: b.example:1
              tags: [new]

            # after it, still ours
        # who is asked
        resolvers: {quad: 9.9.9.9}
        """,
        Files.readString(file));
    assertEquals(Set.of("office", "tcp-b.example"), ProbesYaml.names(file));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'version: 1\nendpoints: []\nlimits: {concurrency: 2}\n' | ",
        "'version: 1\nendpoints:\n- {name: a, protocol: tcp, address: \"a:1\"}' | ",
        "'version: 1\ntemplates:\n  - {}' | ",
        "'# nothing yet\nversion: 1\n' | ",
        "'' | ",
        "'version: 1\nendpoints: [{name: a, protocol: tcp, address: \"a:1\"}]\n' | 2:1",
        "'{version: 1}' | 1:1",
        "'version: 1\nendpoints: later\n' | 2:1",
        "'- a\n' | 1:1",
        "'endpoints:\n- {host: of another program}\n' | 1:1",
        "'version: \"3.8\"\nservices: {}\nendpoints: []\n' | 1:1",
        "'version: {}\nendpoints: []\n' | 1:1"
      })
  void everyFileIsAddedToOrLeftAlone(String text, String refused, @TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("probes.yaml");
    String before = text == null ? "" : text;
    Files.writeString(file, before);
    ProbesYaml yaml = new ProbesYaml(new Importer(OPTIONS).check());
    List<Endpoint> endpoints = lines("b.example:1/tcp\n", Set.of()).endpoints();
    if (refused == null) {
      yaml.add(endpoints, file, false);
      assertTrue(ProbesYaml.names(file).contains("tcp-b.example"), Files.readString(file));
      before
          .lines()
          .filter(line -> !line.equals("endpoints: []"))
          .forEach(line -> {
            try {
              assertTrue(Files.readAllLines(file).contains(line), line);
            } catch (java.io.IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
    } else {
      InvalidFile said = assertThrows(InvalidFile.class, () -> yaml.add(endpoints, file, false));
      assertTrue(
          String.valueOf(said.getMessage()).startsWith(file + ":" + refused), said.getMessage());
      assertEquals(before, Files.readString(file));
    }
    try (var left = Files.list(folder)) {
      assertEquals(List.of(file), left.toList());
    }
  }

  @Test
  void secretsGoToFilesForTheOwnerAlone(@TempDir Path folder) throws Exception {
    ImportFormat keys =
        new Saying((source, account) ->
            account.found(
                Entry.of(Span.line(1), "l2tp", "a.example:1701")
                    .label("a")
                    .set("secret", "s1")
                    .build()));
    ProbesYaml yaml = new ProbesYaml(new Importer(OPTIONS).check());
    Path file = folder.resolve("probes.yaml");
    List<Endpoint> endpoints = read(keys, "x").endpoints();
    assertEquals(List.of("a.secret"), yaml.secrets(endpoints));
    Files.createDirectories(folder.resolve("probes.secrets"));
    Files.writeString(folder.resolve("probes.secrets/a.secret"), "another's");
    assertEquals(new ProbesYaml.Written(1, "probes.secrets", 0), yaml.add(endpoints, file, false));
    Path secret = folder.resolve("probes.secrets/a.secret-2");
    assertEquals("s1", Files.readString(secret));
    assertEquals(
        "rw-------",
        java.nio.file.attribute.PosixFilePermissions.toString(
            Files.getPosixFilePermissions(secret)));
    assertTrue(Files.readString(file).contains("${file:probes.secrets/a.secret-2}"));
    ProbeFile.load(file, OPTIONS.withStrict(true));
    assertEquals("another's", Files.readString(folder.resolve("probes.secrets/a.secret")));
    Path inline = folder.resolve("inline.yaml");
    yaml.add(endpoints, inline, true);
    assertTrue(Files.readString(inline).contains("secret: s1"));
    assertEquals(
        "rw-------",
        java.nio.file.attribute.PosixFilePermissions.toString(
            Files.getPosixFilePermissions(inline)));
  }

  @Test
  void aFileImportsWhatOthersWrote(@TempDir Path folder) throws Exception {
    Files.writeString(
        folder.resolve("l.txt"), "a.example:1/tcp one\nnonsense\nb.example:1/tcp two\n");
    Path file = folder.resolve("probes.yaml");
    Files.writeString(
        file,
        """
        version: 1
        imports:
          - {file: l.txt, tags: [paid], expect: blocked, deadline: 3s, as: lines}
          - {file: missing.txt}
        endpoints:
          - {name: one, protocol: tcp, address: "c.example:1"}
        witnesses: [one-2]
        """);
    Loaded loaded = ProbeFile.load(file, OPTIONS.withForeign(new ForeignReader(OPTIONS)));
    assertEquals(List.of("one", "one-2", "two"), List.copyOf(loaded.endpoints().keySet()));
    assertEquals(List.of("paid"), loaded.plan().endpoints().get(1).tags());
    assertEquals("l.txt:1:1", String.valueOf(loaded.plan().endpoints().get(1).where()));
    assertEquals(
        List.of(
            "l.txt:2:1 expected host:port/protocol, such as vpn.example.net:443/sstp",
            file + ":4:12 “missing.txt” – missing.txt: there is no such file"),
        loaded.plan().rejected().stream()
            .map(r -> r.file() + ":" + r.line() + ":" + r.column() + " " + r.message())
            .toList());
  }

  @Test
  void jsonKnowsItsPlaces() throws Unreadable {
    StringBuilder said = new StringBuilder();
    ImportFormat places =
        new Saying((source, account) ->
            Trees.json(source, account)
                .ifPresent(tree -> {
                  said.append(
                      ((org.vpnprobe.config.Yaml.Mapping) tree).entries().get(1).value().at());
                  account.skip(source.whole(), "", "seen");
                }));
    read(places, "{\"a\": 1,\n  // said\n  \"b\": [\"x\",],\n}");
    assertEquals("f:3:8", said.toString());
    for (String bad :
        List.of("{", "{\"a\":1} x", "[".repeat(1000), "{\"a\" 1}", "", "nul", "\"\\ud800")) {
      assertEquals(1, read(places, bad).rejected().size(), bad);
    }
  }

  @Test
  void textsComeInSeveralEncodings() throws Unreadable {
    byte[] utf16 = "\ufeffa.example:1/tcp".getBytes(StandardCharsets.UTF_16LE);
    assertEquals("a.example:1/tcp", Source.of("f", utf16, null).line(1));
    assertEquals("a", Source.of("f", "\ufeffa\r\n".getBytes(StandardCharsets.UTF_8), null).line(1));
    assertTrue(Source.of("f", new byte[] {'a', 0, 'b'}, null).text().isEmpty());
    assertEquals("é", Source.of("f", new byte[] {(byte) 0xe9}, null).line(1));
  }
}
