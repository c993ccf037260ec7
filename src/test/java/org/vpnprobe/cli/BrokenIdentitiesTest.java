package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client's certificate and key that cannot work are refused, and nothing of the key is said. */
@Timeout(120)
class BrokenIdentitiesTest {
  private static final List<String> PROTOCOLS =
      List.of(
          "tls",
          "https",
          "dtls",
          "dns",
          "openvpn",
          "ikev2",
          "anyconnect",
          "fortinet",
          "globalprotect",
          "pulse",
          "sstp",
          "softether");

  @TempDir private Path folder = Path.of("");

  private final Planted planted = new Planted(new Random(3));
  private final String key = planted.secret("pem");

  /** What becomes of a key on its way into a file. */
  private Map<String, String> damaged() {
    String body = key.replaceAll("-----[A-Z ]+-----", "").strip();
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("cut", key.substring(0, key.length() / 2));
    keys.put("without its frame", body);
    keys.put("without its begin", key.substring(key.indexOf('\n') + 1));
    keys.put("on one line", key.replace("\n", ""));
    keys.put("encrypted", key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"));
    keys.put("of another kind", key.replace("PRIVATE KEY", "RSA PRIVATE KEY"));
    keys.put("of a curve", key.replace("PRIVATE KEY", "EC PRIVATE KEY"));
    keys.put("called a certificate", key.replace("PRIVATE KEY", "CERTIFICATE"));
    keys.put("of OpenSSH", key.replace("PRIVATE KEY", "OPENSSH PRIVATE KEY"));
    keys.put("a character too many", key.replaceFirst("(?m)^(....)", "$1A"));
    keys.put("no base64", key.replaceFirst("(?m)^(M...)", "$1!"));
    keys.put("as its base64 alone", body.replace("\n", ""));
    keys.put("in quotes", "\"" + key.replace("\n", "\\n") + "\"");
    keys.put("nothing", "");
    return keys;
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private String file(String protocol, String settings) throws IOException {
    Path file = folder.resolve("probes.yaml");
    Files.writeString(
        file,
        """
        version: 1
        carriers: {here: {via: direct}}
        endpoints:
          - name: a
            protocol: %s
            address: 127.0.0.1:9
        %s
        """
            .formatted(protocol, settings.indent(4)));
    return file.toString();
  }

  private static String inline(String name, String text) {
    return name
        + ": |\n"
        + text.lines().map(line -> "  " + line + "\n").collect(Collectors.joining());
  }

  private int refused(Set<String> leaks, String where, String file) {
    Terminals terminal =
        Terminals.pipe()
            .with("VPNPROBE_DEBUG", "1")
            .with("XDG_STATE_HOME", folder.resolve("state").toString());
    Terminals.Said said = terminal.run("check", file, "--strict");
    Terminals.Said run = terminal.run("run", file, "--strict", "--only", "nobody-of-this-name");
    for (String text : List.of(said.out(), said.err(), run.out(), run.err())) {
      planted.in(text).ifPresent(leak -> leaks.add(where + ": " + leak));
    }
    assertEquals(2, run.exit(), run.err());
    assertTrue(said.exit() == 0 || said.exit() == 2, where + ": " + said.err());
    return said.exit();
  }

  @Test
  void nothingOfAKeyIsSaid() throws Exception {
    Set<String> leaks = new TreeSet<>();
    Set<String> taken = new TreeSet<>();
    write("cert.pem", planted.certificate());
    write("right.pem", key);
    write("other.pem", new HeldCertificate.Builder().commonName("other").build().certificatePem());
    String ours = "ca: ${file:cert.pem}\ncert: ${file:cert.pem}\n";
    for (String protocol : PROTOCOLS) {
      for (Map.Entry<String, String> each : damaged().entrySet()) {
        String where = protocol + ", key " + each.getKey();
        write("key.pem", each.getValue());
        if (refused(leaks, where, file(protocol, ours + "key: ${file:key.pem}\n")) == 0) {
          taken.add(where);
        }
        refused(leaks, where, file(protocol, ours + inline("key", each.getValue())));
        refused(leaks, where, file(protocol, ours + "key: " + each.getValue().strip() + "\n"));
        refused(leaks, where, file(protocol, "cert: ${file:key.pem}\nkey: ${file:right.pem}\n"));
        refused(leaks, where, file(protocol, "kye: ${file:key.pem}\n" + inline("kay", key)));
      }
      String mixed = protocol + ", another's";
      int exit =
          refused(
              leaks, mixed, file(protocol, "cert: ${file:other.pem}\nkey: ${file:right.pem}\n"));
      assertEquals(2, exit, mixed);
      assertEquals(2, refused(leaks, mixed, file(protocol, "cert: ${file:right.pem}\n")), mixed);
    }
    assertEquals(Set.of(), leaks, () -> leaks.size() + ":\n" + String.join("\n", leaks));
    assertTrue(taken.isEmpty(), "a damaged key was taken: " + taken);
  }
}
