package org.vpnprobe.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.vpnprobe.engine.JournalWriter;
import org.vpnprobe.model.PseudonymKey;

/**
 * Where runs without {@code --out} go (XDG Base Directory Specification 0.8): a folder for each,
 * named by time, so that {@code explain} and {@code --resume} find the last one.
 */
record StateFolder(Path root) {
  /** The journal inside a run's folder (design §6, contract). */
  static final String JOURNAL = "results.ndjson";

  private static final String KEY = "pseudonym.key";

  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  static StateFolder of(Map<String, String> environment) {
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    Path base =
        state.startsWith("/")
            ? Path.of(state)
            : Path.of(System.getProperty("user.home"), ".local", "state");
    return new StateFolder(base.resolve("vpnprobe").resolve("runs"));
  }

  /** Makes the folder of a new run, readable by its owner alone: addresses will be in it. */
  Path create(Instant now, String runId) throws IOException {
    Path folder = root.resolve(NAME.format(now) + "-" + runId);
    folder(folder);
    return folder;
  }

  /**
   * The key of this user's pseudonyms, made at first use and readable by its owner alone.
   *
   * @throws IOException also when the file holds something else
   */
  PseudonymKey pseudonyms() throws IOException {
    Path file = root.resolveSibling(KEY);
    if (!Files.exists(file)) {
      folder(file.resolveSibling("."));
      // On POSIX systems such a file is its owner's alone, whatever the umask.
      Path begun = Files.createTempFile(file.resolveSibling("."), "." + KEY, ".new");
      try {
        Files.writeString(begun, newPseudonyms().hex() + "\n");
        Files.createLink(file, begun); // Unlike a move it never replaces another run's.
      } catch (FileAlreadyExistsException e) {
        // Another run was faster.
      } finally {
        Files.deleteIfExists(begun);
      }
    }
    try {
      return PseudonymKey.of(Files.readString(file).strip());
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": holds no key of pseudonyms; remove it to begin anew");
    }
  }

  /** A key that nobody else has. */
  static PseudonymKey newPseudonyms() {
    byte[] fresh = new byte[PseudonymKey.BYTES];
    new SecureRandom().nextBytes(fresh);
    return PseudonymKey.of(fresh);
  }

  /** Makes a file its owner's alone, where the file system knows owners. */
  static void keepPrivate(Path file) throws IOException {
    if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
  }

  private static void folder(Path folder) throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectories(folder);
    }
  }

  /**
   * Deletes the oldest folders of runs, but so many. What is not a run's, the current run, and one
   * that is under way stay.
   */
  void prune(int keep, Path current) throws IOException {
    List<Path> runs;
    try (Stream<Path> folders = Files.list(root)) {
      runs =
          folders
              .filter(StateFolder::isRun)
              .sorted(
                  Comparator.comparing((Path run) -> String.valueOf(run.getFileName())).reversed())
              .toList();
    }
    for (Path run : runs.subList(Math.min(keep, runs.size()), runs.size())) {
      if (!Files.isSameFile(run, current) && !JournalWriter.isUnderWay(run.resolve(JOURNAL))) {
        delete(run);
      }
    }
  }

  private static boolean isRun(Path folder) {
    return String.valueOf(folder.getFileName()).matches("\\d{8}-\\d{6}-[0-9a-f]+")
        && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        && Files.isRegularFile(folder.resolve(JOURNAL), LinkOption.NOFOLLOW_LINKS);
  }

  /** Deletes a folder of files; one that holds folders is not as a run left it, and stays. */
  private static void delete(Path run) throws IOException {
    List<Path> files;
    try (Stream<Path> entries = Files.list(run)) {
      files = entries.toList();
    }
    if (files.stream().anyMatch(file -> Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))) {
      return;
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
    Files.deleteIfExists(run);
  }

  /** The history of this machine. */
  Path history() {
    return root.resolveSibling("history.db");
  }

  /** The journal of the last run, empty when there was none. */
  Optional<Path> lastJournal() throws IOException {
    if (!Files.isDirectory(root)) {
      return Optional.empty();
    }
    try (Stream<Path> runs = Files.list(root)) {
      return runs.filter(run -> Files.isRegularFile(run.resolve(JOURNAL)))
          .max(Comparator.comparing(run -> String.valueOf(run.getFileName())))
          .map(run -> run.resolve(JOURNAL));
    }
  }
}
