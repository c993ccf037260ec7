package org.vpnprobe.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Secrets in files of their own beside a probes.yaml, readable by their owner alone. */
final class KeyFiles {
  private static final String FOLDER = "keys";
  private static final int MOST = 100;

  private static final Set<OpenOption> ONLY_NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

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
      Files.createDirectory(folder, mode(folder, "rwx------"));
      made.addFirst(folder);
    }
    for (int i = 1; i <= MOST; i++) {
      String file = name.replaceAll("[^\\p{L}\\p{N}._-]", "-") + (i == 1 ? "" : "-" + i);
      Path path = folder.resolve(file);
      // One descriptor from the first byte to the last: nothing can be put in its place between.
      try (SeekableByteChannel channel =
          Files.newByteChannel(path, ONLY_NEW, mode(folder, "rw-------"))) {
        made.add(path);
        ByteBuffer bytes = ByteBuffer.wrap((secret + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
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

  private static FileAttribute<?>[] mode(Path at, String permissions) {
    return at.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
