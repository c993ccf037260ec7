package org.vpnprobe.config.imports;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashSet;
import java.util.Set;

/** Writes a user's file so that nobody ever sees half of it. */
public final class WholeFile {
  private WholeFile() {}

  /**
   * Replaces a file, or a symbolic link that is in its place, through a file beside it.
   *
   * @param folder where it stands
   * @param secret whether a new file is its owner's alone; one that is there keeps its permissions
   * @throws IOException when it cannot be written; what was there before is whole then
   */
  public static void replace(Path file, Path folder, String text, boolean secret)
      throws IOException {
    Path draft =
        Files.createTempFile(
            folder, ".vpnprobe-", ".yaml", SecretFiles.permissions(folder, "rw-------"));
    try {
      Files.write(draft, text.getBytes(StandardCharsets.UTF_8));
      permit(draft, file, secret);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** A file keeps its permissions; a new one with secrets in it is for its owner alone. */
  private static void permit(Path draft, Path file, boolean secret) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      Files.setPosixFilePermissions(draft, Files.getPosixFilePermissions(file));
    } else if (!secret) {
      Set<PosixFilePermission> readable = new HashSet<>(Files.getPosixFilePermissions(draft));
      readable.add(PosixFilePermission.GROUP_READ);
      readable.add(PosixFilePermission.OTHERS_READ);
      Files.setPosixFilePermissions(draft, readable);
    }
  }
}
