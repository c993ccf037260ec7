package org.vpnprobe.cli;

import java.io.PrintWriter;

/** Standard output is data, the error stream is talk. */
record Streams(PrintWriter out, PrintWriter err, Terminal terminal) {
  /** Says something to a person. */
  void say(String line) {
    out.flush(); // What was printed before it stands before it where both go to one place.
    err.println(line);
    err.flush();
  }
}
