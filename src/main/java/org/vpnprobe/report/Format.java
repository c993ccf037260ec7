package org.vpnprobe.report;

import java.io.IOException;
import java.io.OutputStream;

/** One way to write a report. Stateless; the same report always gives the same bytes. */
public interface Format {
  /** The word after {@code --format}. */
  String name();

  /** The file it goes to inside {@code --out}. */
  String fileName();

  /** True when it is made to be handed on: addresses are left out unless the user wants them in. */
  boolean shared();

  /** True when other users of this machine may read its file, once addresses are out of it. */
  default boolean readByOthers() {
    return shared();
  }

  /**
   * Writes the whole report in UTF-8. Text in a report may come from a file or a server and is
   * hostile: each format escapes it.
   */
  void write(Dossier dossier, OutputStream out) throws IOException;
}
