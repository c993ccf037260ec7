package org.vpnprobe.cli;

import java.util.List;

/** Something the user asked for cannot be done; the message says what to do. Exit code 2. */
final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> lines;

  /** With more than one line where the message has several: none of them holds a line break. */
  Refused(String... lines) {
    super(String.join("\n", lines), null, false, false);
    this.lines = List.of(lines);
  }

  List<String> lines() {
    return lines;
  }
}
