package org.vpnprobe.config.imports;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;

/** Writes a user's file so that half of it is never left. */
public final class WholeFile {
  private static final Set<OpenOption> ONLY_NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  private WholeFile() {}

  /**
   * Makes a file that is not there yet: with one descriptor from the first byte to the last, so
   * that nothing can be put in its place between, and through no symbolic link.
   *
   * @param secret whether it is its owner's alone, from its first byte on
   * @throws java.nio.file.FileAlreadyExistsException when something of this name is there
   * @throws IOException when it cannot be written; half a file is taken away again
   */
  public static void create(Path file, byte[] bytes, boolean secret) throws IOException {
    FileAttribute<?>[] mode = secret ? permissions(file, "rw-------") : new FileAttribute<?>[0];
    try (SeekableByteChannel channel = Files.newByteChannel(file, ONLY_NEW, mode)) {
      try {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
          channel.write(left);
        }
      } catch (IOException e) {
        Files.deleteIfExists(file);
        throw e;
      }
    }
  }

  /**
   * Permissions to make a file or folder with: no moment in which others may read it.
   *
   * @param path where it will be
   * @param of such as {@code rw-------}; nothing where the file system knows none
   */
  public static FileAttribute<?>[] permissions(Path path, String of) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(of))
        }
        : new FileAttribute<?>[0];
  }

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
        Files.createTempFile(folder, ".vpnprobe-", ".yaml", permissions(folder, "rw-------"));
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
