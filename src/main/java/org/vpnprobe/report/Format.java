package org.vpnprobe.report;

import java.io.IOException;
import java.io.OutputStream;
import org.vpnprobe.model.Report;

/** One way to write a report. Stateless; the same report always gives the same bytes. */
public interface Format {
  /** The word after {@code --format}. */
  String name();

  /** The file it goes to inside {@code --out}. */
  String fileName();

  /**
   * Writes the whole report in UTF-8. Text in a report may come from a file or a server and is
   * hostile: each format escapes it.
   */
  void write(Report report, OutputStream out) throws IOException;
}
