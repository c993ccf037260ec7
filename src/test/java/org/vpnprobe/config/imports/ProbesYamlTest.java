package org.vpnprobe.config.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vpnprobe.config.ForeignFiles.How;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.Loaded;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;
import org.vpnprobe.config.imports.ProbesYaml.Written;

/** Where secrets go, and who may read them there. */
class ProbesYamlTest {
  private static final Options OPTIONS = Options.of("test", Instant.EPOCH, "r");
  private static final How HOW = new How(Optional.empty(), List.of(), Optional.empty());

  private final ProbesYaml yaml = new ProbesYaml(new Importer(OPTIONS).check());

  private static List<Endpoint> endpoints(String secret) throws Unreadable {
    ImportFormat format =
        new ImportFormat() {
          @Override
          public String name() {
            return "one";
          }

          @Override
          public String summary() {
            return "one endpoint";
          }

          @Override
          public boolean recognizes(Source source) {
            return true;
          }

          @Override
          public void read(Source source, Account account) {
            account.found(
                Entry.of(Span.line(1), "l2tp", "a.example:1701")
                    .label("a")
                    .set("secret", secret)
                    .build());
          }
        };
    return new Importer(OPTIONS)
        .read(List.of(Source.of("f", "x")), format, HOW, Set.of())
        .endpoints();
  }

  private static String permissions(Path file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  /** Whoever reads the file looks for secrets beside the name that he calls it by. */
  @Test
  void aFileBehindALinkFindsItsSecrets(@TempDir Path folder) throws Exception {
    Path real = Files.createDirectories(folder.resolve("elsewhere")).resolve("office.yaml");
    Files.writeString(real, "version: 1\nendpoints: []\n");
    Path link = Files.createSymbolicLink(folder.resolve("probes.yaml"), real);
    assertEquals(new Written(1, "probes.secrets", 0), yaml.add(endpoints("s1"), link, false));
    assertTrue(Files.isSymbolicLink(link));
    assertTrue(Files.readString(real).contains("${file:probes.secrets/a.secret}"));
    assertEquals("s1", Files.readString(folder.resolve("probes.secrets/a.secret")));
    Loaded loaded = ProbeFile.load(link, OPTIONS.withStrict(true));
    assertEquals(Set.of("a"), loaded.endpoints().keySet());
    try (var left = Files.list(folder.resolve("elsewhere"))) {
      assertEquals(List.of(real), left.toList());
    }
  }

  /** A file keeps its permissions, so that it is said when they are too many. */
  @ParameterizedTest
  @CsvSource({
    "rw-r--r--, true, 1",
    "rw-r-----, true, 1",
    "rw----r--, true, 1",
    "rw-------, true, 0",
    "rw-r--r--, false, 0"
  })
  void secretsInAFileThatOthersReadAreCounted(
      String before, boolean inline, int exposed, @TempDir Path folder) throws Exception {
    Path file = folder.resolve("probes.yaml");
    Files.writeString(file, "version: 1\nendpoints: []\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(before));
    assertEquals(exposed, yaml.add(endpoints("s1"), file, inline).exposed());
    assertEquals(inline, Files.readString(file).contains("secret: s1"));
    assertEquals(before, permissions(file));
  }

  /** A file of its own would lose the line break at the end of it. */
  @Test
  void aSecretThatHasToStayIsForTheOwnerAlone(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("probes.yaml");
    assertEquals(new Written(0, "", 0), yaml.add(endpoints("s1\n"), file, false));
    assertEquals("rw-------", permissions(file));
    Path other = folder.resolve("other.yaml");
    assertEquals(new Written(1, "other.secrets", 0), yaml.add(endpoints("s1"), other, false));
    assertEquals("rw-r--r--", permissions(other));
  }

  /** What comes from the environment may be a secret, also in the name of a file. */
  @ParameterizedTest
  @CsvSource({
    "nowhere-s3cret.txt, http://t.example/, there is no such file",
    "folder-s3cret, http://t.example/, this is a folder",
    "lines-s3cret.txt, http://t.example/, expected host:port/protocol",
    "proxy-s3cret.txt, s3cret, expected",
    "proxy-s3cret.txt, http://s3cret s3cret/, expected"
  })
  void whatCameFromTheEnvironmentIsNotShown(
      String named, String target, String said, @TempDir Path folder) throws Exception {
    Files.createDirectories(folder.resolve("folder-s3cret"));
    Files.writeString(folder.resolve("lines-s3cret.txt"), "a.example:1/tcp\nnonsense\n");
    Files.writeString(folder.resolve("proxy-s3cret.txt"), "trojan://p@p.example:443\n");
    Path file = folder.resolve("probes.yaml");
    Files.writeString(
        file,
        """
        version: 1
        imports:
          - {file: "${env:PLACE}", target: "${env:TARGET}"}
        endpoints:
          - {name: one, protocol: tcp, address: "c.example:1"}
        """);
    Map<String, String> env = Map.of("PLACE", folder.resolve(named).toString(), "TARGET", target);
    Loaded loaded =
        ProbeFile.load(
            file,
            OPTIONS
                .withEnv(name -> Optional.ofNullable(env.get(name)))
                .withForeign(new ForeignReader(OPTIONS)));
    String all = loaded.plan().rejected() + " " + loaded.warnings();
    assertTrue(all.contains(said), all);
    assertFalse(all.contains("s3cret"), all);
    loaded
        .plan()
        .endpoints()
        .forEach(e -> assertFalse(Objects.toString(e.where()).contains("s3cret"), e.toString()));
  }
}
