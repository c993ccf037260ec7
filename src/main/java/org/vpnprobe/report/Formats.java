package org.vpnprobe.report;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.vpnprobe.report.html.HtmlFormat;

/** The registry of formats: one line each. */
public final class Formats {
  private static final List<Format> ALL =
      List.of(
          new JsonFormat(),
          new TsvFormat(),
          new NdjsonFormat(),
          new HtmlFormat(),
          new CsvFormat(false),
          new MarkdownFormat(),
          new JUnitFormat(),
          new GitHubFormat(),
          new PrometheusFormat(),
          new OoniFormat());

  private Formats() {}

  /** All names, as {@code --format} takes them. */
  public static List<String> names() {
    return ALL.stream().map(Format::name).toList();
  }

  /** The format of this name, empty when there is none. */
  public static Optional<Format> named(String name) {
    return ALL.stream().filter(format -> format.name().equals(name)).findFirst();
  }

  /** CSV with a byte order mark, in place of the format {@code csv}. */
  public static Format csvWithMark() {
    return new CsvFormat(true);
  }

  /**
   * Writes a report into a folder, through a temporary file that is renamed, so that a reader never
   * sees half of it.
   *
   * @param forAll it holds no address: others may read it, as far as the umask lets them; else it
   *     is its owner's alone
   * @return the file
   */
  public static Path save(Format format, Dossier dossier, Path folder, boolean forAll)
      throws IOException {
    Path file = folder.resolve(format.fileName());
    // Not createTempFile: its files are their owner's alone, and a collector runs as another user.
    Path temporary = folder.resolve("." + format.fileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      if (forAll) {
        Files.createFile(temporary);
      } else {
        OwnersFile.create(temporary);
      }
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary))) {
        format.write(dossier, out);
      }
      Files.move(
          temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
    return file;
  }
}
