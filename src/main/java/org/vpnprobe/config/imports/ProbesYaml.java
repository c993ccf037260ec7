package org.vpnprobe.config.imports;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.vpnprobe.config.EndpointCheck;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Yaml;
import org.vpnprobe.config.YamlReader;

/** A probes.yaml that imported endpoints go into: a new one, or one that is there. */
public final class ProbesYaml {
  private static final String HEAD = "version: 1\nendpoints:\n";

  private final EndpointCheck check;

  /**
   * @param check knows which settings are secret
   */
  public ProbesYaml(EndpointCheck check) {
    this.check = check;
  }

  /** A whole file with all secrets in it. */
  public static String text(List<Endpoint> endpoints) {
    return HEAD + YamlText.items(endpoints.stream().map(e -> mapping(e, literal(e))).toList(), 2);
  }

  /** The endpoints' settings that are secret, as {@code name.key}. */
  public List<String> secrets(List<Endpoint> endpoints) {
    List<String> found = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      Set<String> secret = check.secrets(endpoint.protocol());
      endpoint.settings().keySet().stream()
          .filter(secret::contains)
          .forEach(key -> found.add(endpoint.name() + "." + key));
    }
    return found;
  }

  /**
   * The names of all endpoints that a file writes out; none when there is no such file.
   *
   * @throws InvalidFile when it cannot be read as YAML
   */
  public static Set<String> names(Path file) throws IOException, InvalidFile {
    Set<String> names = new HashSet<>();
    if (Files.exists(file)
        && read(file) instanceof Yaml.Mapping root
        && root.get("endpoints") instanceof Yaml.Items items) {
      for (Yaml item : items.items()) {
        if (item instanceof Yaml.Mapping endpoint
            && endpoint.get("name") instanceof Yaml.Scalar name) {
          names.add(name.text());
        }
      }
    }
    return names;
  }

  private static Yaml read(Path file) throws IOException, InvalidFile {
    return YamlReader.read(file.toString(), Files.readString(file));
  }

  /**
   * What was done.
   *
   * @param secrets how many secrets went into files of their own
   * @param folder of those files, below the YAML's; empty when there are none
   * @param exposed how many secrets went into the YAML although it was there already and others may
   *     read it
   */
  public record Written(int secrets, String folder, int exposed) {}

  /**
   * Adds endpoints to a file, or makes it. All of it or nothing: the file is replaced at once.
   *
   * @param inline secrets stay in the file
   * @throws InvalidFile when the file that is there is no probes.yaml that can be added to
   */
  public Written add(List<Endpoint> endpoints, Path file, boolean inline)
      throws IOException, InvalidFile {
    Path named = file.toAbsolutePath();
    Path real = Files.exists(file) ? file.toRealPath() : named;
    // Whoever reads the file starts from the name it is called by, not from what that links to.
    String below = stem(named) + ".secrets";
    SecretFiles secrets = new SecretFiles(parent(named), below);
    boolean existing = Files.exists(real);
    int left = 0;
    try {
      List<Map<String, Object>> mappings = new ArrayList<>();
      for (Endpoint endpoint : endpoints) {
        Set<String> secret = check.secrets(endpoint.protocol());
        Map<String, Object> literal = literal(endpoint);
        Map<String, Object> settings = inline ? literal : secrets.replaced(endpoint, secret);
        mappings.add(mapping(endpoint, settings));
        left += left(secret, literal, settings);
      }
      String text =
          existing
              ? Appended.to(real.toString(), Files.readString(real), mappings)
              : HEAD + YamlText.items(mappings, 2);
      WholeFile.replace(real, parent(real), text, left > 0);
    } catch (IOException | InvalidFile | RuntimeException e) {
      secrets.undo();
      throw e;
    }
    int count = secrets.written().size();
    return new Written(count, count == 0 ? "" : below, existing && isReadable(real) ? left : 0);
  }

  /** How many secrets stand in settings as they are. */
  private static int left(
      Set<String> secrets, Map<String, Object> literal, Map<String, Object> settings) {
    int left = 0;
    for (String key : secrets) {
      Object value = literal.get(key);
      if (value != null && !value.equals("") && value.equals(settings.get(key))) {
        left++;
      }
    }
    return left;
  }

  private static Path parent(Path file) {
    return Objects.requireNonNull(file.getParent(), "an absolute file has a folder");
  }

  /** True when others than its owner may read a file, as far as can be told. */
  private static boolean isReadable(Path file) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return false;
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    return permissions.contains(PosixFilePermission.GROUP_READ)
        || permissions.contains(PosixFilePermission.OTHERS_READ);
  }

  private static String stem(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  private static Map<String, Object> literal(Endpoint endpoint) {
    Map<String, Object> settings = new LinkedHashMap<>();
    endpoint.settings().forEach((key, value) -> settings.put(key, Endpoint.literal(value)));
    return settings;
  }

  private static Map<String, Object> mapping(Endpoint endpoint, Map<String, Object> settings) {
    Map<String, Object> mapping = new LinkedHashMap<>();
    mapping.put("name", endpoint.name());
    mapping.put("protocol", endpoint.protocol());
    mapping.put("address", Endpoint.literal(endpoint.address()));
    if (!endpoint.tags().isEmpty()) {
      mapping.put("tags", endpoint.tags());
    }
    mapping.putAll(settings);
    return mapping;
  }
}
