package org.vpnprobe.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.protocol.Protocols;

/**
 * The entry to copy that each protocol shows, loaded with something in the place of its secrets.
 */
public final class Example {
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

  /** Over TLS without an authority in their examples. */
  private static final Set<String> TLS = Set.of("trojan", "hysteria2");

  private Example() {}

  /** A file with this entry alone. */
  static String text(String entry) {
    return "version: 1\nendpoints:\n" + entry.indent(2);
  }

  /**
   * Loads a protocol's example.
   *
   * @param folder where its secrets are put
   * @param ca trusted as the authority where there is TLS
   * @param from a regular expression that is replaced by {@code to} in it
   */
  public static BoundEndpoint of(String protocol, Path folder, String ca, String from, String to)
      throws IOException, InvalidFile {
    String entry = Protocols.named(protocol).orElseThrow().about().example();
    if (entry.contains("tls: true") || TLS.contains(protocol)) {
      entry += "  ca: ${file:ca.pem}\n";
    }
    Loaded loaded = load(folder, protocol, text(entry.replaceAll(from, to)));
    Files.writeString(folder.resolve("ca.pem"), ca);
    if (entry.contains("${file:ca.pem}")) {
      loaded = ProbeFile.load(folder.resolve("probes.yaml"), options());
    }
    return loaded.endpoints().values().iterator().next();
  }

  static Loaded load(Path folder, String protocol, String text) throws IOException, InvalidFile {
    for (MatchResult file : FILE.matcher(text).results().toList()) {
      Path path = folder.resolve(file.group(2));
      Files.createDirectories(path.resolveSibling("."));
      Files.writeString(path, stub(protocol, file.group(1)));
    }
    return ProbeFile.load(Files.writeString(folder.resolve("probes.yaml"), text), options());
  }

  private static Options options() {
    return Options.of("test", Instant.EPOCH, "run")
        .withEnv(variable -> Optional.of("known-to-everybody"))
        .withStrict(true);
  }

  private static String stub(String protocol, String key) {
    String material = STUBS.getOrDefault(protocol + "." + key, STUBS.getOrDefault(key, ""));
    return material.isEmpty() ? "known-to-everybody" : Lab.material(material).orElseThrow();
  }
}
