package org.vpnprobe.cli;

import java.io.PrintWriter;
import org.vpnprobe.report.Printable;

/** Standard output is data, the error stream is talk. */
record Streams(PrintWriter out, PrintWriter err, Terminal terminal) {
  /**
   * Says something to a person, on one line: what others wrote in it adds none and does nothing.
   */
  void say(String line) {
    out.flush(); // What was printed before it stands before it where both go to one place.
    err.println(Printable.of(line));
    err.flush();
  }
}
