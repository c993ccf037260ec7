package org.vpnprobe.report;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.vpnprobe.report.html.HtmlFormat;

/** The registry of formats: one line each. */
public final class Formats {
  private static final List<Format> ALL = List.of(new JsonFormat(), new TsvFormat(), new HtmlFormat());

  private Formats() {}

  /** All names, as {@code --format} takes them. */
  public static List<String> names() {
    return ALL.stream().map(Format::name).toList();
  }

  /** The format of this name, empty when there is none. */
  public static Optional<Format> named(String name) {
    return ALL.stream().filter(format -> format.name().equals(name)).findFirst();
  }

  /**
   * Writes a report into a folder, through a temporary file that is renamed, so that a reader never
   * sees half of it.
   *
   * @return the file
   */
  public static Path save(Format format, Dossier dossier, Path folder) throws IOException {
    Path file = folder.resolve(format.fileName());
    Path temporary = Files.createTempFile(folder, "." + format.fileName(), ".tmp");
    try {
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
