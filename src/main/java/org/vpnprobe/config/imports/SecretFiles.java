package org.vpnprobe.config.imports;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts secrets into files of their own beside the YAML, each for its owner's eyes alone. */
final class SecretFiles {
  private static final int MOST_NAMES = 1000;

  private final Path folder;
  private final String below;
  private final List<Path> written = new ArrayList<>();
  private final Set<Path> used = new HashSet<>();

  /**
   * @param folder where the YAML is
   * @param below the folder in it that the files go to
   */
  SecretFiles(Path folder, String below) {
    this.folder = folder;
    this.below = below;
  }

  /** The settings of an endpoint with references in the place of secrets. */
  Map<String, Object> replaced(Endpoint endpoint, Set<String> secrets) throws IOException {
    Map<String, Object> settings = new LinkedHashMap<>();
    for (Map.Entry<String, Object> setting : endpoint.settings().entrySet()) {
      boolean movable =
          secrets.contains(setting.getKey())
              && setting.getValue() instanceof String text
              && isWhole(text);
      settings.put(
          setting.getKey(),
          movable
              ? reference(endpoint.name() + "." + setting.getKey(), (String) setting.getValue())
              : Endpoint.literal(setting.getValue()));
    }
    return settings;
  }

  /** The files that were written, for whoever has to take it back. */
  List<Path> written() {
    return List.copyOf(written);
  }

  /** Takes back what was written. */
  void undo() {
    for (Path file : written) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        // It stays, for its owner's eyes alone; why we are here is said already.
      }
    }
  }

  /** A file loses its last line breaks when it is read: only armoured keys do without them. */
  private static boolean isWhole(String text) {
    return !text.isEmpty()
        && (text.contains("-----BEGIN") || (!text.endsWith("\n") && !text.endsWith("\r")));
  }

  private String reference(String wanted, String secret) throws IOException {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    Path place = folder.resolve(below);
    if (!Files.isDirectory(place)) {
      Files.createDirectories(place, WholeFile.permissions(place, "rwx------"));
    }
    String base = wanted.replaceAll("[^\\p{L}\\p{N}._-]", "-");
    for (int i = 1; i <= MOST_NAMES; i++) {
      String name = i == 1 ? base : base + "-" + i;
      Path file = place.resolve(name);
      if (used.contains(file) || !holds(file, bytes)) {
        continue;
      }
      used.add(file);
      return "${file:" + below + "/" + name + "}";
    }
    throw new FileAlreadyExistsException(place.resolve(base).toString());
  }

  /** True when the file has these bytes now: it did before, or it is new. */
  private boolean holds(Path file, byte[] bytes) throws IOException {
    try {
      WholeFile.create(file, bytes, true);
      written.add(file);
      return true;
    } catch (FileAlreadyExistsException e) {
      return Files.isRegularFile(file)
          && Files.size(file) == bytes.length
          && Arrays.equals(Files.readAllBytes(file), bytes);
    }
  }
}
