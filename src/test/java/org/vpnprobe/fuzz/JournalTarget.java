package org.vpnprobe.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.vpnprobe.analysis.Analyst;
import org.vpnprobe.engine.InvalidJournal;
import org.vpnprobe.engine.Journal;

/** A journal from another machine: reported, or refused with its line. */
public final class JournalTarget {
  private JournalTarget() {}

  /** Reads the bytes as a journal and makes its report. */
  public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
    Path file = Files.createTempFile("journal", ".ndjson");
    try {
      Files.write(file, bytes);
      Analyst.report(List.of(Journal.read(file).recorded()));
    } catch (InvalidJournal e) {
      // As declared.
    } finally {
      Files.delete(file);
    }
  }
}
