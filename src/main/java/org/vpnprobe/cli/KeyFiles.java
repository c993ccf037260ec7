package org.vpnprobe.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vpnprobe.config.imports.WholeFile;

/** Secrets in files of their own beside a probes.yaml, readable by their owner alone. */
final class KeyFiles {
  private static final String FOLDER = "keys";
  private static final int MOST = 100;

  private final Path beside;
  private final List<Path> made = new ArrayList<>();

  /**
   * @param beside the folder of the file that refers to them
   */
  KeyFiles(Path beside) {
    this.beside = beside;
  }

  /**
   * Keeps a secret.
   *
   * @param name what its file is to be called; what could lead out of the folder is replaced
   * @return a reference to it, such as {@code ${file:keys/berlin.private_key}}
   */
  String keep(String name, String secret) throws IOException {
    Path folder = beside.resolve(FOLDER);
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder.resolveSibling("."));
      Files.createDirectory(folder, WholeFile.permissions(folder, "rwx------"));
      made.addFirst(folder);
    }
    for (int i = 1; i <= MOST; i++) {
      String file = name.replaceAll("[^\\p{L}\\p{N}._-]", "-") + (i == 1 ? "" : "-" + i);
      Path path = folder.resolve(file);
      try {
        WholeFile.create(path, (secret + "\n").getBytes(StandardCharsets.UTF_8), true);
        made.add(path);
      } catch (FileAlreadyExistsException e) {
        continue; // Somebody's key: it stays.
      }
      return "${file:" + FOLDER + "/" + file + "}";
    }
    throw new Refused(folder + ": too many keys called " + name + "; take those away not needed");
  }

  /** Those that were made. */
  List<Path> made() {
    return made.stream().filter(Files::isRegularFile).toList();
  }

  /** Takes back what was made. */
  void undo() throws IOException {
    for (Path each : made.reversed()) {
      Files.deleteIfExists(each);
    }
    made.clear();
  }
}
