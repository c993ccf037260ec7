package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportCommandTest {
  private static final Path SAMPLES = Path.of("src/test/resources/org/vpnprobe/config/imports");
  private static final String KEY = "UP0A7hwJ39d+IHi6wbl+ORqw49NtHbZhg8BM2svIGkQ=";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    Streams streams =
        new Streams(
            new PrintWriter(out), new PrintWriter(err), new Terminal(false, false, 100, false));
    return Main.run(streams, Map.of(), args);
  }

  private static String sample(String name) {
    return SAMPLES.resolve(name).toString();
  }

  @Test
  void printsYamlAndSaysWhichSecretsAreInIt() {
    assertEquals(0, run("import", sample("office.conf"), "--tag", "corporate"));
    assertTrue(
        out.toString().startsWith("version: 1\nendpoints:\n  - name: office\n"), out.toString());
    assertTrue(out.toString().contains("tags: [corporate]"));
    assertTrue(err.toString().contains("office.private_key"), err.toString());
    assertTrue(err.toString().contains("1 entry: 1 imported, 0 skipped, 0 rejected"));
    assertFalse(err.toString().contains(KEY));
  }

  @Test
  void writesAFileThatCanBeChecked(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("probes.yaml");
    String into = file.toString();
    assertEquals(0, run("import", sample("office.conf"), sample("office.ovpn"), "--into", into));
    assertFalse(Files.readString(file).contains(KEY));
    assertFalse(Files.readString(file).contains("Static key"), "tls_auth");
    assertFalse(Files.readString(file).contains("PRIVATE KEY"), "key");
    assertTrue(Files.readString(file).contains("${file:probes.secrets/office-2.tls_auth}"));
    assertEquals(KEY, Files.readString(folder.resolve("probes.secrets/office.private_key")));
    assertEquals(0, run("import", sample("table.csv"), "--into", into));
    assertTrue(err.toString().contains("9 entries: 4 imported, 0 skipped, 5 rejected"));
    assertEquals(0, run("check", into), err.toString());
    assertTrue(out.toString().contains("office-2"), out.toString());
    String before = Files.readString(file);
    assertEquals(2, run("import", sample("table.csv"), "--into", into, "--strict"));
    assertEquals(2, run("import", sample("prose.txt"), "--into", into));
    assertEquals(before, Files.readString(file));
  }

  @Test
  void saysWhenOthersCanReadTheSecrets(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("probes.yaml");
    String into = file.toString();
    assertEquals(0, run("import", sample("office.conf"), "--into", into, "--inline-secrets"));
    assertFalse(err.toString().contains("warning"), err.toString());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertEquals(0, run("import", sample("wg-many-peers.conf"), "--into", into));
    assertFalse(err.toString().contains("warning"), err.toString());
    assertEquals(0, run("import", sample("office.ovpn"), "--into", into, "--inline-secrets"));
    assertTrue(
        err.toString()
            .contains(
                "warning: others can read "
                    + into
                    + ", and 2 of the secrets in it are new; “chmod 600” makes it yours alone"),
        err.toString());
  }

  @Test
  void aProxysLinkIsImportedAndNotFetched() {
    assertEquals(
        0, run("import", "https://u:s3cret@127.0.0.1:9/", "--target", "http://t.example/"));
    assertTrue(out.toString().contains("protocol: http-proxy"), out.toString() + err);
    assertFalse(err.toString().contains("s3cret"), err.toString());
  }

  @Test
  void runTakesAForeignFileOrALink(@TempDir Path folder) throws IOException {
    assertEquals(0, run("check", sample("office.ovpn")), err.toString());
    assertTrue(out.toString().contains("vpn.example.net:1194"), out.toString());
    String link = Files.readAllLines(SAMPLES.resolve("amnezia.vpn")).getFirst();
    assertEquals(2, run("check", link));
    assertTrue(out.toString().contains("awg.example.net:36712"), out.toString() + err);
    assertFalse(err.toString().contains(link.substring(0, 40)), err.toString());
    assertEquals(2, run("check", sample("scramble.ovpn")));
    assertTrue(err.toString().contains("scramble"), err.toString());
    assertEquals(2, run("check", folder.resolve("nowhere.yaml").toString()));
    assertTrue(err.toString().contains("no such file"), err.toString());
  }

  @Test
  void saysWhatItExpects() {
    assertEquals(2, run("import"));
    assertEquals(2, run("import", sample("office.conf"), "--as", "opnvpn"));
    assertTrue(err.toString().contains("openvpn"), err.toString());
    assertEquals(2, run("import", "http://a.example/"));
    assertEquals(2, run("import", sample("nowhere.conf")));
    assertEquals(2, run("import", SAMPLES.toString()));
    assertEquals(0, run("import", "--formats"));
    assertTrue(out.toString().contains("wireguard"), out.toString());
  }
}
