package org.vpnprobe.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Protocols;
import org.vpnprobe.protocol.Settings;

/** The entry to copy that each protocol shows is one that the program takes, with its secrets. */
class ExamplesTest {
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
          .getSchema(ConfigSchema.json(), InputFormat.JSON);

  /**
   * What stands in the place of secrets: lab material by the setting, or by the setting of one
   * protocol where another means something else by it. A new setting with a form of its own needs a
   * line here.
   */
  private static final Map<String, String> STUBS =
      Map.ofEntries(
          Map.entry("ca", "lab_ca"),
          Map.entry("cert", "lab_client_cert"),
          Map.entry("key", "lab_client_key"),
          Map.entry("pin", "lab_server_pin"),
          Map.entry("tls_auth", "openvpn_tls_auth"),
          Map.entry("tls_crypt", "openvpn_tls_crypt"),
          Map.entry("tls_crypt_v2", "openvpn_tls_crypt_v2"),
          Map.entry("amneziawg.private_key", "wireguard_client_1_private_key"),
          Map.entry("obfs4.cert", "obfs4_cert"),
          Map.entry("ssh.private_key", "ssh_client_private_key"),
          Map.entry("wireguard.private_key", "wireguard_client_1_private_key"));

  private static final Pattern FILE = Pattern.compile("(\\w+): *\"?\\$\\{file:([^}]+)}");

  @TempDir private Path folder = Path.of("");

  static List<String> names() {
    return Protocols.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void theExampleCanBeCopied(String name) throws Exception {
    Protocol<?> protocol = Protocols.named(name).orElseThrow();
    String example = protocol.about().example();
    String text = "version: 1\nendpoints:\n" + example.indent(2);
    Matcher files = FILE.matcher(example);
    for (MatchResult file : files.results().toList()) {
      Path path = folder.resolve(file.group(2));
      Files.createDirectories(path.resolveSibling("."));
      Files.writeString(path, stub(name, file.group(1)));
    }
    Path file = Files.writeString(folder.resolve("probes.yaml"), text);
    Options options =
        Options.of("test", Instant.EPOCH, "run")
            .withEnv(variable -> Optional.of("known-to-everybody"))
            .withStrict(true);
    Loaded loaded = ProbeFile.load(file, options);
    assertFalse(loaded.endpoints().isEmpty());
    for (BoundEndpoint endpoint : loaded.endpoints().values()) {
      assertEquals(name, endpoint.protocol().name());
      assertFalse(keysMissing(endpoint.protocol(), endpoint.settings()), "keys are missing");
    }
    assertEquals(List.of(), SCHEMA.validate(text, InputFormat.YAML));
  }

  private static String stub(String protocol, String key) {
    String material = STUBS.getOrDefault(protocol + "." + key, STUBS.getOrDefault(key, ""));
    return material.isEmpty() ? "known-to-everybody" : Lab.material(material).orElseThrow();
  }

  private static <S extends Settings> boolean keysMissing(Protocol<S> protocol, Settings settings) {
    return protocol.facts(protocol.settings().cast(settings)).keysMissing();
  }
}
