package org.vpnprobe.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where runs without {@code --out} go (XDG Base Directory Specification 0.8): a folder for each,
 * named by time, so that {@code explain} and {@code --resume} find the last one.
 */
record StateFolder(Path root) {
  /** The journal inside a run's folder (design §6, contract). */
  static final String JOURNAL = "results.ndjson";

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
    if (root.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectories(folder);
    }
    return folder;
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
